"""Findings: what a rule has to say about a cell, a row or a whole file, as data."""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl


class Severity(StrEnum):
    """What a finding means for its row."""

    ERROR = "error"  # the row goes back
    WARNING = "warning"  # the row lands; somebody should look
    INFO = "info"  # the row lands; told for completeness


class Category(StrEnum):
    """Which of the three assessed qualities a rule protects (notice 六(四))."""

    TIMELINESS = "timeliness"  # 及时性
    COMPLETENESS = "completeness"  # 完整性
    ACCURACY = "accuracy"  # 准确性


FINDING_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "field": pl.String,
    "label": pl.String,
    "value": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "expected": pl.String,
}

REPORT_COLUMNS = (
    "sheet",
    "row",
    "column",
    "field",
    "label",
    "value",
    "code",
    "severity",
    "message",
    "expected",
)


def no_findings() -> pl.DataFrame:
    """Return an empty frame of findings."""
    return pl.DataFrame(schema=FINDING_SCHEMA)


def column_letter(position: int) -> str:
    """Return a column's letter as a spreadsheet shows it: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
