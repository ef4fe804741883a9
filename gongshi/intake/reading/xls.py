"""Looks into the records of an .xls (BIFF8) to learn where its cells begin.

Its workbook is one stream of records: kind (2 bytes), length (2 bytes), content. The
spreadsheet reader takes all sheets at once and believes the sizes that the records
claim, so all are looked at before it opens the file.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from gongshi.intake.reading.compound_file import BadCompoundFile, workbook_stream
from gongshi.intake.reading.limits import MIB, Limits
from gongshi.intake.reading.problems import (
    CELLS,
    COLUMNS,
    DAMAGED,
    ENCRYPTED,
    MEBIBYTES_UNPACKED,
    REMOVE_PASSWORD,
    SEND_AGAIN,
    beyond,
    unreadable,
)
from gongshi.intake.reading.survey import Extent, Survey

_EOF, _SHEET, _LOCKED, _MACROS = 0x000A, 0x0085, 0x002F, 0x00D3
_EXTENT, _TEXTS, _CONTINUED = 0x0200, 0x00FC, 0x003C
_FORMULA, _ERROR, _MANY_NUMBERS, _TEXT = 0x0006, 0x0205, 0x00BD, 0x00FD
_CELLS = frozenset(
    {_FORMULA, _ERROR, _MANY_NUMBERS, _TEXT, 0x0203, 0x0204, 0x027E, 0x00D6}
)
_HAS_FORMATS, _HAS_HINTS = 0x8, 0x4
_BYTES_PER_CHARACTER = 3  # at most, in UTF-8
_LEAST_TEXT_BYTES = 3  # length and flags of a text in the table of texts
_LONGEST_TEXTS = 2048 * MIB  # what all cells may hold together once written out
_DAMAGED = (struct.error, IndexError, UnicodeDecodeError, BadCompoundFile)


class XlsSurvey(Survey):
    """The survey of an .xls file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._text_lengths: list[int] = []
        self._text_bytes = 0
        try:
            self._stream = workbook_stream(path.read_bytes())
            offsets = self._read_globals()
            self._extents = {
                name: self._measure(offset) for name, offset in offsets.items()
            }
        except _DAMAGED as error:
            raise unreadable(DAMAGED, SEND_AGAIN) from error
        cells = sum(extent.rows * extent.columns for extent in self._extents.values())
        if cells > limits.cells:
            raise beyond(CELLS, cells, limits.cells)

    def survey(self, sheet: str) -> Extent:
        """Return what was measured at the start."""
        return self._extents.get(sheet, Extent())

    def _measure(self, offset: int) -> Extent:
        first, last_column, last_row = self._limits.columns, -1, 0
        errors = []
        for kind, content in self._cells(offset):
            row, column = struct.unpack_from("<HH", content)
            last = column
            if kind == _MANY_NUMBERS:
                (last,) = struct.unpack_from("<H", content, len(content) - 2)
            first, last_column = min(first, column), max(last_column, last)
            last_row = max(last_row, row + 1)
            if kind == _TEXT:
                self._text_bytes += self._length_of_text(content)
            elif _is_error(kind, content):
                errors.append((row + 1, column))
        if last_column >= self._limits.columns:
            raise beyond(COLUMNS, last_column + 1, self._limits.columns)
        if self._text_bytes > _LONGEST_TEXTS:
            found, most = self._text_bytes // MIB, _LONGEST_TEXTS // MIB
            raise beyond(MEBIBYTES_UNPACKED, found, most)
        return Extent(
            first_column=first if last_column >= 0 else 0,
            rows=last_row,
            columns=last_column + 1,
            errors=tuple(errors),
        )

    def _read_globals(self) -> dict[str, int]:
        offsets = {}
        texts: list[bytes] = []
        last = 0
        for kind, content in _records(self._stream, 0):
            if kind == _LOCKED:
                raise unreadable(ENCRYPTED, REMOVE_PASSWORD)
            self.has_macros = self.has_macros or kind == _MACROS
            if kind == _SHEET:
                name, offset = _read_sheet(content)
                offsets[name] = offset
            continued = kind == _CONTINUED and last == _TEXTS
            if kind == _TEXTS or continued:
                texts.append(content)
            last = _TEXTS if continued else kind
        if texts:
            self._text_lengths = list(_text_lengths(texts))
        return offsets

    def _length_of_text(self, content: bytes) -> int:
        (index,) = struct.unpack_from("<I", content, 6)
        known = index < len(self._text_lengths)
        return self._text_lengths[index] * _BYTES_PER_CHARACTER if known else 0

    def _cells(self, offset: int) -> Iterator[tuple[int, bytes]]:
        for kind, content in _records(self._stream, offset):
            if kind == _EXTENT:
                self._refuse_claimed_extent(content)
            elif kind in _CELLS:
                yield kind, content

    def _refuse_claimed_extent(self, content: bytes) -> None:
        """The spreadsheet reader sets aside memory for the area that a sheet claims."""
        form = "<IIHH" if len(content) >= 12 else "<HHHH"
        top, bottom, left, right = struct.unpack_from(form, content)
        if max(bottom - top, 1) * max(right - left, 1) > 2 * self._limits.cells:
            raise BadCompoundFile("claims more cells than a sheet has")
        if (bottom and bottom < top) or (right and right < left):
            raise BadCompoundFile("claims an area less than none")


def _read_sheet(content: bytes) -> tuple[str, int]:
    (offset,) = struct.unpack_from("<I", content)
    wide = content[7] & 1
    text = content[8 : 8 + content[6] * (1 + wide)]
    return text.decode("utf-16-le" if wide else "latin-1").replace("\0", ""), offset


def _text_lengths(segments: list[bytes]) -> Iterator[int]:
    """Yield the length in characters of each text in the table of texts.

    The table runs on from one record to the next; where that cuts a text, the next
    record begins with a byte that says whether its characters are wide.
    """
    (count,) = struct.unpack_from("<I", segments[0], 4)
    if count > sum(map(len, segments)) // _LEAST_TEXT_BYTES:
        raise BadCompoundFile("claims more texts than it has")
    at, segment = 8, 0
    for _ in range(count):
        if at >= len(segments[segment]):
            at, segment = 0, segment + 1
        length, flags = struct.unpack_from("<HB", segments[segment], at)
        at += 3
        behind = 0  # bytes of formats and of phonetic hints behind the characters
        if flags & _HAS_FORMATS:
            behind += 4 * struct.unpack_from("<H", segments[segment], at)[0]
            at += 2
        if flags & _HAS_HINTS:
            behind += struct.unpack_from("<I", segments[segment], at)[0]
            at += 4
        yield length
        left, width = length, 1 + (flags & 1)
        while left > (len(segments[segment]) - at) // width:
            left -= (len(segments[segment]) - at) // width
            segment += 1
            at, width = 1, 1 + (segments[segment][0] & 1)
        at += left * width
        while at + behind > len(segments[segment]) and segment + 1 < len(segments):
            behind -= len(segments[segment]) - at
            segment, at = segment + 1, 0
        at += behind


def _is_error(kind: int, content: bytes) -> bool:
    if kind == _ERROR:
        return content[7] == 1
    # A formula's result that is no number ends in FFFF; 2 marks an error.
    return kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records up to the first end mark, where the reader stops too."""
    end = len(stream) - 4
    unpack = struct.Struct("<HH").unpack_from
    while offset <= end:
        kind, length = unpack(stream, offset)
        if kind == _EOF:
            return
        yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
