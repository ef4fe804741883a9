"""What every identity code can be asked, whatever its kind."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Judgement = Callable[[pl.Expr], pl.Expr]


def never_old(text: pl.Expr) -> pl.Expr:
    """Return false for every value: the code has no older kind."""
    return pl.when(text.is_not_null()).then(pl.lit(value=False))


def never_expected(text: pl.Expr) -> pl.Expr:
    """Return null for every value: the code has no check character."""
    return pl.when(text.is_null() & text.is_not_null()).then(text)


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """One kind of code; each judgement takes and returns an expression.

    In: String, normalised (upper-case, half-width, no spaces); null gives null.

    `is_valid` (Boolean): form and check characters are right. `expected` (String):
    the right check character where the form is right and the check is not, else
    null. `is_old` (Boolean): accepted, but of a kind that is no longer issued.
    """

    name: str
    is_valid: Judgement
    expected: Judgement = never_expected
    is_old: Judgement = never_old


def is_valid(identifier: Identifier, text: str) -> bool:
    """Whether one normalised text is valid; asks the column expression."""
    return bool(pl.select(identifier.is_valid(pl.lit(text))).item())
