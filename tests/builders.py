"""Builders of rows and frames that are valid by default."""

from collections.abc import Mapping, Sequence

import polars as pl

from gongshi.domain.standards import Form


def frame_of(form: Form, rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Return rows as a frame as read from a sheet: first record in row 2."""
    schema = {"row": pl.UInt32} | dict.fromkeys(form.names, pl.String)
    numbered = [{"row": number, **row} for number, row in enumerate(rows, start=2)]
    return pl.DataFrame(numbered, schema=schema)
