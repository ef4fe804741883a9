"""The public chain of changes: a page, a stream for machines, and its head."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongshi.portal.answers import answer, bounded_parts, open_to_all
from gongshi.portal.changes import MOST, Entry, entries_after, latest_entries
from gongshi.portal.pages import page, public_page
from gongshi.portal.queries import CannotRead, feed_head
from gongshi.portal.refusing import refused_json

_PAGE_SIZE = 50
_LINES = 1_000
_LARGEST = 2**63 - 1


@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Show the latest changes, or those before a number, and how to check them."""
    before = _number(request, "before", default=None)
    on = timezone.localdate()
    entries = latest_entries(before=before, limit=_PAGE_SIZE, on=on)
    last = entries[-1].change.sequence if entries else 0
    context = {
        "entries": entries,
        "before": before,
        "next": last if last > 1 else None,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return page(request, "open/changes.html", context)


@require_safe
def stream(request: HttpRequest) -> HttpResponseBase:
    """Answer with the changes behind `since`, one line of JSON each, in order."""
    try:
        since = _number(request, "since", default=0)
        limit = _number(request, "limit", default=_LINES)
    except CannotRead as error:
        return refused_json(error)
    assert since is not None
    assert limit is not None
    if not 1 <= limit <= MOST:
        return refused_json(CannotRead("bad-limit"))
    head, on = feed_head(), timezone.localdate()

    def make() -> HttpResponseBase:
        lines = bounded_parts(_lines(entries_after(since, limit=limit, on=on)))
        return StreamingHttpResponse(lines, content_type="application/x-ndjson")

    return open_to_all(answer(request, head, on, make))


@require_safe
def head(request: HttpRequest) -> HttpResponseBase:
    """State the head of the chain: save it, and compare with it later."""
    present = feed_head()

    def make() -> HttpResponseBase:
        return JsonResponse({"sequence": present.sequence, "hash": present.hash})

    return open_to_all(answer(request, present, timezone.localdate(), make))


def _lines(entries: Iterator[Entry]) -> Iterator[str]:
    for entry in entries:
        yield entry.as_json() + "\n"


def _number(request: HttpRequest, name: str, *, default: int | None) -> int | None:
    text = request.GET.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise CannotRead("bad-number")
    number = int(text)
    if number > _LARGEST:
        raise CannotRead("bad-number")
    return number
