"""Taxpayer numbers (纳税人识别号): built from the codes of the other modules."""

import polars as pl

from gongshi.domain.identifiers.credit_code import CREDIT_CODE, ORGANISATION_CODE
from gongshi.domain.identifiers.identifier import Identifier, Judgement
from gongshi.domain.identifiers.places import Judge, any_of, over_column
from gongshi.domain.identifiers.resident_id import RESIDENT_ID

_REGION_LENGTH = 6
_ENDS_IN_TWO = r"[0-9A-Z]{2}$"  # tells several businesses of one person apart


def _organisation_part(text: pl.Expr) -> pl.Expr:
    """Return the organisation code of a number of 15 characters, else null."""
    has_region = text.str.contains(r"^[0-9]{6}[0-9A-Z]{9}$")
    return pl.when(has_region).then(text.str.slice(_REGION_LENGTH))


def _person_part(text: pl.Expr) -> pl.Expr:
    """Return the identity number of a person's number of 17 or 20 characters."""
    longer = text.str.len_bytes().is_in([17, 20]) & text.str.contains(_ENDS_IN_TWO)
    return pl.when(longer).then(text.str.head(-2))


def _whole(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_bytes().is_in([15, 18])).then(text)


def _judged_by(identifier: Identifier, part: Judgement) -> Judge:
    def judge(text: pl.Series) -> pl.Series:
        verdict = identifier.is_valid(part(pl.col("text")))
        return text.to_frame("text").select(verdict).to_series()

    return judge


_is_valid = over_column(
    any_of(
        [
            _judged_by(ORGANISATION_CODE, _organisation_part),
            _judged_by(CREDIT_CODE, _whole),
            _judged_by(RESIDENT_ID, _whole),
            _judged_by(RESIDENT_ID, _person_part),
        ]
    ),
    pl.Boolean,
)


def _expected(text: pl.Expr) -> pl.Expr:
    return pl.when(~_is_valid(text)).then(
        pl.coalesce(
            ORGANISATION_CODE.expected(_organisation_part(text)),
            RESIDENT_ID.expected(_whole(text)),
            CREDIT_CODE.expected(_whole(text)),
        )
    )


TAXPAYER_NUMBER = Identifier(
    name="taxpayer_number", is_valid=_is_valid, expected=_expected
)
