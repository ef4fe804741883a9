"""Rows sent again: recognised by their identity, checked as the rows that they are.

A small workbook of rows to correct is a batch of its own, a round, whose rows keep
the sheet and number that they have in the batch that it continues.
"""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest
from hmac import digest as keyed_digest
from uuid import UUID

import polars as pl
from django.conf import settings

from gongshi.domain.findings import Severity
from gongshi.intake.models import Batch, BatchState
from gongshi.intake.reading import Reading, SheetPart
from gongshi.intake.reading.problems import together
from gongshi.intake.reading.row_identity import (
    RowIdentity,
    identity_position,
    parse_identity,
    refused,
)
from gongshi.validation.storage import stored_findings

PLACE = {"sheet": pl.String, "row": pl.UInt32}
_UNREADY = (BatchState.RECEIVED, BatchState.CHECKING, BatchState.FAILED)
_SEAL_BYTES = 10  # 80 bits: nobody guesses one


def identity_of(batch_id: UUID, sheet: str, row: int) -> str:
    """Return the text that names a row of a batch, sealed against guessing."""
    seal = _seal(batch_id, sheet, row)
    return RowIdentity(batch_id=batch_id, sheet=sheet, row=row, seal=seal).text()


def rows_to_correct(batch: Batch) -> pl.DataFrame:
    """Return the rows (PLACE) on which the batch has errors, in order."""
    bad = [
        part.filter(
            (pl.col("severity") == Severity.ERROR) & pl.col("row").is_not_null()
        ).select(pl.col("sheet").fill_null(""), "row")
        for part in stored_findings(batch)
    ]
    nothing = pl.DataFrame(schema=PLACE)
    return pl.concat([nothing, *bad]).unique(maintain_order=True)


def is_open_to_rounds(batch: Batch) -> bool:
    """Say whether rows of the batch can be sent again: it was checked to the end."""
    return batch.state not in _UNREADY and batch.continues_id is None


@dataclass(frozen=True, kw_only=True)
class Round:
    """A batch's file as it is to be checked.

    `is_again` says that its rows were sent before; `origin` is then the batch that
    they belong to, None where no identity leads to one.
    """

    reading: Reading
    is_again: bool = False
    origin: Batch | None = None


def as_round(batch: Batch, reading: Reading, *, is_over: bool = False) -> Round:
    """Return the batch's file, its rows in their original places where it is a round.

    The first genuine identity says which batch is continued: one of the same unit.
    Rows without one, of another batch, sent twice or accepted by now are refused.
    `is_over` reads a round that was checked: whatever it brought is let through.
    """
    first = next(reading.parts, None)
    if first is None:
        return Round(reading=reading)
    parts = itertools.chain([first], reading.parts)
    if identity_position(first.match) is None:
        return Round(reading=dataclasses.replace(reading, parts=parts))
    origin = _origin(batch, first)
    awaited = None if is_over or origin is None else rows_to_correct(origin)
    translator = _Translator(origin, awaited)
    moved = itertools.chain.from_iterable(map(translator.parts, parts))
    return Round(
        reading=dataclasses.replace(reading, parts=moved), is_again=True, origin=origin
    )


def _origin(batch: Batch, part: SheetPart) -> Batch | None:
    position = identity_position(part.match)
    for text in part.frame.get_column(f"extra.{position}").drop_nulls():
        identity = parse_identity(text)
        if identity is not None and _is_genuine(identity):
            found = Batch.objects.filter(pk=identity.batch_id, unit=batch.unit_id)
            origin = found.first()
            return origin if origin is not None and is_open_to_rounds(origin) else None
    return None


class _Translator:
    """Gives rows the places that they have in the batch that is continued."""

    def __init__(self, origin: Batch | None, awaited: pl.DataFrame | None) -> None:
        self._origin = origin
        self._awaited = None if awaited is None else set(awaited.iter_rows())
        self._seen: set[tuple[str, int]] = set()

    def parts(self, part: SheetPart) -> Iterator[SheetPart]:
        """Yield the part's rows by original sheet, then those that are refused."""
        position = identity_position(part.match)
        if position is None:
            yield self._refused(part, part.frame.get_column("row").to_list(), 0)
            return
        places, astray = self._places(part, f"extra.{position}")
        plain = _without_column(part, position)
        for sheet in dict.fromkeys(places.get_column("sheet")):
            yield _moved(plain, places.filter(sheet=sheet), sheet)
        if astray:
            yield self._refused(part, astray, position)

    def _places(self, part: SheetPart, column: str) -> tuple[pl.DataFrame, list[int]]:
        found: list[tuple[int, str, int]] = []
        astray: list[int] = []
        for row, text in part.frame.select("row", column).iter_rows():
            place = self._place(text)
            if place is None:
                astray.append(row)
            else:
                found.append((row, *place))
                self._seen.add(place)
        schema = {"row": pl.UInt32, "sheet": pl.String, "original": pl.UInt32}
        return pl.DataFrame(found, schema=schema, orient="row"), astray

    def _place(self, text: str | None) -> tuple[str, int] | None:
        identity = parse_identity(text or "")
        if identity is None or self._origin is None:
            return None
        place = (identity.sheet, identity.row)
        is_ours = identity.batch_id == self._origin.pk and _is_genuine(identity)
        is_awaited = self._awaited is None or place in self._awaited
        is_new = place not in self._seen
        return place if is_ours and is_awaited and is_new else None

    def _refused(self, part: SheetPart, rows: list[int], position: int) -> SheetPart:
        column = f"extra.{position}"
        is_there = column in part.frame.columns
        wanted = part.frame.filter(pl.col("row").is_in(rows))
        texts = wanted.get_column(column).to_list() if is_there else [None] * len(rows)
        found = [
            refused(row, text or "", sheet=part.sheet, position=position)
            for row, text in zip(rows, texts, strict=True)
        ]
        return dataclasses.replace(
            _without_column(part, position),
            frame=part.frame.drop(column, strict=False).clear(),
            lost=part.lost.clear(),
            problems=together(found),
        )


def _without_column(part: SheetPart, position: int) -> SheetPart:
    others = tuple(each for each in part.match.unrecognised if each[0] != position)
    return dataclasses.replace(
        part,
        match=dataclasses.replace(part.match, unrecognised=others),
        frame=part.frame.drop(f"extra.{position}", strict=False),
        problems=part.problems.filter(pl.col("code") != "row-identity"),
    )


def _moved(part: SheetPart, places: pl.DataFrame, sheet: str) -> SheetPart:
    """Return the rows of these places, under the sheet and numbers that they had."""
    new = places.select("row", "original")

    def moved(rows: pl.DataFrame) -> pl.DataFrame:
        renumbered = rows.join(new, on="row", how="inner", maintain_order="left")
        return renumbered.with_columns(row=pl.col("original")).drop("original")

    return dataclasses.replace(
        part,
        sheet=sheet,
        frame=moved(part.frame).sort("row"),
        lost=moved(part.lost),
        problems=moved(part.problems).with_columns(sheet=pl.lit(sheet)),
    )


def _is_genuine(identity: RowIdentity) -> bool:
    expected = _seal(identity.batch_id, identity.sheet, identity.row)
    return compare_digest(expected, identity.seal)


def _seal(batch_id: UUID, sheet: str, row: int) -> str:
    message = "\x1f".join(("row-identity", batch_id.hex, sheet, str(row)))
    whole = keyed_digest(settings.LOOKUP_KEY, message.encode(), "sha256")
    return whole[:_SEAL_BYTES].hex()
