"""Makes the set of a day: collected once, written in all formats, put up whole.

Any step may be interrupted: what was collected and each file that was written are
kept for the next attempt, and readers see a set only when all of it is there.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from gongshi.portal.opendata.collecting import collect, count, parts_of
from gongshi.portal.opendata.package import describe
from gongshi.portal.opendata.sets import DAILY, MONTHLY, names, set_folder
from gongshi.portal.opendata.tables import tables
from gongshi.portal.opendata.writing import WRITERS

_WORK = ".work"


class CannotMakeSet(Exception):
    """Another process is making it at this moment."""

    code = "already-being-made"


def make_set(root: Path, on: date, *, at: datetime) -> bool:
    """Make the set of the day, and the month's first; False where it is there already.

    Raises:
        CannotMakeSet: another process is making it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with alone(root):
        daily = set_folder(root, DAILY, on.isoformat())
        is_new = not daily.exists()
        if is_new:
            _make(root / _WORK, daily, on, at)
        _freeze(daily, set_folder(root, MONTHLY, f"{on:%Y-%m}"))
        shutil.rmtree(root / _WORK, ignore_errors=True)
        return is_new


def forget_sets(root: Path, *, days: int, months: int) -> None:
    """Remove all but the newest sets."""
    for period, kept in ((DAILY, days), (MONTHLY, months)):
        for name in names(root, period)[kept:]:
            folder = set_folder(root, period, name)
            gone = folder.with_name(f".{name}.gone")
            folder.rename(gone)
            shutil.rmtree(gone)


def _make(work: Path, target: Path, on: date, at: datetime) -> None:
    head = collect(work / "parts", on)
    files = work / f"{on}-{head.hash[:12]}"
    files.mkdir(exist_ok=True)
    rows = {}
    for table in tables():
        parts = parts_of(work / "parts", table)
        rows[table] = count(parts)
        for format_, write in WRITERS.items():
            path = files / f"{table.name}.{format_}"
            if not path.exists():
                waiting = files / f".{path.name}"
                write(table, parts, waiting)
                settle(waiting)
                waiting.replace(path)
    for left in files.glob(".*"):
        left.unlink()
    describe(files, rows, head=head, on=on, at=at)
    put_up(files, target)


def _freeze(daily: Path, monthly: Path) -> None:
    """Keep the first set of a month: the same files under a second name."""
    if monthly.exists():
        return
    waiting = monthly.with_name(f".{monthly.name}")
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    for path in daily.iterdir():
        link(path, waiting / path.name)
    put_up(waiting, monthly)


def link(path: Path, second: Path) -> None:
    """Give the file a second name, or copy it where files have one only."""
    try:
        os.link(path, second)
    except OSError:
        shutil.copy2(path, second)


def put_up(folder: Path, target: Path) -> None:
    """Let readers see the folder, once the disk keeps all of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        settle(path)
    folder.rename(target)
    settle(target.parent)


def settle(path: Path) -> None:
    """Have the disk keep it, also through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other processes from the folder.

    Raises:
        CannotMakeSet: one is at work in it.
    """
    with (root / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotMakeSet from error
        yield
