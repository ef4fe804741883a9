"""Looks into the XML of an .ods before it is read, in bounded memory.

The format writes repeated cells and rows as a number, so that a small file may
stand for billions of cells.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from gongshi.intake.reading.archive import Archive
from gongshi.intake.reading.limits import MIB, Limits
from gongshi.intake.reading.problems import (
    CELLS,
    COLUMNS,
    DAMAGED,
    ROWS,
    SEND_AGAIN,
    CannotRead,
    beyond,
    unreadable,
)
from gongshi.intake.reading.survey import Cell, Extent, Survey

_CONTENT = "content.xml"
_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)"
    rb"((?:\s+[\w:.-]+=(?:\"[^\"]*\"|'[^']*'))*)\s*/?>"
)
_NAME = re.compile(rb"table:name=\"([^\"]*)\"")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=\"(\d{1,12})\"")


class OdsSurvey(Survey):
    """The survey of an .ods file; all sheets are looked at once, at the start."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._tables: dict[str, _Table] = {}
        self._look(Archive(path, limits))

    def survey(self, sheet: str) -> Extent:
        """Return what was seen of the sheet at the start."""
        table = self._tables.get(sheet)
        return table.extent if table else Extent()

    def _look(self, archive: Archive) -> None:
        table = _Table(self._limits)
        for closing, kind, attributes in _tags(archive):
            if kind == b"table" and not closing:
                table = _Table(self._limits)
                name = _NAME.search(attributes)
                text = (
                    html.unescape(name.group(1).decode("utf-8", "replace"))
                    if name
                    else ""
                )
                self._tables.setdefault(text, table)
            elif kind == b"table-row":
                table.end_row() if closing else table.start_row(_repeats(attributes))
            elif kind != b"table" and not closing:
                table.add_cell(attributes)
        # The reader unpacks all sheets together: one too large spoils them all.
        for table in self._tables.values():
            if table.refused:
                raise table.refused
        cells = sum(table.cells for table in self._tables.values())
        if cells > self._limits.cells:
            raise beyond(CELLS, cells, self._limits.cells)


class _Table:
    """The extent of one sheet, counted as its tags go by."""

    def __init__(self, limits: Limits) -> None:
        self.first_column: int | None = None
        self.last_column = -1
        self.last_row = 0
        self.errors: list[Cell] = []
        self.refused: CannotRead | None = None
        self._limits = limits
        self._rows = 0
        self._repeats = 1
        self._column = 0
        self._has_content = False

    @property
    def extent(self) -> Extent:
        """The used area as counted so far."""
        return Extent(
            first_column=self.first_column or 0,
            rows=self.last_row,
            columns=self.last_column + 1,
            errors=tuple(self.errors),
        )

    @property
    def cells(self) -> int:
        """How many cells the spreadsheet reader lays out for the used area."""
        return self.last_row * (self.last_column - (self.first_column or 0) + 1)

    def start_row(self, repeats: int) -> None:
        """Begin a row that stands for so many."""
        self._repeats, self._column, self._has_content = repeats, 0, False

    def end_row(self) -> None:
        """Count the row; empty ones count only when a filled one follows."""
        self._rows += self._repeats
        if self._has_content:
            self.last_row = self._rows
            self._refuse_too_large()

    def add_cell(self, attributes: bytes) -> None:
        """Count a cell, or several alike."""
        repeats = _repeats(attributes)
        if b"value-type=" in attributes:
            self._has_content = True
            if self.first_column is None or self._column < self.first_column:
                self.first_column = self._column
            self.last_column = max(self.last_column, self._column + repeats - 1)
            if b'value-type="error"' in attributes:
                self.errors.append((self._rows + 1, self._column))
        self._column += repeats

    def _refuse_too_large(self) -> None:
        for unit, found, limit in (
            (COLUMNS, self.last_column + 1, self._limits.columns),
            (ROWS, self.last_row, self._limits.rows),
            (CELLS, self.cells, self._limits.cells),
        ):
            if found > limit and self.refused is None:
                self.refused = beyond(unit, found, limit)


def _repeats(attributes: bytes) -> int:
    match = _REPEATED.search(attributes) if b"repeated" in attributes else None
    return int(match.group(1)) if match else 1


def _tags(archive: Archive) -> Iterator[tuple[bytes, bytes, bytes]]:
    rest = b""
    for piece in archive.pieces(_CONTENT):
        window = rest + piece
        end = window.rfind(b">") + 1
        if not end and len(window) > 4 * MIB:
            raise unreadable(DAMAGED, SEND_AGAIN)
        for match in _TAG.finditer(window, 0, end):
            closing, kind, attributes = match.groups()
            yield closing, kind, attributes
            if kind == b"table-row" and match.group().endswith(b"/>"):
                yield b"/", kind, b""
        rest = window[end:]
