"""Columns of random numbers that are the same wherever and whenever they are drawn."""

from dataclasses import dataclass
from random import Random

import polars as pl

_RANGE = 2**32


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Random columns of one height.

    Each column has a name and draws from a generator of its own, seeded with
    `seed` and that name: adding a column changes no other one, and a longer
    column begins with the shorter one.
    """

    seed: str
    height: int

    def below(self, name: str, limit: int | pl.Series) -> pl.Series:
        """Return whole numbers (UInt32) from 0 to below the limit, evenly spread."""
        return (self._column(name) * limit // _RANGE).cast(pl.UInt32)

    def skewed(self, name: str, limit: int | pl.Series) -> pl.Series:
        """Return whole numbers (UInt32) below the limit, small ones far more often.

        The cube of an even draw: close to Zipf's law with the exponent 2/3.
        """
        part = self._column(name).cast(pl.Float64) / _RANGE
        return (part * part * part * limit).floor().cast(pl.UInt32)

    def share(self, name: str, share: float) -> pl.Series:
        """Return Booleans that are true in about that share of the rows."""
        return self._column(name) < round(share * _RANGE)

    def _column(self, name: str) -> pl.Series:
        generator = Random(f"{self.seed}/{name}")  # noqa: S311 - no secret
        drawn = pl.Series(name, [generator.randbytes(4 * self.height)])
        kind = pl.Array(pl.UInt32, self.height)
        numbers = drawn.bin.reinterpret(dtype=kind, endianness="little").explode()
        return numbers.cast(pl.UInt64)
