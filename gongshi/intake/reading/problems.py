"""What can be wrong with a file, as findings and as the exception that stops it."""

from collections.abc import Sequence

import polars as pl

from gongshi.domain.findings import (
    FINDING_SCHEMA,
    Severity,
    column_letter,
    no_findings,
)
from gongshi.domain.messages import Translate, noop
from gongshi.domain.standards import Field

SAVE_AGAIN = noop("Open it in a spreadsheet program and save it as .xlsx.")
SEND_TABLE = noop("Send the table itself as .xlsx, .xls, .ods or .csv.")
REMOVE_PASSWORD = noop("Remove the password and save it again.")
UNPACK = noop("Unpack it and send the table inside.")
SEND_AGAIN = noop("It was probably cut off on the way; send it again.")
CHECK_QUOTES = noop(
    "Close the quotation mark in this row, or save the table as .xlsx and send that."
)
SAVE_AS_UTF8 = noop("Save it as “CSV UTF-8” or as .xlsx and send that.")

DAMAGED = noop("it is damaged or incomplete")
ENCRYPTED = noop("it is protected by a password")
BAD_TEXT = noop("this row holds bytes that are no text in UTF-8 or GB18030")
NUL_BYTE = noop("this row holds a NUL byte, which is no text")
OPEN_QUOTE = noop("a quotation mark is opened in this row and never closed")
LONG_ROW = noop(
    "this row is longer than any real record, probably an unclosed quotation mark"
)

MEBIBYTES = noop("MiB")
MEBIBYTES_UNPACKED = noop("MiB unpacked")
ROWS = noop("rows")
COLUMNS = noop("columns")
CELLS = noop("cells")
SHEETS = noop("sheets")
UNITS = frozenset({MEBIBYTES, MEBIBYTES_UNPACKED, ROWS, COLUMNS, CELLS, SHEETS})


class CannotRead(Exception):
    """The file, or the rest of it from some row on, cannot be used.

    `value` and `expected` say what it is and what to do: for `unreadable-file`
    marked English sentences, for `beyond-limit` the size found and the limit.
    """

    def __init__(
        self,
        code: str,
        value: str | None = None,
        expected: str | None = None,
        *,
        sheet: str | None = None,
        row: int | None = None,
    ) -> None:
        super().__init__(code, value, expected, row)
        self.code = code
        self.value = value
        self.expected = expected
        self.sheet = sheet
        self.row = row

    @property
    def finding(self) -> pl.DataFrame:
        """The same as one finding, an error, in a frame of FINDING_SCHEMA."""
        return finding(
            self.code,
            sheet=self.sheet,
            row=self.row,
            value=self.value,
            expected=self.expected,
        )


def unreadable(
    value: str, expected: str, *, sheet: str | None = None, row: int | None = None
) -> CannotRead:
    """Return the exception that says what the file is and what to do."""
    return CannotRead("unreadable-file", value, expected, sheet=sheet, row=row)


def beyond(unit: str, found: int, limit: int) -> CannotRead:
    """Return the exception for a limit that the file goes beyond."""
    return CannotRead("beyond-limit", f"{found:,} {unit}", f"{limit:,} {unit}")


def in_language(text: str, translate: Translate) -> str:
    """Translate `value` or `expected` of an unreadable-file or beyond-limit finding.

    The former hold marked sentences, the latter a number and a marked unit.
    """
    number, _, unit = text.partition(" ")
    if number[:1].isdigit() and unit in UNITS:
        return f"{number} {translate(unit)}"
    return translate(text)


def finding(
    code: str,
    severity: Severity = Severity.ERROR,
    *,
    field: Field | None = None,
    position: int | None = None,
    **cells: str | int | None,
) -> pl.DataFrame:
    """Return one finding as a frame; `cells` are further columns of it."""
    values = {
        "code": code,
        "severity": str(severity),
        "column": None if position is None else column_letter(position),
        "field": field.code if field else None,
        "label": field.label if field else None,
        **cells,
    }
    line = {name: values.get(name) for name in FINDING_SCHEMA}
    return pl.DataFrame([line], schema=FINDING_SCHEMA)


def together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the findings of all frames as one."""
    return pl.concat([no_findings(), *frames])
