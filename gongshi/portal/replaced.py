"""A portal apart on SQLite: its file may be put in the place of the old one."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import local
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.db import connections
from django.http import HttpRequest, HttpResponse

from gongshi.portal.store import STORE

_Identity = tuple[int, int]


class ReplacedStore:
    """Opens the store anew where another file stands in its place.

    An open connection goes on reading the file that it opened, also after that was
    replaced: one look at the file's identity per request tells. Each thread has a
    connection of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._path = _path_of(str(connections[STORE].settings_dict["NAME"]))
        self._opened = local()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the file that is there now."""
        if connections[STORE].vendor == "sqlite":
            self._follow(_identity(self._path))
        return self._get_response(request)

    def _follow(self, present: _Identity | None) -> None:
        if getattr(self._opened, "file", None) != present:
            connections[STORE].close()
            self._opened.file = present


def _path_of(name: str) -> Path:
    if name.startswith("file:"):
        return Path(url2pathname(urlsplit(name).path))
    return Path(name)


def _identity(path: Path) -> _Identity | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
