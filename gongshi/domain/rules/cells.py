"""Columns of a prepared frame: how a rule names the text and the value of a cell.

For each field `f` of the form a prepared frame has
`f` (String: canonical text, null where empty, a placeholder or lost),
`f.raw` (String: the text as received), `f.lost` (Boolean),
`f.date` (Date) for dates, `f.number` (Float64) for amounts,
`f.ok` (Boolean) for identifiers: the check digits are right.
"""

import polars as pl

PLACEHOLDERS = (
    "无", "/", "／", "-", "－", "--", "—", "——", "空", "、", "\\", "*", ".", "。",
    "暂无", "没有", "不详", "未知", "无数据", "N/A", "n/a", "NA", "NULL", "null", "None", "nan",
)  # fmt: skip

NO_NUMBER = "空"  # a prior licence without a decision number (jiangsu-2016)
LONG_TERM = pl.date(2099, 12, 31)  # 长期
SOLE_TRADER_WITHOUT_CODE = "00000000000000000X"


def text(name: str) -> pl.Expr:
    """Return the canonical text of a field."""
    return pl.col(name)


def raw(name: str) -> pl.Expr:
    """Return the text of a field as received."""
    return pl.col(f"{name}.raw")


def lost(name: str) -> pl.Expr:
    """Return whether the cell was a number that had lost digits."""
    return pl.col(f"{name}.lost")


def day(name: str) -> pl.Expr:
    """Return the date of a field; null where empty or no date."""
    return pl.col(f"{name}.date")


def number(name: str) -> pl.Expr:
    """Return the amount of a field in 万元; null where empty or no number."""
    return pl.col(f"{name}.number")


def is_right(name: str) -> pl.Expr:
    """Return whether an identifier is right; null where empty."""
    return pl.col(f"{name}.ok")


def is_filled(name: str) -> pl.Expr:
    """Return whether the cell says something, be it right or wrong."""
    return text(name).is_not_null() | lost(name)


def is_empty(name: str) -> pl.Expr:
    """Return whether the cell says nothing: empty or a placeholder."""
    return ~is_filled(name)
