"""Writes the sender's own sheets back, bad cells marked and explained."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter
from django.utils.translation import gettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gongshi.domain.findings import (
    REPORT_COLUMNS,
    Severity,
    column_letter,
    no_findings,
)
from gongshi.domain.messages import Translate, noop
from gongshi.intake.reading import SheetPart
from gongshi.validation.report import Report, with_messages

_SHEET_ROWS = 1_048_576
_WHOLE_ROWS = 100_000  # of a larger file only the rows with findings are written
_COMMENTS = 20_000  # a workbook with more opens too slowly; cells stay marked
_CELL = 32_767  # the longest text that a cell can hold
_COLOURS = {
    Severity.ERROR: {"bg_color": "#F8D7DA", "border": 1, "border_color": "#B02A37"},
    Severity.WARNING: {"bg_color": "#FFF3CD", "border": 1, "border_color": "#997404"},
    Severity.INFO: {"bg_color": "#CFE2FF", "border": 1, "border_color": "#3D6AB0"},
}
_WORST = (Severity.ERROR, Severity.WARNING, Severity.INFO)
# Reports for machines keep the names of REPORT_COLUMNS; a workbook is read by people.
_HEADINGS: Mapping[str, str] = {
    "sheet": noop("sheet"),
    "row": noop("row"),
    "column": noop("column"),
    "field": noop("Code of the data item"),
    "label": noop("Data item"),
    "value": noop("Value"),
    "code": noop("rule"),
    "severity": noop("severity"),
    "message": noop("What is wrong and what to do"),
    "expected": noop("Expected"),
}
_SEVERITIES: Mapping[str, str] = {
    Severity.ERROR: noop("To be corrected"),
    Severity.WARNING: noop("Warning"),
    Severity.INFO: noop("Note"),
}
_WIDTHS = {"message": 70, "value": 30, "expected": 30, "label": 24, "code": 22}

_Cells = Mapping[tuple[int, str], list[tuple[Severity, str]]]


class MarkedWorkbook(Report):
    """A workbook being written: the sender's sheets, then the sheet of findings.

    Rows keep the numbers that they had. Everything is written as text, so that no
    value becomes a formula or loses a digit.
    """

    def __init__(self, path: Path, translate: Translate) -> None:
        self._translate = translate
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True})
        self._text = self._book.add_format({"num_format": "@"})
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
        )
        self._marks = {
            severity: self._book.add_format({"num_format": "@", **colour})
            for severity, colour in _COLOURS.items()
        }
        self._sheets: dict[str, Worksheet] = {}
        self._reports: list[pl.DataFrame] = []
        self._rows = 0
        self._comments = 0

    def __exit__(self, *error: object) -> None:
        """Append the sheet of findings and write the file."""
        self._write_findings()
        self._book.close()

    def add(self, findings: pl.DataFrame, part: SheetPart | None) -> None:
        """Append a part's rows and findings."""
        report = with_messages(findings, self._translate)
        self._reports.append(report)
        if part is not None:
            self._write_rows(part, report)

    def _write_rows(self, part: SheetPart, report: pl.DataFrame) -> None:
        sheet = self._sheets.get(part.sheet) or self._begin(part)
        marked = _by_cell(report)
        flagged = {row for row, _ in marked}
        positions = _positions(part)
        names = list(positions)
        for number, *cells in part.frame.select("row", *names).iter_rows():
            self._rows += 1
            if number <= _SHEET_ROWS and (
                self._rows <= _WHOLE_ROWS or number in flagged
            ):
                for name, cell in zip(names, cells, strict=True):
                    self._write_cell(sheet, number, positions[name], cell, marked)

    def _begin(self, part: SheetPart) -> Worksheet:
        taken = len(self._sheets) + 1
        name = (
            part.sheet if _is_sheet_name(part.sheet, self._sheets) else f"Sheet{taken}"
        )
        sheet = self._sheets[part.sheet] = self._book.add_worksheet(name)
        sheet.set_column(0, max(_positions(part).values()), 20)
        for number, cells in enumerate(part.match.head):
            style = self._head if number + 1 == part.match.header_row else self._text
            for column, text in enumerate(cells):
                if text:
                    sheet.write_string(number, column, text[:_CELL], style)
        sheet.freeze_panes(part.match.header_row, 0)
        return sheet

    def _write_cell(
        self,
        sheet: Worksheet,
        number: int,
        column: int,
        cell: str | None,
        marked: _Cells,
    ) -> None:
        found = marked.get((number, column_letter(column)), [])
        style = self._style(found)
        if cell is None:
            if found:
                sheet.write_blank(number - 1, column, None, style)
        else:
            sheet.write_string(number - 1, column, cell[:_CELL], style)
        if found and self._comments < _COMMENTS:
            self._comments += 1
            sheet.write_comment(
                number - 1,
                column,
                "\n".join(text for _, text in found),
                {"x_scale": 2.2},
            )

    def _style(self, found: list[tuple[Severity, str]]) -> Format:
        said = {severity for severity, _ in found}
        worst = next((severity for severity in _WORST if severity in said), None)
        return self._text if worst is None else self._marks[worst]

    def _write_findings(self) -> None:
        report = pl.concat(
            [with_messages(no_findings(), self._translate), *self._reports]
        )
        pages = max(1, -(-report.height // (_SHEET_ROWS - 1)))
        for page in range(pages):
            title = gettext("Findings") + (f" {page + 1}" if page else "")
            start = page * (_SHEET_ROWS - 1)
            self._write_findings_page(title, report.slice(start, _SHEET_ROWS - 1))

    def _write_findings_page(self, title: str, report: pl.DataFrame) -> None:
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(REPORT_COLUMNS):
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
            sheet.write_string(0, column, self._translate(_HEADINGS[name]), self._head)
        severities = {code: self._translate(text) for code, text in _SEVERITIES.items()}
        told = report.with_columns(pl.col("severity").replace(severities))
        for number, row in enumerate(told.iter_rows(), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell is not None:
                    sheet.write_string(number, column, cell[:_CELL], self._text)


def _by_cell(report: pl.DataFrame) -> dict[tuple[int, str], list[tuple[Severity, str]]]:
    cells: dict[tuple[int, str], list[tuple[Severity, str]]] = defaultdict(list)
    columns = ("row", "column", "severity", "message")
    placed = report.drop_nulls(["row", "column"]).select(columns)
    for row, column, severity, message in placed.iter_rows():
        cells[row, column].append((Severity(severity), message))
    return cells


def _positions(part: SheetPart) -> dict[str, int]:
    match = part.match
    extra = {f"extra.{position}": position for position, _ in match.unrecognised}
    return {**match.columns, **extra}


def _is_sheet_name(name: str, taken: Mapping[str, Worksheet]) -> bool:
    fits = 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'")
    return fits and name.lower() not in {each.lower() for each in taken}
