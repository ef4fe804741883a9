"""The store on SQLite: another file may be put in the place of the one that is open.

An open connection goes on reading and writing the file that it opened, also after that
was replaced. Who reads looks once per request, who writes once it has the lock.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import local
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from gongshi.portal.counting import known_counts
from gongshi.portal.keeping import kept_pages
from gongshi.portal.lately import lately_read
from gongshi.portal.matching import known_matches
from gongshi.portal.store import STORE

_Identity = tuple[int, int]


class ReplacedStore:
    """Opens the store anew where another file stands in its place.

    One look at the file's identity per request tells. Each thread has a connection of
    its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._path = path_of(str(connections[STORE].settings_dict["NAME"]))
        self._opened = local()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the file that is there now."""
        if connections[STORE].vendor == "sqlite":
            self._follow(_identity(self._path))
        return self._get_response(request)

    def _follow(self, present: _Identity | None) -> None:
        before = getattr(self._opened, "file", None)
        if before != present:
            connections[STORE].close()
            self._opened.file = present
            if before is not None:
                _forget()


def _forget() -> None:
    """Keep nothing that was made of the file before: it was replaced for a reason."""
    kept_pages.clear()
    known_counts.clear()
    known_matches.clear()
    lately_read.clear()


def is_replaced(connection: BaseDatabaseWrapper) -> bool:
    """Say whether the connection has a file open that is not the store any more.

    Told by the file's name behind the symbolic link: `beside` gives each a new one.
    """
    if connection.vendor != "sqlite":
        return False
    path = path_of(str(connection.settings_dict["NAME"]))
    if not path.is_file():
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        _, _, opened = cursor.fetchone()
    return bool(Path(opened).name != path.resolve().name)


def path_of(name: str) -> Path:
    """Return the path in the name of a store on SQLite, which may be an address."""
    if name.startswith("file:"):
        return Path(url2pathname(urlsplit(name).path))
    return Path(name)


def _identity(path: Path) -> _Identity | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
