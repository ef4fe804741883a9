"""Public pages and how long they hold: until the next change, or until midnight.

Everything that a public page shows follows from its address, the reader's language
and appearance, the day in Shanghai, the software, and how far the feed has been
applied. These make its ETag, so that a page asked for again costs one look at the
cursor; and they are the key of the pages that a process keeps in memory. Nothing
has to be thrown away: after a withdrawal the key is another one.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags

from gongshi.portal import finding, queries
from gongshi.portal.appearance import appearance_of
from gongshi.portal.keeping import KeptPage, compressed, kept_pages
from gongshi.portal.queries import CannotRead, FeedHead
from gongshi.portal.software import software

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_KEPT_STATUSES = frozenset({200, 410})
_PARTS = ("HX-Request", "HX-History-Restore-Request")
# Anybody may keep a page, if they ask each time whether it still holds.
_ASK_EACH_TIME = "public, no-cache"


def public_page(view: View[P]) -> View[P]:
    """Answer reading requests, from what is known where nothing has changed.

    A `CannotRead` that the view raises becomes a page that says so in a sentence.
    """

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return _only_reading()
        # First the cursor, then the page: it may be newer than its tag, never older.
        head = queries.feed_head()
        tag = _tag(request, head)
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            return _with_headers(HttpResponseNotModified(), request, tag, head)
        key = f"{request.scheme}://{request.get_host()}{request.get_full_path()} {tag}"
        kept = kept_pages.get(key)
        if kept is None:
            request.feed_head = head  # type: ignore[attr-defined]
            response = _made(view, request, *args, **kwargs)
            if response.status_code not in _KEPT_STATUSES:
                return response
            kept = KeptPage.of(response)
            kept_pages.put(key, kept)
        return _with_headers(_sent(kept, request), request, tag, head)

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
    context["max_term"] = finding.MAX_TERM
    context["canonical"] = request.build_absolute_uri(request.path)
    return render(request, template, context, status=status)


def refused(request: HttpRequest, error: CannotRead) -> HttpResponse:
    """Say in a sentence why the request cannot be answered."""
    context = {"code": error.code, "q": request.GET.get("q", "")[: finding.MAX_TERM]}
    return page(request, "portal/refused.html", context, status=400)


def _made(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except CannotRead as error:
        return refused(request, error)


def _sent(kept: KeptPage, request: HttpRequest) -> HttpResponse:
    is_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(compressed(kept) if is_gzip else kept.body)
    response.status_code = kept.status
    for name, value in kept.headers:
        response.headers[name] = value
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _with_headers(
    response: HttpResponse, request: HttpRequest, tag: str, head: FeedHead
) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = _ASK_EACH_TIME
    if head.at is not None:
        # For people and crawlers to see. Only the tag is asked: two changes can fall
        # into one second, and the second of them may be a withdrawal.
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0)
        changed = max(head.at, midnight)
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    patch_vary_headers(response, ("Accept-Encoding", "Cookie", *_PARTS))
    return response


def _tag(request: HttpRequest, head: FeedHead) -> str:
    appearance = appearance_of(request)
    parts = (
        software(),
        head.sequence,
        head.hash,
        timezone.localdate().isoformat(),
        getattr(request, "LANGUAGE_CODE", ""),
        appearance.theme,
        appearance.is_large,
        _asks_for_part(request),
    )
    # Weak: compressed and plain are two forms of one page.
    digest = blake2b(repr(parts).encode(), digest_size=12).hexdigest()
    return f'W/"{digest}"'


def _head_of(request: HttpRequest) -> FeedHead:
    known = getattr(request, "feed_head", None)
    return known if isinstance(known, FeedHead) else queries.feed_head()


def _only_reading() -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})


def _asks_for_part(request: HttpRequest) -> bool:
    """Say whether htmx asks; going back in the browser it wants the whole page."""
    is_htmx = request.headers.get("HX-Request") == "true"
    return is_htmx and "HX-History-Restore-Request" not in request.headers
