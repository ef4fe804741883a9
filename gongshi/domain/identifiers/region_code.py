"""Region codes (GB/T 2260) with their periods of validity."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from gongshi.domain.identifiers.identifier import Identifier
from gongshi.domain.identifiers.places import (
    DIGITS,
    MALFORMED,
    any_of,
    judge_of,
    number,
    over_column,
    weighted_sum,
)

_FILE = Path(__file__).parent.parent / "codelists" / "regions.csv"


@dataclass(frozen=True, kw_only=True)
class Region:
    """One name under one code; `valid_to` is None while it is in force.

    The dates are as exact as the yearly lists that they come from: the first of
    January of the first list, the end of the last list's year.
    """

    code: str
    name: str
    valid_from: date
    valid_to: date | None
    source: str

    def is_in_force(self, on: date) -> bool:
        """Whether the code stood for this region on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def regions() -> tuple[Region, ...]:
    """Return the listed regions: all provinces, Jiangsu's cities, Lianyungang."""
    with _FILE.open(encoding="utf-8") as lines:
        return tuple(
            Region(
                code=line["code"],
                name=line["name"],
                valid_from=date.fromisoformat(line["valid_from"]),
                valid_to=date.fromisoformat(line["valid_to"])
                if line["valid_to"]
                else None,
                source=line["source"],
            )
            for line in csv.DictReader(lines)
        )


PROVINCES = frozenset(
    int(region.code[:2]) for region in regions() if region.code.endswith("0000")
)
_LISTED = frozenset(int(region.code) for region in regions())
_IN_FORCE = frozenset(
    int(region.code) for region in regions() if region.valid_to is None
)
# Cities whose counties are listed: there a code that is not listed is wrong.
# Elsewhere the province suffices, so that no region is refused for want of a list.
_COMPLETE_CITIES = frozenset(code // 100 for code in _LISTED if code % 100)


def _among(code: pl.Expr, codes: Iterable[int]) -> pl.Expr:
    return code.is_in(pl.Series(sorted(codes), dtype=pl.UInt32).implode())


_form = weighted_sum(DIGITS, [0] * 6) < MALFORMED
_code = number(0, 6)
_is_known = (
    _form
    & _among(_code // 10_000, PROVINCES)
    & (_among(_code, _LISTED) | ~_among(_code // 100, _COMPLETE_CITIES))
)

REGION_CODE = Identifier(
    name="region_code",
    is_valid=over_column(any_of([judge_of(6, _is_known, pl.Boolean)]), pl.Boolean),
    is_old=over_column(
        any_of([judge_of(6, _form & _among(_code, _LISTED - _IN_FORCE), pl.Boolean)]),
        pl.Boolean,
    ),
)
