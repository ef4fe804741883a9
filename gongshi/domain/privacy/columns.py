"""Lets one expression serve a column and a single text."""

from collections.abc import Callable

import polars as pl


def of_text_or_column(
    mask: Callable[[pl.Expr], pl.Expr], value: pl.Expr | str
) -> pl.Expr | str:
    """Apply an expression of String to a column or, at once, to one text."""
    if isinstance(value, pl.Expr):
        return mask(value)
    masked = pl.select(mask(pl.lit(value))).item()
    assert isinstance(masked, str)
    return masked
