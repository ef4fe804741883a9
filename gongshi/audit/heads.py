"""The daily heads: lines in a file that the operator keeps where nobody reaches both.

Who can write to the database can write the whole trail anew. A head that was kept
elsewhere cannot be written anew with it.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gongshi.audit.models import EventHead

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,19}) ([0-9a-f]{64})", re.ASCII)
_LONGEST_LINE = 128


class CannotReadHeads(Exception):
    """The file of kept heads has a line that is none; `line` is its number."""

    code = "not-a-head"

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Head:
    """The trail's last event on a day in Beijing: its number and its hash."""

    day: date
    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.sequence} {self.hash}"


def current_head(at: datetime) -> Head:
    """Return the head as it stands."""
    head = EventHead.objects.filter(pk=1).first() or EventHead()
    day = at.astimezone(_SHANGHAI).date()
    return Head(day=day, sequence=head.sequence, hash=head.hash)


def keep_daily_head(file: Path, at: datetime) -> bool:
    """Append the head where the day in Beijing has no line yet; say whether it did."""
    return _append(file, current_head(at), lambda last, head: last.day < head.day)


def keep_last_head(file: Path, at: datetime) -> bool:
    """Append the head where it is not the one of the last line, as at a shutdown."""
    return _append(file, current_head(at), lambda last, head: last.hash != head.hash)


def read_heads(lines: Iterable[str]) -> list[Head]:
    """Return the heads of a file's lines; empty lines are passed over.

    Raises:
        CannotReadHeads: a line is no head; it may have been tampered with.
    """
    return [
        _parsed(line, number)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _append(file: Path, head: Head, is_due: Callable[[Head, Head], bool]) -> bool:
    """Append a whole line or nothing; several workers may have the same thought."""
    if head.sequence == 0:
        return False  # nothing has happened yet
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, _LONGEST_LINE, max(0, size - _LONGEST_LINE))
        last = _last_head(tail.decode(errors="replace"))
        if last is not None and not is_due(last, head):
            return False
        # A line that a full disk cut short is ended, so that this one stands alone.
        begin = "\n" if tail and not tail.endswith(b"\n") else ""
        os.write(descriptor, f"{begin}{head}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _last_head(tail: str) -> Head | None:
    lines = tail.splitlines()
    return _head(lines[-1]) if lines else None


def _parsed(line: str, number: int) -> Head:
    head = _head(line.strip())
    if head is None:
        raise CannotReadHeads(number)
    return head


def _head(line: str) -> Head | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    day, sequence, text = found.groups()
    try:
        return Head(day=date.fromisoformat(day), sequence=int(sequence), hash=text)
    except ValueError:
        return None  # no such day, as 2016-02-30
