"""What search engines are told: robots.txt, and sitemaps of legal persons' records."""

from collections.abc import Iterator
from datetime import date, datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongshi.portal.answers import answer, bounded_parts
from gongshi.portal.models import Person, PublishedRecord
from gongshi.portal.queries import feed_head
from gongshi.portal.store import STORE

_CHUNK = 20_000  # changes per sitemap; never more records than that
_AT_ONCE = 2_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Pages without end, or of no use in an index: each search is another address.
_KEPT_OUT = ("/search", "/changes", "/open/api/", "/feeds/", "/embed/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Guide crawlers to the records, away from pages without end.

    Where the registry serves these pages for the office's own eyes, there is nothing
    for crawlers at all.
    """
    if settings.ROLE == "registry":
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
    kept_out = _KEPT_OUT if settings.APART else (*_KEPT_OUT, "/office/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('open:sitemaps'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def sitemaps(request: HttpRequest) -> HttpResponseBase:
    """List the sitemaps: one for each 20,000 changes of the feed."""
    head = feed_head()

    def make() -> HttpResponseBase:
        return HttpResponse(_index(request, head.sequence), content_type=_XML)

    return answer(request, head, timezone.localdate(), make)


@require_safe
def sitemap(request: HttpRequest, number: int) -> HttpResponseBase:
    """List the displayed records of legal persons whose last change is among these."""
    head, on = feed_head(), timezone.localdate()
    if not 1 <= number <= _chunks(head.sequence):
        raise Http404("No such sitemap.")
    site = request.build_absolute_uri("/").rstrip("/")

    def make() -> HttpResponseBase:
        parts = bounded_parts(_chunk(number, site, on))
        return StreamingHttpResponse(parts, content_type=_XML)

    return answer(request, head, on, make)


_XML = "application/xml"


def _chunks(sequence: int) -> int:
    return max(1, -(-sequence // _CHUNK))


def _index(request: HttpRequest, sequence: int) -> str:
    addresses = [
        request.build_absolute_uri(reverse("open:sitemap", args=[number]))
        for number in range(1, _chunks(sequence) + 1)
    ]
    inner = "".join(
        f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses
    )
    return (
        f'{_DECLARATION}<sitemapindex xmlns="{_NAMESPACE}">\n{inner}</sitemapindex>\n'
    )


def _chunk(number: int, site: str, on: date) -> Iterator[str]:
    yield f'{_DECLARATION}<urlset xmlns="{_NAMESPACE}">\n'
    position, end = (number - 1) * _CHUNK, number * _CHUNK
    while rows := _rows(position, end, on):
        for record_id, last_position, updated_at in rows:
            place = reverse("portal:record", args=[record_id])
            yield (
                f"<url><loc>{escape(site + place)}</loc>"
                f"<lastmod>{timezone.localtime(updated_at):%Y-%m-%d}</lastmod></url>\n"
            )
            position = last_position
    yield "</urlset>\n"


def _rows(after: int, end: int, on: date) -> list[tuple[object, int, datetime]]:
    records = (
        PublishedRecord.objects.using(STORE)
        .filter(position__gt=after, position__lte=end, person=Person.LEGAL)
        .filter(Q(display_until__isnull=True) | Q(display_until__gte=on))
        .order_by("position")
        .values_list("record_id", "position", "updated_at")
    )
    return list(records[:_AT_ONCE])
