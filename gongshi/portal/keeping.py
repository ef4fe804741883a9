"""Keeps finished pages in the memory of a process, within bounds."""

import gzip
from collections.abc import Hashable
from dataclasses import dataclass, field

from django.http import HttpResponse

from gongshi.portal.recent import Recent

_MOST_BYTES = 48 * 1024 * 1024  # per process
_LARGEST = 1024 * 1024
# At once, as many pages are read once only; then well: higher levels take twice the
# time for a twentieth of the size.
_QUICKLY, _WELL = 1, 5


@dataclass(kw_only=True)
class KeptPage:
    """A page as it was made; compressed when it is asked for so."""

    tag: str  # of the state of the register that it shows
    is_for_all: bool  # whether it is answered with before its view is known
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    gzipped: bytes | None = field(default=None)
    is_gzipped_well: bool = False

    @classmethod
    def of(cls, response: HttpResponse, *, tag: str, is_for_all: bool) -> "KeptPage":
        """Return what is kept of a finished response; it sets no cookie."""
        return cls(
            tag=tag,
            is_for_all=is_for_all,
            status=response.status_code,
            headers=tuple(response.headers.items()),
            body=response.content,
        )


def compressed(page: KeptPage) -> bytes:
    """Return the page's body in gzip; it holds no secret that its length could tell.

    The first time it is compressed quickly, the second time well.
    """
    if page.is_gzipped_well and page.gzipped is not None:
        return page.gzipped
    page.is_gzipped_well = page.gzipped is not None
    level = _WELL if page.is_gzipped_well else _QUICKLY
    page.gzipped = gzip.compress(page.body, compresslevel=level, mtime=0)
    return page.gzipped


class KeptPages(Recent[Hashable, KeptPage]):
    """The pages used last, up to a number of bytes; safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes, _size)

    def put(self, asked: Hashable, answer: KeptPage) -> None:
        """Keep the page unless it is very large."""
        if _size(answer) <= _LARGEST:
            super().put(asked, answer)


def _size(page: KeptPage) -> int:
    # With room for the compressed form, which comes later.
    return len(page.body) + len(page.body) // 4 + 1024


kept_pages = KeptPages(_MOST_BYTES)
