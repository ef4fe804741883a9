"""Business registration numbers (工商注册号, GS 15-2006), check digit ISO 7064 MOD 11,10."""

import polars as pl

from gongshi.domain.identifiers.identifier import Identifier
from gongshi.domain.identifiers.places import (
    DIGITS,
    MALFORMED,
    Judge,
    any_of,
    byte_of,
    character_of,
    judge_of,
    number,
    over_column,
    place,
    weighted_sum,
)

# Numbers of 13 digits were given until 2007. Farmers' cooperatives carry NA after
# the region and X at the end, without a check digit.
_OLD_FORM = r"^(?:[0-9]{13}|[0-9]{6}NA[0-9]{6}X)$"
_CHECKS = "00987654321"  # by the running product, which is never 0

# The running product after a digit d, at index 10 × product + d.
_PRODUCTS = [
    ((product + digit) % 10 or 10) * 2 % 11
    for product in range(11)
    for digit in range(10)
]


def registration_number_check_digit(body: str) -> str:
    """Return the fifteenth digit for the first fourteen."""
    product = 10
    for digit in body:
        product = _PRODUCTS[10 * product + int(digit)]
    return _CHECKS[product]


def _running_product() -> pl.Expr:
    products = pl.lit(pl.Series(_PRODUCTS, dtype=pl.UInt32))
    product = pl.lit(10, dtype=pl.UInt32)
    for index in range(14):
        product = products.gather(product * 10 + number(index, 1))
    return product


_form = weighted_sum(DIGITS, [0] * 15) < MALFORMED
_GIVEN = {"product": _running_product()}
_is_right = place(14) == byte_of(_CHECKS, pl.col("product"))
_expected = pl.when(_form & ~_is_right).then(character_of(_CHECKS, pl.col("product")))


def _has_old_form(text: pl.Series) -> pl.Series:
    return text.str.contains(_OLD_FORM)


_present: Judge = judge_of(15, _form & _is_right, pl.Boolean, given=_GIVEN)

REGISTRATION_NUMBER = Identifier(
    name="registration_number",
    is_valid=over_column(any_of([_present, _has_old_form]), pl.Boolean),
    expected=over_column(judge_of(15, _expected, pl.String, given=_GIVEN), pl.String),
    is_old=lambda text: text.str.contains(_OLD_FORM),
)
