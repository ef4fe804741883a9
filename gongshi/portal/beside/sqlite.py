"""On SQLite a new file, and a symbolic link that is turned to it.

The link, not the file, has the store's own name: SQLite keeps the log of a file under
the file's own name, and whoever still has the old file open must never meet the log of
the new one. Readers notice with their next request (`replaced.ReplacedStore`), writers
with their next transaction (`replaced.follow`).
"""

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.beside.refusing import CannotReplace
from gongshi.portal.replaced import path_of

_PATIENCE = 60.0  # seconds until a writer must have let go
_LOGS = ("", "-wal", "-shm", "-journal")


def is_file(connection: BaseDatabaseWrapper) -> bool:
    """Say whether the store is a file, not a piece of memory as in tests."""
    return path_of(str(connection.settings_dict["NAME"])).is_file()


class FileBeside:
    """The file that is to take the old one's place."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._path = path_of(str(connection.settings_dict["NAME"]))
        self._new = self._path.with_name(f"{self._path.name}.making")

    def settings(self) -> dict[str, Any]:
        """Return what a connection to the new store has otherwise."""
        return {"NAME": str(self._new)}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from doing the same; a killed one does not."""
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotReplace(
                    "already-running", "Another process makes a new public store."
                ) from error
            yield

    def prepare(self) -> None:
        """Make an empty file, as readable as the old one."""
        self._clear()
        self._new.touch(mode=0o600)
        shutil.copymode(self._path, self._new)
        # Who may not give a file to another group runs with one group for all.
        with suppress(PermissionError):
            os.chown(self._new, -1, self._path.stat().st_gid)

    def put_in_place(self, finish: Callable[[], None], tables: Sequence[str]) -> None:
        """Turn the link to the new file while no writer is at work."""
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as held:
            held.isolation_level = None
            try:
                held.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise CannotReplace(
                    "busy", "The public store is being written."
                ) from error
            finish()
            # Closed by its only user, a file has nothing left in a log of its own.
            assert not Path(f"{self._new}-wal").exists()
            target = self._next_name()
            _sync(self._new)
            self._new.rename(target)
            link = self._path.with_name(f"{self._path.name}.link")
            link.unlink(missing_ok=True)
            link.symlink_to(target.name)
            link.replace(self._path)
            _sync(self._path.parent)
        self._connection.close()
        self._clear()

    def _next_name(self) -> Path:
        """Return a name that no store has had: an old log may still be in use."""
        last = max((number for number, _ in self._earlier()), default=0)
        return self._numbered(last + 1)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _earlier(self) -> Iterator[tuple[int, Path]]:
        name = re.compile(rf"{re.escape(self._path.name)}\.([0-9]+)")
        for path in self._path.parent.iterdir():
            if found := name.fullmatch(path.name):
                yield int(found[1]), path

    def _clear(self) -> None:
        """Remove what nobody will open again: older files, and unfinished ones."""
        present = self._path.resolve().name
        older = [path for _, path in self._earlier() if path.name != present]
        for path in (self._new, *older):
            for log in _LOGS:
                Path(f"{path}{log}").unlink(missing_ok=True)
        if self._path.is_symlink():
            for log in _LOGS[1:]:
                Path(f"{self._path}{log}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
