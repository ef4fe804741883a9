"""Reads spreadsheets (xlsx, xls, ods): every recognised sheet, each loaded once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import fastexcel
import polars as pl

from gongshi.domain.findings import Severity, no_findings
from gongshi.intake.reading import clean
from gongshi.intake.reading.headers import SEARCHED_ROWS, Candidate, find_header
from gongshi.intake.reading.kinds import FileKind
from gongshi.intake.reading.limits import Limits
from gongshi.intake.reading.ods import OdsSurvey
from gongshi.intake.reading.problems import (
    CELLS,
    DAMAGED,
    SEND_AGAIN,
    SHEETS,
    beyond,
    finding,
    together,
    unreadable,
)
from gongshi.intake.reading.sheets import HeaderMatch, SheetPart
from gongshi.intake.reading.survey import Cell, Survey
from gongshi.intake.reading.xls import XlsSurvey
from gongshi.intake.reading.xlsx import XlsxSurvey

INSTRUCTIONS = "填写说明"  # the sheet of our own blank forms that holds no records

_SURVEYS: dict[FileKind, Callable[[Path, Limits], Survey]] = {
    FileKind.XLSX: XlsxSurvey,
    FileKind.XLS: XlsSurvey,
    FileKind.ODS: OdsSurvey,
}
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class LoadedSheet:
    """One recognised sheet: raw cells, and the cells whose formula has no value."""

    name: str
    match: HeaderMatch
    raw: pl.DataFrame
    first_column: int
    errors: tuple[Cell, ...]


class Workbook:
    """A workbook with all its sheets loaded; recognised ones are kept."""

    def __init__(
        self, path: Path, kind: FileKind, *, edition: str | None, limits: Limits
    ) -> None:
        self.sheets: list[LoadedSheet] = []
        self.nearest: Candidate | None = None
        self.nearest_sheet: str | None = None
        self.is_empty = True
        self._edition = edition
        self._limits = limits
        self._survey = _SURVEYS[kind](path, limits)
        # By its bytes, not its path: the reader believes the name's ending.
        self._reader = _guarded(lambda: fastexcel.read_excel(path.read_bytes()))
        names = self._reader.sheet_names
        if len(names) > limits.sheets:
            raise beyond(SHEETS, len(names), limits.sheets)
        self._cells = 0
        unread = [name for name in names if not self._take(name)]
        self.problems = self._about_file(unread)

    def parts(self) -> Iterator[SheetPart]:
        """Yield the records of all recognised sheets, in the workbook's order."""
        while self.sheets:
            sheet = self.sheets.pop(0)
            yield from self._sheet_parts(sheet)

    def _take(self, name: str) -> bool:
        """Load a sheet; return whether it could be recognised, or holds nothing."""
        extent = self._survey.survey(name)
        self._cells += extent.rows * extent.columns
        if self._cells > self._limits.cells:
            raise beyond(CELLS, self._cells, self._limits.cells)
        frame = self._load(name, "string")
        if not frame.height:
            return True
        self.is_empty = False
        first = extent.first_column
        frame.columns = [clean.raw_name(first + at) for at in range(frame.width)]
        head: list[list[str | None]] = [
            [None] * first + list(row) for row in frame.head(SEARCHED_ROWS + 1).rows()
        ]
        candidate = find_header(head, self._edition)
        if candidate is None or not candidate.is_certain:
            self._remember_nearest(candidate, name)
            return name == INSTRUCTIONS
        self.sheets.append(
            LoadedSheet(
                name=name,
                match=candidate.match,
                raw=frame.with_row_index("row", 1),
                first_column=first,
                errors=extent.errors,
            )
        )
        return True

    def _remember_nearest(self, candidate: Candidate | None, name: str) -> None:
        best = self.nearest.score if self.nearest else float("-inf")
        if candidate and candidate.score > best:
            self.nearest, self.nearest_sheet = candidate, name

    def _load(self, name: str, dtype: Literal["string", "boolean"]) -> pl.DataFrame:
        """Load all cells of a sheet, from row 1 and the first column with content."""
        return _guarded(
            lambda: self._reader.load_sheet(
                name, header_row=None, skip_rows=0, dtypes=dtype
            ).to_polars()
        )

    def _about_file(self, unread: list[str]) -> pl.DataFrame:
        found = []
        if self._survey.has_macros:
            found.append(finding("macros-ignored", Severity.INFO))
        if self.sheets:
            found += [
                finding("sheet-not-read", Severity.INFO, sheet=name, value=name)
                for name in unread
            ]
        return together(found)

    def _sheet_parts(self, sheet: LoadedSheet) -> Iterator[SheetPart]:
        records = clean.without_midnight(
            clean.tidy(sheet.raw, sheet.match), sheet.match
        )
        frame, shown = clean.take_formula_errors(records, sheet.match, sheet=sheet.name)
        problems = together([shown, self._hidden_errors(sheet)])
        lost = self._lost(frame, sheet)
        size = self._limits.part_rows
        count = max(-(-frame.height // size), 1)
        for piece in frame.iter_slices(-(-frame.height // count) or 1):
            first, last = piece.item(0, "row"), piece.item(-1, "row")
            here = pl.col("row").is_between(first, last)
            yield SheetPart(
                sheet=sheet.name,
                match=sheet.match,
                frame=piece,
                lost=lost.filter(here),
                problems=problems.filter(here),
            )

    def _hidden_errors(self, sheet: LoadedSheet) -> pl.DataFrame:
        if not sheet.errors:
            return no_findings()
        schema = {"row": pl.UInt32, "position": pl.UInt32}
        cells = pl.DataFrame(sheet.errors, schema=schema, orient="row")
        return clean.formula_errors_at(cells.unique(), sheet.match, sheet=sheet.name)

    def _lost(self, frame: pl.DataFrame, sheet: LoadedSheet) -> pl.DataFrame:
        """Return (row, field) of the codes that are stored as numbers too long."""
        suspects = clean.could_be_numbers(frame, sheet.match)
        shown = clean.in_scientific_notation(frame, sheet.match)
        if not suspects.height:
            return shown
        columns = sheet.match.columns
        fields = {(row, columns[name]): name for row, name in suspects.rows()}
        cells = sorted(fields)
        numbers = self._survey.numbers(sheet.name, cells)
        if numbers is None:
            numbers = self._typed_numbers(sheet, cells)
        stored = [(row, fields[row, at]) for row, at in sorted(numbers)]
        return pl.concat(
            [shown, pl.DataFrame(stored, schema=clean.LOST_SCHEMA, orient="row")]
        ).unique(maintain_order=True)

    def _typed_numbers(self, sheet: LoadedSheet, cells: list[Cell]) -> set[Cell]:
        """Load the sheet once more, as truth values.

        A number becomes true, a text becomes nothing: so the reader tells which of
        the two a cell is.
        """
        frame = self._load(sheet.name, "boolean")
        column = {at: frame.to_series(at - sheet.first_column) for _, at in cells}
        return {(row, at) for row, at in cells if column[at][row - 1] is not None}


def _guarded(load: Callable[[], _T]) -> _T:
    """Return what the spreadsheet reader gives.

    Raises:
        CannotRead: the reader refuses the file, or stumbles over it.
    """
    try:
        return load()
    except fastexcel.FastExcelError as error:
        raise unreadable(DAMAGED, SEND_AGAIN) from error
    except BaseException as error:
        # The reader is in Rust; where it stumbles, pyo3 raises its own BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(DAMAGED, SEND_AGAIN) from error
