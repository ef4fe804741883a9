"""Writes findings for people: sentences, and reports as CSV, JSON or a workbook."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from gongshi.domain.findings import FINDING_SCHEMA, REPORT_COLUMNS
from gongshi.domain.messages import Translate, render
from gongshi.domain.power_list_check import MESSAGES as POWER_LIST_MESSAGES
from gongshi.domain.rules import BY_CODE
from gongshi.intake.reading import SheetPart, in_language
from gongshi.validation.editions import form_title

# A cell that begins so is run as a formula by a spreadsheet that opens the file.
_FORMULA = r"^(?:[=+@\t\r]|-.)"
_SPOKEN = ("unreadable-file", "beyond-limit")  # their values are sentences of ours
_EXPORTED_TEXTS = ("sheet", "label", "value", "message", "expected")


def with_messages(findings: pl.DataFrame, translate: Translate) -> pl.DataFrame:
    """Return findings (FINDING_SCHEMA) as report rows: REPORT_COLUMNS with sentences."""
    if findings.is_empty():
        schema = {name: FINDING_SCHEMA.get(name, pl.String) for name in REPORT_COLUMNS}
        return pl.DataFrame(schema=schema)
    numbered = _spoken(findings, translate).with_row_index("_order")
    told = [
        part.with_columns(message=render(translate(_message(str(code)))))
        for (code,), part in numbered.partition_by("code", as_dict=True).items()
    ]
    return pl.concat(told).sort("_order").select(REPORT_COLUMNS)


def _message(code: str) -> str:
    return BY_CODE[code].message if code in BY_CODE else POWER_LIST_MESSAGES[code]


def _spoken(findings: pl.DataFrame, translate: Translate) -> pl.DataFrame:
    """Return the findings with the sentences and names among their values translated."""
    closest = set(findings.filter(code="unknown-template").get_column("value")) - {None}
    if closest:
        titles = {key: form_title(key) for key in closest}
        findings = findings.with_columns(
            pl.when(code="unknown-template")
            .then(pl.col("value").replace(titles))
            .otherwise("value")
            .alias("value")
        )
    spoken = pl.col("code").is_in(_SPOKEN)
    said = findings.filter(spoken)
    if said.is_empty():
        return findings
    # Not by `map_elements`: in Polars' own threads no language is chosen.
    texts = set(said.get_column("value")) | set(said.get_column("expected"))
    words = {text: in_language(text, translate) for text in texts - {None}}
    return findings.with_columns(
        pl.when(spoken)
        .then(pl.col(name).replace(words))
        .otherwise(pl.col(name))
        .alias(name)
        for name in ("value", "expected")
    )


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


class Report:
    """A report being written: takes the findings of part after part, in order."""

    def add(self, findings: pl.DataFrame, part: SheetPart | None) -> None:
        """Append findings (FINDING_SCHEMA); `part` has the rows that they are about."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish and close the file."""


class CsvReport(Report):
    """UTF-8 with a byte order mark, so that Excel shows Chinese; no formulas."""

    def __init__(self, path: Path, translate: Translate) -> None:
        self._translate = translate
        self._file = path.open("wb")
        self._file.write(b"\xef\xbb\xbf" + (",".join(REPORT_COLUMNS) + "\n").encode())

    def add(self, findings: pl.DataFrame, part: SheetPart | None) -> None:
        """Append findings."""
        report = safe_for_spreadsheets(with_messages(findings, self._translate))
        report.write_csv(self._file, include_header=False)

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._file.close()


class JsonReport(Report):
    """One array of objects, values exactly as found."""

    def __init__(self, path: Path, translate: Translate) -> None:
        self._translate = translate
        self._file = path.open("wb")
        self._before = b"[\n"

    def add(self, findings: pl.DataFrame, part: SheetPart | None) -> None:
        """Append findings."""
        for row in with_messages(findings, self._translate).iter_rows(named=True):
            line = json.dumps(row, ensure_ascii=False).encode()
            self._file.write(self._before + line)
            self._before = b",\n"

    def __exit__(self, *error: object) -> None:
        """Close the array and the file."""
        self._file.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
        self._file.close()
