"""The public pages: read the request, ask once, answer; the clock is read here."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from gongshi.portal import finding, presentation, queries
from gongshi.portal.models import Kind, PublishedRecord, Tombstone
from gongshi.portal.queries import CannotRead, Listing


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the rolling list, all of it or of one kind."""
    today = timezone.localdate()
    try:
        kind = _kind(request)
        page = queries.rolling_list(
            today, Listing(kind=kind), after=request.GET.get("after")
        )
    except CannotRead as error:
        return _refused(request, error)
    context = {
        "kind": kind,
        "term": "",
        "page": page,
        "results": presentation.results(page.records),
        "totals": queries.published_totals(),
        "listed": queries.listed_counts(today),
    }
    return _page(request, "portal/home.html", context, part="portal/_list.html")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what a search finds, or how to search."""
    try:
        query = finding.read_query(request.GET, on=timezone.localdate())
        context: dict[str, Any] = {
            "query": query,
            "kind": query.kind,
            "q": query.text,
            "term": query.term,
        }
        if query.term:
            page = finding.find(query, after=request.GET.get("after"))
            context["page"] = page
            context["results"] = presentation.results(page.records, query.term)
            context["found"] = finding.count(query)
    except CannotRead as error:
        return _refused(request, error)
    return _page(request, "portal/search.html", context, part="portal/_results.html")


@require_safe
def record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show one record, or that it is withdrawn or its display period has ended."""
    found = queries.find_record(record_id)
    if found is None:
        raise Http404("No such record.")
    if isinstance(found, Tombstone):
        return _page(request, "portal/withdrawn.html", {"tombstone": found}, status=410)
    if not queries.is_displayed(found, timezone.localdate()):
        return _page(request, "portal/expired.html", {"record": found}, status=410)
    return _record_page(request, found)


def _record_page(request: HttpRequest, found: PublishedRecord) -> HttpResponse:
    context = {
        "record": found,
        "groups": presentation.groups(found),
        "address": request.build_absolute_uri(request.path),
    }
    response = _page(request, "portal/record.html", context)
    if found.is_natural_person:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _kind(request: HttpRequest) -> str | None:
    kind = request.GET.get("kind", "")
    if kind and kind not in Kind.values:
        raise CannotRead("unknown-kind")
    return kind or None


def _refused(request: HttpRequest, error: CannotRead) -> HttpResponse:
    context = {"code": error.code, "q": request.GET.get("q", "")[: finding.MAX_TERM]}
    return _page(request, "portal/refused.html", context, status=400)


def _page(
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
        context["feed_head"] = queries.feed_head()
    context["max_term"] = finding.MAX_TERM
    response = render(request, template, context, status=status)
    if part is not None:
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def _asks_for_part(request: HttpRequest) -> bool:
    """Say whether htmx asks; going back in the browser it wants the whole page."""
    is_htmx = request.headers.get("HX-Request") == "true"
    return is_htmx and "HX-History-Restore-Request" not in request.headers
