"""The home page, and the lists of what was published in the last ten days."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from gongshi.portal import (
    directory,
    figures,
    following,
    narrowing,
    presentation,
    queries,
)
from gongshi.portal.holding import asks_for_part
from gongshi.portal.models import Kind
from gongshi.portal.pages import page, public_page
from gongshi.portal.places import is_listed_region, region_name
from gongshi.portal.queries import CannotRead, Listing

_ROLLING = 40  # records of the home page's moving list that come at once


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the search, the newest records moving, and the ways into the lists.

    The moving list asks for its next part by `?after=`, until the ten days are through.
    """
    after = request.GET.get("after")
    newest = queries.rolling_list(timezone.localdate(), after=after, size=_ROLLING)
    context: dict[str, Any] = {"newest": newest}
    if not asks_for_part(request):
        context |= _ways_in()
    return page(request, "portal/home.html", context, part="portal/_rolling.html")


@public_page
def all_kinds(request: HttpRequest) -> HttpResponse:
    """Show the whole rolling list, or of one kind, by `?kind=`."""
    context = {"title": gettext("All"), "feed": following.of_everything()}
    return _list(request, Listing(kind=kind_of(request)), context)


@public_page
def of_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the list of one kind at its permanent address."""
    if kind not in Kind.values:
        raise Http404("No such kind.")
    title = str(Kind(kind).label)
    feed = following.of_one("kind", kind, title)
    context = {"title": title, "own_kind": kind, "feed": feed}
    return _list(request, Listing(kind=kind), context)


@public_page
def of_region(request: HttpRequest, code: str) -> HttpResponse:
    """Show the region: its list, its units and its figures."""
    if not is_listed_region(code):
        raise Http404("No such region.")
    context: dict[str, Any] = {
        "title": region_name(code),
        "feed": following.of_one("region", code, region_name(code)),
        "region_code": code,
        "figures": figures.totals_of(region_code=code),
        "entries": directory.unit_entries(code),
    }
    listing = Listing(kind=kind_of(request), region_code=code)
    return _list(request, listing, context, template="portal/region.html")


def kind_of(request: HttpRequest) -> str | None:
    """Return the kind that the address asks for, if any.

    Raises:
        CannotRead: `unknown-kind`.
    """
    kind = request.GET.get("kind", "")
    if kind and kind not in Kind.values:
        raise CannotRead("unknown-kind")
    return kind or None


def list_context(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    """Return what the list's part of a page shows.

    Raises:
        CannotRead: `bad-cursor`.
    """
    today = timezone.localdate()
    found = queries.rolling_list(today, listing, after=request.GET.get("after"))
    return {
        "kind": listing.kind,
        "term": "",
        "path": request.path,
        "page": found,
        "results": presentation.results(found.records),
        "listed": queries.listed_counts(today, listing),
    }


def _ways_in() -> dict[str, Any]:
    return {
        "feed": following.of_everything(),
        "totals": queries.published_totals(),
        "listed": queries.listed_counts(timezone.localdate()),
        "regions": narrowing.choices().regions,
    }


def _list(
    request: HttpRequest,
    listing: Listing,
    context: dict[str, Any],
    *,
    template: str = "portal/list.html",
) -> HttpResponse:
    found = list_context(request, listing)
    return page(request, template, context | found, part="portal/_list.html")
