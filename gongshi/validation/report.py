"""Writes findings for people: sentences, and reports as CSV, JSON or a workbook."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import polars as pl

from gongshi.domain.findings import FINDING_SCHEMA, REPORT_COLUMNS
from gongshi.domain.messages import Translate, render
from gongshi.domain.rules import BY_CODE

# A cell that begins so is run as a formula by a spreadsheet that opens the file.
_FORMULA = r"^(?:[=+@\t\r]|-.)"
_EXPORTED_TEXTS = ("value", "message", "expected")


def with_messages(findings: pl.DataFrame, translate: Translate) -> pl.DataFrame:
    """Return findings (FINDING_SCHEMA) as report rows: REPORT_COLUMNS with sentences."""
    if findings.is_empty():
        schema = {name: FINDING_SCHEMA.get(name, pl.String) for name in REPORT_COLUMNS}
        return pl.DataFrame(schema=schema)
    numbered = findings.with_row_index("_order")
    told = [
        part.with_columns(message=render(translate(BY_CODE[str(code)].message)))
        for (code,), part in numbered.partition_by("code", as_dict=True).items()
    ]
    return pl.concat(told).sort("_order").select(REPORT_COLUMNS)


def safe_for_spreadsheets(report: pl.DataFrame) -> pl.DataFrame:
    """Return the report with an apostrophe before texts that would be formulas."""
    return report.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA))
        .then(pl.concat_str([pl.lit("'"), pl.col(name)]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in _EXPORTED_TEXTS
    )


def tally(findings: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Return how often each (severity, code) occurs."""
    counted = findings.group_by("severity", "code").len()
    return {(severity, code): count for severity, code, count in counted.rows()}


class ReportWriter(Protocol):
    """Takes report rows in order and finishes the file when closed."""

    def write(self, report: pl.DataFrame) -> None:
        """Append report rows (REPORT_COLUMNS)."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class _FileReport:
    """What the CSV and the JSON report share: an open file, closed at the end."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._started = False

    def __enter__(self) -> Self:
        return self

    def _finish(self) -> None:
        """Write what closes the file's syntax."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._finish()
        self._file.close()


class CsvReport(_FileReport):
    """UTF-8 with a byte order mark, so that Excel shows Chinese; no formulas."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, path.open("wb"))
        self._file.write(b"\xef\xbb\xbf" + (",".join(REPORT_COLUMNS) + "\n").encode())

    def write(self, report: pl.DataFrame) -> None:
        """Append report rows."""
        safe_for_spreadsheets(report).write_csv(self._file, include_header=False)


class JsonReport(_FileReport):
    """One array of objects, values exactly as found."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, path.open("wb"))
        self._file.write(b"[")

    def write(self, report: pl.DataFrame) -> None:
        """Append report rows."""
        for row in report.iter_rows(named=True):
            self._file.write(b",\n" if self._started else b"\n")
            self._file.write(_object(row))
            self._started = True

    def _finish(self) -> None:
        self._file.write(b"\n]\n")


def _object(row: Mapping[str, object]) -> bytes:
    return json.dumps(dict(row), ensure_ascii=False).encode()
