"""Looks into the records of an .xls (BIFF8) to learn where its cells begin.

An .xls is a small file system (compound file) with the workbook as one stream of
records: kind (2 bytes), length (2 bytes), content.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from gongshi.intake.reading.limits import Limits
from gongshi.intake.reading.problems import (
    CELLS,
    COLUMNS,
    DAMAGED,
    ENCRYPTED,
    REMOVE_PASSWORD,
    SEND_AGAIN,
    beyond,
    unreadable,
)
from gongshi.intake.reading.survey import Survey

_SECTORS_IN_HEADER = 109
_LAST_SECTOR = 0xFFFFFFFA  # numbers above are marks: free, end of chain
_STREAM, _ROOT = 2, 5

_BOF, _EOF, _SHEET, _LOCKED, _MACROS = 0x0809, 0x000A, 0x0085, 0x002F, 0x00D3
_FORMULA, _ERROR, _MANY_NUMBERS, _LABEL_SST = 0x0006, 0x0205, 0x00BD, 0x00FD
_CELLS = frozenset(
    {_FORMULA, _ERROR, _MANY_NUMBERS, _LABEL_SST, 0x0203, 0x0204, 0x027E, 0x00D6}
)


class XlsSurvey(Survey):
    """The survey of an .xls file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        try:
            self._stream = _workbook_stream(path.read_bytes())
            self._offsets = self._read_globals()
        except (struct.error, IndexError, UnicodeDecodeError, KeyError) as error:
            raise unreadable(DAMAGED, SEND_AGAIN) from error

    def survey(self, sheet: str) -> None:
        """Go through a sheet's records once."""
        first, last_column, last_row = None, -1, 0
        self.errors = []
        for kind, content in self._sheet_records(sheet):
            row, column = struct.unpack_from("<HH", content)
            first = column if first is None else min(first, column)
            last_row = max(last_row, row + 1)
            last = column
            if kind == _MANY_NUMBERS:
                (last,) = struct.unpack_from("<H", content, len(content) - 2)
            last_column = max(last_column, last)
            if _is_error(kind, content):
                self.errors.append((row + 1, column))
        self.first_column = first or 0
        self.rows, self.columns = last_row, last_column + 1
        if self.columns > self._limits.columns:
            raise beyond(COLUMNS, self.columns, self._limits.columns)
        if self.rows * self.columns > self._limits.cells:
            raise beyond(CELLS, self.rows * self.columns, self._limits.cells)

    def _read_globals(self) -> dict[str, int]:
        offsets = {}
        for kind, content in _records(self._stream, 0):
            if kind == _LOCKED:
                raise unreadable(ENCRYPTED, REMOVE_PASSWORD)
            if kind == _MACROS:
                self.has_macros = True
            if kind == _SHEET:
                (offset,) = struct.unpack_from("<I", content)
                wide = content[7] & 1
                text = content[8 : 8 + content[6] * (1 + wide)]
                offsets[text.decode("utf-16-le" if wide else "latin-1")] = offset
            if kind == _EOF:
                break
        return offsets

    def _sheet_records(self, sheet: str) -> Iterator[tuple[int, bytes]]:
        if sheet not in self._offsets:
            return
        depth = 0
        for kind, content in _records(self._stream, self._offsets[sheet]):
            depth += (kind == _BOF) - (kind == _EOF)
            if depth <= 0:
                return
            if depth == 1 and kind in _CELLS and len(content) >= 8:
                yield kind, content


def _is_error(kind: int, content: bytes) -> bool:
    if kind == _ERROR:
        return content[7] == 1
    # A formula's result that is no number ends in FFFF; 2 marks an error.
    return kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    end = len(stream) - 4
    unpack = struct.Struct("<HH").unpack_from
    while offset <= end:
        kind, length = unpack(stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _workbook_stream(content: bytes) -> bytes:
    """Return the workbook's stream out of the compound file."""
    file = _CompoundFile(content)
    for name, kind, start, size in file.entries:
        if kind == _STREAM and name in ("Workbook", "Book"):
            return file.stream(start, size)
    raise KeyError("Workbook")


class _CompoundFile:
    """The sectors of a compound file and who follows whom."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << content[30]
        self._mini_size = 1 << content[32]
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", content, 48)
        self._next = self._allocation_table()
        self.entries = list(self._read_entries(self._chain(directory)))
        self._next_mini = _numbers(self._chain(mini_table))
        root = next(entry for entry in self.entries if entry[1] == _ROOT)
        self._mini_stream = self._chain(root[2])

    def stream(self, start: int, size: int) -> bytes:
        """Return a stream's content."""
        if size >= self._cutoff:
            return self._chain(start)[:size]
        sectors = _follow(self._next_mini, start)
        step = self._mini_size
        return b"".join(self._mini_stream[n * step : n * step + step] for n in sectors)[
            :size
        ]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _follow(self._next, start)))

    def _allocation_table(self) -> list[int]:
        head = struct.unpack_from(f"<{_SECTORS_IN_HEADER}I", self._content, 76)
        sectors = [number for number in head if number < _LAST_SECTOR]
        (more,) = struct.unpack_from("<I", self._content, 68)
        seen = set()
        while more < _LAST_SECTOR and more not in seen:
            seen.add(more)
            *numbers, more = _numbers(self._sector(more)) or [_LAST_SECTOR]
            sectors += [number for number in numbers if number < _LAST_SECTOR]
        return _numbers(b"".join(map(self._sector, dict.fromkeys(sectors))))

    def _read_entries(self, directory: bytes) -> Iterator[tuple[str, int, int, int]]:
        for at in range(0, len(directory) - 127, 128):
            entry = directory[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            yield name, kind, start, size


def _numbers(content: bytes) -> list[int]:
    count = len(content) // 4
    return list(struct.unpack_from(f"<{count}I", content))


def _follow(following: list[int], start: int) -> Iterator[int]:
    seen = 0
    while start < len(following) and seen <= len(following):
        yield start
        start = following[start]
        seen += 1
