"""The pages of the bulk sets, and their files: whole, in ranges, or not again."""

import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gongshi.portal.answers import answer, bounded_parts, open_to_all
from gongshi.portal.models import Person, Tombstone
from gongshi.portal.opendata.sets import (
    DAILY,
    MONTHLY,
    DataSet,
    File,
    find_file,
    find_set,
    names,
)
from gongshi.portal.pages import bounded_view, page
from gongshi.portal.queries import feed_head
from gongshi.portal.search import COUNT_LIMIT, BoundedCount
from gongshi.portal.store import STORE

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_BLOCK = 64 * 1024


@require_safe
@cache_control(public=True, no_cache=True)
@bounded_view
def index(request: HttpRequest) -> HttpResponse:
    """Show the newest set with all its files, and which others there are."""
    daily = _sets(DAILY)
    newest = daily[0] if daily else None
    context = {
        "newest": newest,
        "daily": daily[1:],
        "monthly": _sets(MONTHLY),
        "removed": _removed_since(newest) if newest else None,
    }
    return page(request, "open/index.html", context)


@require_safe
@cache_control(public=True, no_cache=True)
@bounded_view
def one_set(request: HttpRequest, period: str, name: str) -> HttpResponse:
    """Show one set with all its files."""
    found = _found(period, name)
    context = {"set": found, "removed": _removed_since(found)}
    return page(request, "open/set.html", context)


@require_safe
def download(
    request: HttpRequest, period: str, name: str, file: str
) -> HttpResponseBase:
    """Send a file of a set: whole, or the range that is asked for."""
    wanted = find_file(_found(period, name), file)
    if wanted is None:
        raise Http404("No such file.")
    etag = f'"{wanted.digest}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = _sent(request, wanted, etag) if unchanged is None else unchanged
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, no-cache"  # a set forgets what is withdrawn
    response["X-Robots-Tag"] = "noindex"
    return open_to_all(response)


@require_safe
def removed(request: HttpRequest, period: str, name: str) -> HttpResponseBase:
    """List the records that were taken away since the set was made, as CSV."""
    found = _found(period, name)

    def make() -> HttpResponseBase:
        lines = bounded_parts(_removed_lines(found))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")

    return open_to_all(answer(request, feed_head(), timezone.localdate(), make))


def _sets(period: str) -> list[DataSet]:
    root = settings.OPEN_DATA_DIR
    found = (find_set(root, period, name) for name in names(root, period))
    return [each for each in found if each is not None]


def _found(period: str, name: str) -> DataSet:
    found = find_set(settings.OPEN_DATA_DIR, period, name)
    if found is None:
        raise Http404("No such set.")
    return found


def _removed_since(found: DataSet) -> BoundedCount:
    """Count the records taken away since the set was made, up to a bound."""
    number = _later(found).order_by()[: COUNT_LIMIT + 1].count()
    return BoundedCount(number=min(number, COUNT_LIMIT), is_exact=number <= COUNT_LIMIT)


def _removed_lines(found: DataSet) -> Iterator[str]:
    yield "record_id,operation,sequence,at\r\n"
    columns = ("record_id", "operation", "position", "at")
    rows = _later(found).order_by("position").values_list(*columns)
    for record_id, operation, position, at in rows.iterator():
        moment = at.astimezone(UTC).isoformat()
        yield f"{record_id},{operation},{position},{moment}\r\n"


def _later(found: DataSet) -> QuerySet[Tombstone]:
    """Return what was taken away since, of legal persons, as only those are in a set."""
    later = Tombstone.objects.using(STORE).filter(position__gt=found.sequence)
    return later.filter(person=Person.LEGAL)


def _sent(request: HttpRequest, file: File, etag: str) -> HttpResponseBase:
    part = _range(request, file.size, etag)
    start, end = part or (0, file.size - 1)
    if part is not None and (start >= file.size or start > end):
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{file.size}"
        return refused
    end = min(end, file.size - 1)
    response = StreamingHttpResponse(
        _blocks(file.path, start, end - start + 1),
        status=200 if part is None else 206,
        content_type=file.mediatype,
    )
    if part is not None:
        response["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    response["Content-Length"] = str(end - start + 1)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the first and last byte that are asked for; None: all of them.

    Several ranges at once are answered with the whole file, as is a range of a file
    that has changed since (`If-Range`).
    """
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        return int(first), int(last) if last else size - 1
    if not last:
        return None
    return max(0, size - int(last)), size - 1 if int(last) else -1


def _blocks(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (block := file.read(min(_BLOCK, length))):
            length -= len(block)
            yield block
