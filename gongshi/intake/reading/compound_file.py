"""The file system inside an .xls: sectors, chains of sectors, named streams.

The spreadsheet reader follows chains without looking for circles, so every chain is
followed here first, and a circle is an error.
"""

import struct
from collections.abc import Iterator

_SECTORS_IN_HEADER = 109
_LAST_SECTOR = 0xFFFFFFFA  # numbers above are marks: free, end of chain
_STREAM, _ROOT = 2, 5
_SLACK = 1 << 20


class BadCompoundFile(Exception):
    """The file's own tables contradict each other."""


def workbook_stream(content: bytes) -> bytes:
    """Return the workbook's stream out of a compound file.

    Raises:
        BadCompoundFile: there is none, or some chain of sectors never ends.
        struct.error: a table is cut off.
    """
    file = _CompoundFile(content)
    found = None
    for name, kind, start, size in file.entries:
        if kind == _STREAM:
            stream = file.stream(start, size)
            if name in ("Workbook", "Book") and found is None:
                found = stream
    if found is None:
        raise BadCompoundFile("no workbook")
    return found


class _CompoundFile:
    """The sectors of a compound file and who follows whom."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        size, mini_size = struct.unpack_from("<HH", content, 30)
        if size not in (9, 12) or mini_size != 6:
            raise BadCompoundFile("sector size")
        self._size, self._mini_size = 1 << size, 1 << mini_size
        self._refuse_claims(*struct.unpack_from("<II", content, 40))
        self._refuse_claims(*struct.unpack_from("<I4xI", content, 64))
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", content, 48)
        self._next = self._allocation_table()
        self.entries = list(self._read_entries(self._chain(directory)))
        self._next_mini = _numbers(self._chain(mini_table))
        roots = [start for _, kind, start, _ in self.entries if kind == _ROOT]
        self._mini_stream = self._chain(roots[0]) if roots else b""

    def stream(self, start: int, size: int) -> bytes:
        """Return a stream's content."""
        if size >= self._cutoff:
            return self._chain(start)[:size]
        sectors = _follow(self._next_mini, start)
        step = self._mini_size
        return b"".join(self._mini_stream[n * step : n * step + step] for n in sectors)[
            :size
        ]

    def _refuse_claims(self, *sectors: int) -> None:
        """The spreadsheet reader sets aside memory for what the file claims to have."""
        if max(sectors) * self._size > len(self._content) + _SLACK:
            raise BadCompoundFile("claims more sectors than it has")

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
        while more < _LAST_SECTOR:
            if more in seen:
                raise BadCompoundFile("circle")
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
            if kind in (_STREAM, _ROOT) and size > len(self._content) + _SLACK:
                raise BadCompoundFile("claims a longer stream than it has")
            yield name, kind, start, size


def _numbers(content: bytes) -> list[int]:
    count = len(content) // 4
    return list(struct.unpack_from(f"<{count}I", content))


def _follow(following: list[int], start: int) -> Iterator[int]:
    seen = 0
    while start < len(following):
        if seen > len(following):
            raise BadCompoundFile("circle")
        yield start
        start = following[start]
        seen += 1
