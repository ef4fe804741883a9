"""Identity documents: masked numbers, dates of birth, minors."""

from typing import overload

import polars as pl

from gongshi.domain.privacy.columns import of_text_or_column

_SHOWN = 4  # province and city; the birth date and the last digits stay hidden
_LEAST_TO_SHOW = 15  # a passport or other short number shows its first character
_ADULT_AFTER = "18y"  # 未成年人保护法 Art. 2


@overload
def mask_identity(number: str) -> str: ...


@overload
def mask_identity(number: pl.Expr) -> pl.Expr: ...


def mask_identity(number: pl.Expr | str) -> pl.Expr | str:
    """Return a document number as `3207**************`; its length remains.

    In and out: String; null stays null.
    """
    return of_text_or_column(_masked, number)


def _masked(number: pl.Expr) -> pl.Expr:
    plain = number.str.strip_chars()
    length = plain.str.len_chars()
    shown = pl.when(length >= _LEAST_TO_SHOW).then(_SHOWN).otherwise(1)
    # A number of one character shows nothing of itself.
    visible = plain.str.head(pl.when(length > 1).then(shown).otherwise(0))
    return visible.str.pad_end(length, "*")


def birth_date(number: pl.Expr) -> pl.Expr:
    """Return the date of birth (Date) in a resident identity number (String).

    Null where the number has neither 18 nor 15 characters or no real date. Numbers
    of 15 digits were given to persons born in the twentieth century.
    """
    length = number.str.len_chars()
    digits = (
        pl.when(length == 18)
        .then(number.str.slice(6, 8))
        .when(length == 15)
        .then(pl.lit("19") + number.str.slice(6, 6))
    )
    return digits.str.to_date("%Y%m%d", strict=False)


def is_minor(number: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Whether a person is under 18 on a day (Boolean).

    In: the resident identity number (String) and the day (Date). Null where the
    number holds no date of birth or the day is null.
    """
    return on < birth_date(number).dt.offset_by(_ADULT_AFTER)
