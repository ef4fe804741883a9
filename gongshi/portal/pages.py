"""Public pages and how long they hold: until the next change, or until midnight.

Everything that a public page shows follows from its address, the reader's language
and appearance, the day in Shanghai, the software, and how far the feed has been
applied. These make its ETag, so that a page asked for again costs one look at the
cursor; and they are the key of the pages that a process keeps in memory. Nothing
has to be thrown away: after a withdrawal the key is another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from gongshi.portal import finding, following, queries
from gongshi.portal.appearance import appearance_of
from gongshi.portal.keeping import KeptPage, compressed, kept_pages
from gongshi.portal.queries import CannotRead, FeedHead
from gongshi.portal.refusing import only_reading
from gongshi.portal.search import CannotFinish, bounded_page
from gongshi.portal.software import software

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_KEPT_STATUSES = frozenset({200, 410})
_PARTS = ("HX-Request", "HX-History-Restore-Request")
# The same as the server hands them on: `request.headers` would first read all others.
_IS_PART, _IS_RESTORING = "HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST"
# Anybody may keep a page, if they ask each time whether it still holds.
_ASK_EACH_TIME = "public, no-cache"
_VARY = ", ".join(("Accept-Encoding", "Cookie", *_PARTS))


@dataclass(frozen=True, kw_only=True)
class Hold:
    """How long a page holds: as long as its tag is the same; since when it does."""

    tag: str
    since: str


def public_page(view: View[P]) -> View[P]:
    """Answer reading requests, from what is known where nothing has changed.

    A `CannotRead` that the view raises becomes a page that says so in a sentence.
    """

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return only_reading(request)
        # First the cursor, then the page: it may be newer than its tag, never older.
        head = queries.feed_head()
        hold = _hold(request, head)
        known = request.META.get("HTTP_IF_NONE_MATCH")
        if known and hold.tag in parse_etags(known):
            return _with_headers(HttpResponseNotModified(), hold)
        key = _key(request, hold)
        kept = kept_pages.get(key)
        if kept is None:
            request.feed_head = head  # type: ignore[attr-defined]
            response = _made(view, request, *args, **kwargs)
            if response.status_code not in _KEPT_STATUSES:
                return response
            kept = KeptPage.of(response)
            kept_pages.put(key, kept)
        return _with_headers(_sent(kept, request), hold)

    return answered


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or for htmx the part of it that has changed."""
    if part is not None and _asks_for_part(request):
        template = part
    else:
        context["feed_head"] = _head_of(request)
        context["feeds"] = following.announced(context)
    context["max_term"] = finding.MAX_TERM
    context["canonical"] = request.build_absolute_uri(request.path)
    return render(request, template, context, status=status)


def refused(request: HttpRequest, error: CannotRead) -> HttpResponse:
    """Say in a sentence why the request cannot be answered."""
    context = {"code": error.code, "q": request.GET.get("q", "")[: finding.MAX_TERM]}
    return page(request, "portal/refused.html", context, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that an address leads to nothing; its foot is that of every page."""
    return render(request, "404.html", {"feed_head": known_head()}, status=404)


def known_head() -> FeedHead | None:
    """Return the feed's head, if the store can be asked: a refusal needs no store."""
    try:
        return queries.feed_head()
    except Error:
        return None


def _made(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        with bounded_page():
            return view(request, *args, **kwargs)
    except CannotRead as error:
        return refused(request, error)
    except CannotFinish:
        return refused(request, CannotRead("too-slow"))


def _key(request: HttpRequest, hold: Hold) -> str:
    site = f"{request.scheme}://{request.get_host()}"
    return f"{site}{request.path}?{request.META.get('QUERY_STRING', '')} {hold.tag}"


def _sent(kept: KeptPage, request: HttpRequest) -> HttpResponse:
    is_gzip = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(compressed(kept) if is_gzip else kept.body)
    response.status_code = kept.status
    for name, value in kept.headers:
        response.headers[name] = value
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _with_headers(response: HttpResponse, hold: Hold) -> HttpResponse:
    response.headers["ETag"] = hold.tag
    response.headers["Cache-Control"] = _ASK_EACH_TIME
    response.headers["Last-Modified"] = hold.since
    response.headers["Vary"] = _VARY
    return response


def _hold(request: HttpRequest, head: FeedHead) -> Hold:
    appearance = appearance_of(request)
    return _made_hold(
        head,
        head.at,
        timezone.localdate(),
        getattr(request, "LANGUAGE_CODE", ""),
        appearance.theme,
        (appearance.is_large, _asks_for_part(request)),
    )


@lru_cache(maxsize=512)
def _made_hold(
    head: FeedHead,
    at: datetime | None,
    on: date,
    language: str,
    theme: str,
    options: tuple[bool, bool],
) -> Hold:
    parts = (software(), head.sequence, head.hash, on.isoformat())
    digest = blake2b(
        repr((*parts, language, theme, options)).encode(), digest_size=12
    ).hexdigest()
    # For people and crawlers to see. Only the tag is asked: two changes can fall
    # into one second, and the second of them may be a withdrawal.
    midnight = datetime.combine(on, time.min, tzinfo=timezone.get_current_timezone())
    since = max(at, midnight) if at else midnight
    # Weak: compressed and plain are two forms of one page.
    return Hold(tag=f'W/"{digest}"', since=http_date(since.timestamp()))


def _head_of(request: HttpRequest) -> FeedHead:
    known = getattr(request, "feed_head", None)
    return known if isinstance(known, FeedHead) else queries.feed_head()


def _asks_for_part(request: HttpRequest) -> bool:
    """Say whether htmx asks; going back in the browser it wants the whole page."""
    is_htmx = request.META.get(_IS_PART) == "true"
    return is_htmx and _IS_RESTORING not in request.META
