"""Answers that anybody may keep, as long as the feed's head is the same.

They say `no-cache`: a copy is kept but asked about each time, so that a withdrawal
shows at once; the question costs one row of the store.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import sha256
from itertools import islice

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response

from gongshi import __version__
from gongshi.portal.queries import CannotRead, FeedHead
from gongshi.portal.refusing import refused_json
from gongshi.portal.search import CannotFinish, bounded_page

_ANYBODY = "public, no-cache"
_BLOCK = 1_000  # parts of an answer that are made at once


def answer(
    request: HttpRequest,
    head: FeedHead,
    on: date,
    make: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """Return what `make` makes, or 304 where the reader has it already.

    The same as long as the head of the feed, the day and the language are.
    """
    etag = _etag(head, on)
    unchanged = get_conditional_response(request, etag=etag)
    response = _made(make) if unchanged is None else unchanged
    if response.status_code in (200, 304):
        response["ETag"] = etag
        response["Cache-Control"] = _ANYBODY
    return response


def _made(make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        with bounded_page():
            return make()
    except CannotFinish:
        return refused_json(CannotRead("too-slow"))


def bounded_parts(parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts of an answer that is sent as it is made, each block in time.

    Raises:
        CannotFinish: a block took too long; who reads sees that the answer broke off.
    """
    waiting = iter(parts)
    while True:
        with bounded_page():
            block = list(islice(waiting, _BLOCK))
        if not block:
            return
        yield from block


def open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    """Let pages of other sites read the response."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _etag(head: FeedHead, on: date) -> str:
    parts = (head.hash, on.isoformat(), translation.get_language() or "", __version__)
    return f'"{sha256("|".join(parts).encode()).hexdigest()[:32]}"'
