"""Resident identity numbers (GB 11643-1999), with their date of birth."""

import calendar

import polars as pl

from gongshi.domain.identifiers.identifier import Identifier
from gongshi.domain.identifiers.places import (
    DIGITS,
    MALFORMED,
    any_of,
    byte_of,
    character_of,
    judge_of,
    number,
    over_column,
    place,
    weighted_sum,
)
from gongshi.domain.identifiers.region_code import PROVINCES

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"  # by the sum mod 11

# Withdrawn counties stay in the numbers of those born there, so only the province
# is looked at; 83 stands for residents from Taiwan since 2018.
_BIRTHPLACES = frozenset(PROVINCES | {83})

_COMMON_YEAR = 2001
_NO_DAY, _ANY_YEAR, _LEAP_YEAR = 0, 1, 2


def resident_id_check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen."""
    total = sum(
        int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)
    )
    return _CHECKS[total % 11]


def _days_of_the_year() -> pl.Series:
    """Return by month × 100 + day whether there is such a day."""
    days = [_NO_DAY] * 10_000
    for month in range(1, 13):
        for day in range(1, calendar.monthrange(_COMMON_YEAR, month)[1] + 1):
            days[month * 100 + day] = _ANY_YEAR
    days[229] = _LEAP_YEAR
    return pl.Series(days, dtype=pl.UInt8)


def _is_date() -> pl.Expr:
    year = pl.col("year")
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    day = pl.col("day")
    return (day == _ANY_YEAR) | ((day == _LEAP_YEAR) & leap)


def _is_birthplace() -> pl.Expr:
    known = pl.Series([number in _BIRTHPLACES for number in range(100)])
    return pl.lit(known).gather(number(0, 2))


def _day(month_and_day: pl.Expr) -> pl.Expr:
    return pl.lit(_days_of_the_year()).gather(month_and_day)


_GIVEN = {
    "sum": weighted_sum(DIGITS, _WEIGHTS),
    "year": number(6, 4),
    "day": _day(number(10, 4)),
}
_OLD_GIVEN = {
    "sum": weighted_sum(DIGITS, [0] * 15),
    "year": number(6, 2) + 1900,
    "day": _day(number(8, 4)),
}
_sum = pl.col("sum")
_form = (
    (_sum < MALFORMED)
    & _is_birthplace()
    & pl.col("year").is_between(1800, 2099)
    & _is_date()
)
_is_right = place(17) == byte_of(_CHECKS, _sum % 11)
_expected = pl.when(_form & ~_is_right).then(character_of(_CHECKS, _sum % 11))

_present = judge_of(18, _form & _is_right, pl.Boolean, given=_GIVEN)
_old = judge_of(
    15, (_sum < MALFORMED) & _is_birthplace() & _is_date(), pl.Boolean, given=_OLD_GIVEN
)

RESIDENT_ID = Identifier(
    name="resident_id",
    is_valid=over_column(any_of([_present, _old]), pl.Boolean),
    expected=over_column(judge_of(18, _expected, pl.String, given=_GIVEN), pl.String),
    is_old=over_column(any_of([_old]), pl.Boolean),
)
