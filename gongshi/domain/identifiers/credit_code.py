"""Unified social credit codes (GB 32100-2015) and organisation codes (GB 11714-1997).

They share a module because the ninth to seventeenth characters of the one are the
other, and both check characters must be right.
"""

import polars as pl

from gongshi.domain.identifiers.identifier import Identifier
from gongshi.domain.identifiers.places import (
    DIGITS,
    LETTERS,
    MALFORMED,
    any_of,
    byte_of,
    character_of,
    first_of,
    judge_of,
    over_column,
    place,
    weighted_sum,
)

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CREDIT_CHECKS = _CREDIT_ALPHABET[:1] + _CREDIT_ALPHABET[:0:-1]  # by the sum mod 31

_ORGANISATION_ALPHABET = DIGITS + LETTERS
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"  # by the sum mod 11


def credit_code_check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_CHECKS[total % 31]


def organisation_code_check_character(body: str) -> str:
    """Return the ninth character for the first eight."""
    total = sum(
        _ORGANISATION_ALPHABET.index(character) * weight
        for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECKS[total % 11]


def _organisation(first: int) -> dict[str, pl.Expr]:
    """Return the sum of the organisation code that begins at a place."""
    total = weighted_sum(_ORGANISATION_ALPHABET, _ORGANISATION_WEIGHTS, first=first)
    return {"organisation_sum": total}


def _organisation_is_right(check: int) -> pl.Expr:
    remainder = pl.col("organisation_sum") % 11
    return _has_organisation_form & (
        place(check) == byte_of(_ORGANISATION_CHECKS, remainder)
    )


def _organisation_expected(check: int) -> pl.Expr:
    wrong = _has_organisation_form & ~_organisation_is_right(check)
    return pl.when(wrong).then(_organisation_check)


_has_organisation_form = pl.col("organisation_sum") < MALFORMED
_organisation_check = character_of(
    _ORGANISATION_CHECKS, pl.col("organisation_sum") % 11
)
_has_hyphen = place(8) == ord("-")

# Registering bodies and their kinds are added to the standard from time to time
# (A, N, Y came later), so any character of the alphabet but 0 may stand first.
_CREDIT_GIVEN = {
    "sum": weighted_sum(_CREDIT_ALPHABET, _CREDIT_WEIGHTS, digits=range(2, 8)),
    **_organisation(8),
}
_has_credit_form = (pl.col("sum") < MALFORMED) & (place(0) != ord("0"))
_credit_check_is_right = place(17) == byte_of(_CREDIT_CHECKS, pl.col("sum") % 31)


def _credit_expected() -> pl.Expr:
    """Return the last character, or the last two if the organisation code is wrong."""
    body = weighted_sum(_CREDIT_ALPHABET, _CREDIT_WEIGHTS[:16])
    seventeenth = pl.Series(
        [
            _CREDIT_ALPHABET.index(character) * _CREDIT_WEIGHTS[16]
            for character in _ORGANISATION_CHECKS
        ],
        dtype=pl.UInt32,
    )
    corrected = body + pl.lit(seventeenth).gather(pl.col("organisation_sum") % 11)
    return (
        pl.when(~_has_credit_form)
        .then(pl.lit(None, dtype=pl.String))
        .when(~_organisation_is_right(16))
        .then(_organisation_check + character_of(_CREDIT_CHECKS, corrected % 31))
        .when(~_credit_check_is_right)
        .then(character_of(_CREDIT_CHECKS, pl.col("sum") % 31))
    )


CREDIT_CODE = Identifier(
    name="credit_code",
    is_valid=over_column(
        any_of(
            [
                judge_of(
                    18,
                    _has_credit_form
                    & _credit_check_is_right
                    & _organisation_is_right(16),
                    pl.Boolean,
                    given=_CREDIT_GIVEN,
                )
            ]
        ),
        pl.Boolean,
    ),
    expected=over_column(
        judge_of(18, _credit_expected(), pl.String, given=_CREDIT_GIVEN), pl.String
    ),
)

ORGANISATION_CODE = Identifier(
    name="organisation_code",
    is_valid=over_column(
        any_of(
            [
                judge_of(
                    9, _organisation_is_right(8), pl.Boolean, given=_organisation(0)
                ),
                judge_of(
                    10,
                    _has_hyphen & _organisation_is_right(9),
                    pl.Boolean,
                    given=_organisation(0),
                ),
            ]
        ),
        pl.Boolean,
    ),
    expected=over_column(
        first_of(
            [
                judge_of(
                    9, _organisation_expected(8), pl.String, given=_organisation(0)
                ),
                judge_of(
                    10,
                    pl.when(_has_hyphen).then(_organisation_expected(9)),
                    pl.String,
                    given=_organisation(0),
                ),
            ]
        ),
        pl.String,
    ),
)
