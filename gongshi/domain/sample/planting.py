"""Puts faults into some rows of a block and says what `validate` must find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from random import Random

import polars as pl

from gongshi.domain.deadlines import publish_deadlines
from gongshi.domain.rules.base import FIRST_DAY
from gongshi.domain.sample.faults import FAULTS, Case, Record
from gongshi.domain.sample.fields import DATE
from gongshi.domain.sample.order import Order, first_day_in_time
from gongshi.domain.working_days import Calendar

FAULT_SCHEMA: Mapping[str, type[pl.DataType]] = {"row": pl.UInt32, "code": pl.String}
FIRST_ROW = 2  # as a spreadsheet shows it: the header is row 1
_PLACE = "place in the block"


@dataclass(kw_only=True)
class Planter:
    """Plants faults block by block, each kind as often as the records allow.

    `strangers` are names of companies for rows whose name is to contradict the
    code.
    """

    order: Order
    calendar: Calendar
    strangers: pl.Series
    planted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FAULTS, 0))

    def plant(
        self, frame: pl.DataFrame, first: int
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return a block with its faults, and the faults as `row`, `code`.

        `frame` has the form's fields; `first` is its first row's place in the
        order, from 0.
        """
        places = self._places(first, frame.height)
        if not places:
            return frame, self._by_date(frame, first)
        random = Random(f"{self.order.seed}/faults/{first}")  # noqa: S311 - no secret
        spoilt, codes = self._spoilt(frame, places, random)
        faulty = frame.with_row_index(_PLACE).update(
            spoilt, on=_PLACE, include_nulls=True
        )
        result = faulty.drop(_PLACE)
        planted = pl.DataFrame(
            {"row": [first + place + FIRST_ROW for place in places], "code": codes},
            schema=dict(FAULT_SCHEMA),
        ).drop_nulls("code")
        found = pl.concat([planted, self._by_date(result, first)])
        return result, found.unique().sort("row", "code")

    def _places(self, first: int, height: int) -> list[int]:
        """Choose the rows of a block that carry a fault: the exact share, at random."""
        until = round((first + height) * self.order.errors)
        count = min(until - round(first * self.order.errors), height)
        random = Random(f"{self.order.seed}/places/{first}")  # noqa: S311 - no secret
        return sorted(random.sample(range(height), count))

    def _spoilt(
        self, frame: pl.DataFrame, places: list[int], random: Random
    ) -> tuple[pl.DataFrame, list[str | None]]:
        clean = frame.with_row_index(_PLACE).filter(~pl.col(_PLACE).is_in(places))
        records = frame.with_row_index(_PLACE)[places].to_dicts()
        known = _known(frame, clean, places)
        codes: list[str | None] = []
        spoilt: list[dict[str, str | int | None]] = []
        above = (
            clean[_PLACE].search_sorted(pl.Series(places, dtype=pl.UInt32)).to_list()
        )
        for record, is_known, rows_above in zip(records, known, above, strict=True):
            place = record.pop(_PLACE)
            earlier = (
                clean.row(random.randrange(rows_above), named=True)
                if rows_above
                else None
            )
            case = self._case(random, earlier=earlier, is_known=is_known)
            code, changes = self._fault(record, case)
            codes.append(code)
            spoilt.append({**record, **changes, _PLACE: place})
        schema = {_PLACE: pl.UInt32} | dict.fromkeys(frame.columns, pl.String)
        return pl.DataFrame(spoilt, schema=schema), codes

    def _case(self, random: Random, *, earlier: Record | None, is_known: bool) -> Case:
        return Case(
            form=self.order.form,
            random=random,
            until=self.order.until,
            in_time=self._in_time,
            earlier=earlier and {n: t for n, t in earlier.items() if n != _PLACE},
            is_known=is_known,
            stranger=random.choice(self._names),
        )

    def _fault(self, record: Record, case: Case) -> tuple[str | None, Record]:
        """Plant the fault that this record can carry and that came least often yet."""
        for code in sorted(FAULTS, key=lambda code: self.planted[code]):
            changes = FAULTS[code](record, case)
            if changes:
                self.planted[code] += 1
                return code, changes
        return None, {}

    def _by_date(self, frame: pl.DataFrame, first: int) -> pl.DataFrame:
        """Say which rows are late or before the start, planted or by their day."""
        days = frame.select(
            row=pl.int_range(
                first + FIRST_ROW, first + FIRST_ROW + pl.len(), dtype=pl.UInt32
            ),
            decision_date=pl.col("decision_date").str.to_date(DATE, strict=False),
        ).join(self._deadlines, on="decision_date", how="left", maintain_order="left")
        codes = {
            "late": pl.col("deadline") < self.order.until,
            "before-start": pl.col("decision_date") < FIRST_DAY,
        }
        found = [
            days.filter(is_so).select("row", code=pl.lit(code))
            for code, is_so in codes.items()
        ]
        return pl.concat(found).sort("row", "code")

    @cached_property
    def _in_time(self) -> date:
        return first_day_in_time(self.order.until, self.calendar)

    @cached_property
    def _deadlines(self) -> pl.DataFrame:
        return publish_deadlines(self.calendar)

    @cached_property
    def _names(self) -> list[str]:
        return self.strangers.to_list()


def _known(frame: pl.DataFrame, clean: pl.DataFrame, places: list[int]) -> list[bool]:
    """Whether each row's credit code stands in a clean row of the block above it."""
    if "credit_code" not in frame.columns:
        return [False] * len(places)
    first = clean.group_by("credit_code").agg(first=pl.col(_PLACE).min())
    rows = frame.select("credit_code").with_row_index(_PLACE)[places]
    seen = rows.join(first, on="credit_code", how="left", maintain_order="left")
    return (
        seen.select((pl.col("first") < pl.col(_PLACE)).fill_null(value=False))
        .to_series()
        .to_list()
    )
