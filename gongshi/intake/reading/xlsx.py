"""Looks into the XML of an .xlsx before and after it is read, in bounded memory.

Before: how far the used area reaches, which formulas have no value, whether there
are macros. After: whether a long code stands as text or as a number.
"""

import html
import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from gongshi.domain.findings import column_letter
from gongshi.intake.reading import columns
from gongshi.intake.reading.archive import Archive
from gongshi.intake.reading.limits import MIB, Limits
from gongshi.intake.reading.problems import (
    CELLS,
    COLUMNS,
    DAMAGED,
    MEBIBYTES_UNPACKED,
    ROWS,
    SEND_AGAIN,
    beyond,
    unreadable,
)
from gongshi.intake.reading.survey import Cell, Extent, Survey

_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\b([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(rb' r="([A-Z]{1,4})(\d{1,8})"')
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?: [^<>]*)?/>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|(?=</(?:\w+:)?c>))"
)
_LONGEST_TEXTS = 2048 * MIB  # what all cells may hold together once written out


class XlsxSurvey(Survey):
    """The survey of an .xlsx file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._archive = Archive(path, limits)
        self._limits = limits
        self.has_macros = any("vbaproject" in n.lower() for n in self._archive.names)
        self._paths = self._sheet_paths()
        self._text_sizes = self._shared_text_sizes()
        for name in self._archive.names:
            if name.endswith((".xml", ".rels")) and name not in self._paths.values():
                self._archive.count(name)

    def survey(self, sheet: str) -> Extent:
        """Go through a sheet's XML once.

        Raises:
            CannotRead: the used area or its texts are larger than allowed.
        """
        scan = _Scan(self._limits)
        for window in self._windows(sheet):
            scan.look(window)
        extent = Extent(
            first_column=scan.first_column or 0,
            rows=scan.last_row,
            columns=scan.last_column + 1,
            errors=tuple(scan.errors),
        )
        self._refuse_huge_texts(sheet, extent.rows * extent.columns)
        return extent

    def numbers(self, sheet: str, cells: Sequence[Cell]) -> set[Cell] | None:
        """Return those of the cells (in the order of the sheet) that hold numbers.

        None where the XML does not say, because cells carry no reference.
        """
        found: set[Cell] = set()
        waiting = iter(cells)
        cell = next(waiting, None)
        for window in self._windows(sheet):
            start = 0
            while cell is not None:
                name = f' r="{column_letter(cell[1])}{cell[0]}"'.encode()
                start = window.find(name, start)
                if start < 0:
                    break
                tag = window[window.rfind(b"<", 0, start) : window.find(b">", start)]
                if not re.search(rb' t="(?:s|str|inlineStr|e|b|d)"', tag):
                    found.add(cell)
                cell = next(waiting, None)
        return found if cell is None else None

    def _sheet_paths(self) -> dict[str, str]:
        """Return the archive's member by sheet name."""
        targets = {
            a.get("Id", ""): posixpath.normpath(
                posixpath.join("/xl", a.get("Target", ""))
            ).lstrip("/")
            for a in self._tags("xl/_rels/workbook.xml.rels", "Relationship")
        }
        paths = {}
        for attributes in self._tags("xl/workbook.xml", "sheet"):
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            if targets.get(relation) in self._archive.names:
                paths[attributes.get("name", "")] = targets[relation]
        return paths

    def _tags(self, member: str, wanted: str) -> Iterator[dict[str, str]]:
        for name, attributes in _TAG.findall(self._archive.text(member)):
            if name == wanted:
                yield {
                    key: html.unescape(double or single)
                    for key, double, single in _ATTRIBUTE.findall(attributes)
                }

    def _shared_text_sizes(self) -> list[int]:
        name = "xl/sharedStrings.xml"
        if name not in self._archive.names:
            return []
        sizes: list[int] = []
        begun = 0  # bytes of a text that began in an earlier piece
        for piece in self._archive.pieces(name):
            *ended, last = _split_texts(piece)
            if ended:
                sizes.append(begun + len(ended[0]))
                sizes.extend(map(len, ended[1:]))
                begun = 0
            begun += len(last)
            if len(sizes) > self._limits.cells:
                raise beyond(CELLS, len(sizes), self._limits.cells)
        return sizes

    def _refuse_huge_texts(self, sheet: str, cells: int) -> None:
        """Refuse a long text that is referred to by so many cells as to fill memory."""
        sizes = self._text_sizes
        if cells * max(sizes, default=0) <= _LONGEST_TEXTS:
            return
        total = 0
        for window in self._windows(sheet):
            for index in re.findall(rb' t="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<', window):
                total += sizes[int(index)] if int(index) < len(sizes) else 0
        if total > _LONGEST_TEXTS:
            found, limit = total // MIB, _LONGEST_TEXTS // MIB
            raise beyond(MEBIBYTES_UNPACKED, found, limit)

    def _windows(self, sheet: str) -> Iterator[bytes]:
        """Yield the sheet's XML in windows that end where a cell ends."""
        if sheet not in self._paths:
            return
        rest = b""
        for piece in self._archive.pieces(self._paths[sheet]):
            window = rest + piece
            end = window.rfind(b"</c>") + 4
            if end < 4:
                end = (window.rfind(b":c>") + 3) if b":c>" in window else 0
            end = end or window.rfind(b">") + 1
            if not end and len(window) > 4 * MIB:
                raise unreadable(DAMAGED, SEND_AGAIN, sheet=sheet)
            yield window[:end]
            rest = window[end:]
        yield rest


class _Scan:
    """Keeps what the windows of one sheet show; every search is one pass in C."""

    def __init__(self, limits: Limits) -> None:
        self.first_column: int | None = None
        self.last_column = -1
        self.last_row = 0
        self.errors: list[Cell] = []
        self._limits = limits
        self._prefix: str | None = None
        self._has_formulas = False

    def look(self, window: bytes) -> None:
        """Take in the next window."""
        if self._prefix is None:
            root = _ROOT.search(window)
            self._prefix = (root.group(1) or b"").decode() if root else ""
        self._widen_to_the_right(window)
        self._widen_to_the_left(window)
        self._count_without_references(window)
        self._find_last_row(window)
        self._refuse_too_large()
        self._has_formulas = self._has_formulas or b"f><" in window
        self.errors.extend(_cells_in_error(window, formulas=self._has_formulas))

    def _widen_to_the_right(self, window: bytes) -> None:
        start = 0
        while match := self._search(columns.behind(self.last_column), window, start):
            start = match.start()
            self.last_column = columns.column_position(match.group(1).decode())
            if self.first_column is None:
                self.first_column = self.last_column
            self._refuse_too_large()

    def _widen_to_the_left(self, window: bytes) -> None:
        start = 0
        while self.first_column and (
            match := self._search(columns.before(self.first_column), window, start)
        ):
            start = match.start()
            self.first_column = columns.column_position(match.group(1).decode())

    def _search(
        self, letters: str, window: bytes, start: int
    ) -> re.Match[bytes] | None:
        pattern = columns.cell_pattern(letters, self._prefix or "")
        return pattern.search(window, start)

    def _count_without_references(self, window: bytes) -> None:
        """Cells may leave out where they stand; then they follow one another."""
        cell = f"<{self._prefix}c".encode()
        if _without_reference(cell).search(window):
            rows = window.split(f"</{self._prefix}row>".encode())
            widest = max(row.count(cell) for row in rows)
            self.first_column = 0
            self.last_column = max(self.last_column, widest - 1)
            self.last_row += len(rows)

    def _find_last_row(self, window: bytes) -> None:
        end = window.rfind(f"</{self._prefix}c>".encode())
        start = window.rfind(b' r="', 0, max(end, 0))
        if start >= 0 and (reference := _REFERENCE.match(window, start)):
            self.last_row = max(self.last_row, int(reference.group(2)))

    def _refuse_too_large(self) -> None:
        cells = self.last_row * (self.last_column - (self.first_column or 0) + 1)
        for unit, found, limit in (
            (COLUMNS, self.last_column + 1, self._limits.columns),
            (ROWS, self.last_row, self._limits.rows),
            (CELLS, cells, self._limits.cells),
        ):
            if found > limit:
                raise beyond(unit, found, limit)


def _split_texts(piece: bytes) -> list[bytes]:
    if b"</si>" in piece:
        return piece.split(b"</si>")
    return re.split(rb"</\w+:si>", piece)


@cache
def _without_reference(cell: bytes) -> re.Pattern[bytes]:
    attributes = rb"(?:\s+[\w:]+=\"[^\"]*\")*?"
    return re.compile(
        cell + rb'(?! r="[A-Z])(?=[\s>/])(?!' + attributes + rb' r="[A-Z])'
    )


def _cells_in_error(window: bytes, *, formulas: bool) -> Iterator[Cell]:
    """Yield cells with an error value, and formulas that were never worked out."""
    tags = []
    if b' t="e"' in window:
        tags = re.findall(rb'<[^<>]* t="e"[^<>]*>', window)
    if formulas:
        for match in _FORMULA_WITHOUT_VALUE.finditer(window):
            tags.append(_tag_before(window, match.start()))
    for tag in tags:
        # A text formula may well have worked out to the empty text.
        if b' t="str"' not in tag and (reference := _REFERENCE.search(tag)):
            row = int(reference.group(2))
            yield row, columns.column_position(reference.group(1).decode())


def _tag_before(window: bytes, at: int) -> bytes:
    """Return the opening tag of the cell that holds this place."""
    start = max(window.rfind(b"<c ", 0, at), window.rfind(b":c ", 0, at))
    return window[max(start, 0) : window.find(b">", max(start, 0))]
