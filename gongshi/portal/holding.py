"""How long a public page holds: until the next change, or until midnight.

Everything that a public page shows follows from its address, the reader's language
and appearance, the day in Shanghai, the software, and how far the feed has been
applied. These make its ETag, so that a page asked for again costs one look at the
cursor. Nothing has to be thrown away: after a withdrawal the tag is another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from gongshi.portal import queries
from gongshi.portal.appearance import Appearance, appearance_of
from gongshi.portal.keeping import KeptPage, compressed, kept_pages
from gongshi.portal.queries import FeedHead
from gongshi.portal.software import software

READING = ("GET", "HEAD")
_PARTS = ("HX-Request", "HX-History-Restore-Request")
# The same as the server hands them on: `request.headers` would first read all others.
_IS_PART, _IS_RESTORING = "HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST"
# Anybody may keep a page, if they ask each time whether it still holds.
_ASK_EACH_TIME = "public, no-cache"
_VARY = ", ".join(("Accept-Encoding", "Cookie", *_PARTS))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How a page is wanted, beside its address."""

    language: str
    appearance: Appearance
    is_part: bool  # what htmx puts into the page that is there


@dataclass(frozen=True, kw_only=True)
class Hold:
    """How long a page holds: as long as its tag is the same; since when it does."""

    tag: str
    since: str


class KeptFirst:
    """Answers with pages that are kept, before anything else is asked.

    Sessions, people and the addresses of all stages play no part in what a public page
    shows. Pages whose readers are counted (`throttle`), and those that other sites
    may frame, are left to their views.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the kept page, or pass the request on."""
        kept = kept_pages.get(key_of(request)) if request.method in READING else None
        if kept is not None and kept.is_for_all:
            hold = hold_of(request)
            if kept.tag == hold.tag:
                return unchanged(request, hold) or answer(request, kept, hold)
        return self._get_response(request)


def hold_of(request: HttpRequest) -> Hold:
    """Return how long the page that is asked for holds; one look at the cursor."""
    head = head_of(request)
    return _made_hold(head, head.at, timezone.localdate(), _reader_of(request))


def head_of(request: HttpRequest) -> FeedHead:
    """Return the feed's head as of the first time that this request asked for it.

    First the cursor, then the page: it may be newer than its tag, never older.
    """
    known = getattr(request, "feed_head", None)
    if isinstance(known, FeedHead):
        return known
    head = queries.feed_head()
    request.feed_head = head  # type: ignore[attr-defined]
    return head


def key_of(request: HttpRequest) -> tuple[str, Reader]:
    """Return under what the page is kept, whatever state of the register it shows."""
    site = f"{request.scheme}://{request.get_host()}"
    query = request.META.get("QUERY_STRING", "")
    return f"{site}{request.path}?{query}", _reader_of(request)


def leave_to_view(request: HttpRequest) -> None:
    """Let no page that answers this request be handed out before its view is asked."""
    request.has_own_terms = True  # type: ignore[attr-defined]


def is_for_all(request: HttpRequest) -> bool:
    """Say whether the page can be handed out before its view is asked."""
    return not getattr(request, "has_own_terms", False)


def asks_for_part(request: HttpRequest) -> bool:
    """Say whether htmx asks; going back in the browser it wants the whole page."""
    is_htmx = request.META.get(_IS_PART) == "true"
    return is_htmx and _IS_RESTORING not in request.META


def unchanged(request: HttpRequest, hold: Hold) -> HttpResponse | None:
    """Return the answer to who has the page already, None to all others."""
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known and hold.tag in parse_etags(known):
        return _with_headers(HttpResponseNotModified(), hold)
    return None


def answer(request: HttpRequest, kept: KeptPage, hold: Hold) -> HttpResponse:
    """Return the kept page as the reader's browser takes it."""
    is_gzip = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    body = compressed(kept) if is_gzip else kept.body
    response = HttpResponse(body, status=kept.status, headers=dict(kept.headers))
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(body))
    return _with_headers(response, hold)


def _with_headers(response: HttpResponse, hold: Hold) -> HttpResponse:
    response.headers["ETag"] = hold.tag
    response.headers["Cache-Control"] = _ASK_EACH_TIME
    response.headers["Last-Modified"] = hold.since
    response.headers["Vary"] = _VARY
    return response


def _reader_of(request: HttpRequest) -> Reader:
    return Reader(
        language=getattr(request, "LANGUAGE_CODE", ""),
        appearance=appearance_of(request),
        is_part=asks_for_part(request),
    )


@lru_cache(maxsize=512)
def _made_hold(head: FeedHead, at: datetime | None, on: date, reader: Reader) -> Hold:
    parts = (software(), head.sequence, head.hash, on.isoformat(), reader)
    digest = blake2b(repr(parts).encode(), digest_size=12).hexdigest()
    # For people and crawlers to see. Only the tag is asked: two changes can fall
    # into one second, and the second of them may be a withdrawal.
    midnight = datetime.combine(on, time.min, tzinfo=timezone.get_current_timezone())
    since = max(at, midnight) if at else midnight
    # Weak: compressed and plain are two forms of one page.
    return Hold(tag=f'W/"{digest}"', since=http_date(since.timestamp()))
