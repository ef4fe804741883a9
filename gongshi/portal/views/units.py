"""Who discloses what: units, their catalogues and items, and single subjects."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongshi.domain.search_text import normalise
from gongshi.portal import (
    directory,
    drawing,
    figures,
    following,
    presentation,
    subjects,
)
from gongshi.portal.models import PublishedUnit
from gongshi.portal.pages import page, public_page
from gongshi.portal.places import region_name
from gongshi.portal.queries import Listing
from gongshi.portal.views.lists import kind_of, list_context

_CREDIT_CODE = 18


@public_page
def units(request: HttpRequest) -> HttpResponse:
    """Show all units by level."""
    context = {"groups": presentation.by_level(directory.unit_entries())}
    return page(request, "portal/units.html", context)


@public_page
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show who the unit is, what it must disclose, its list and its figures."""
    found = _unit(code)
    kind = kind_of(request)
    context = {
        "unit": found,
        "title": found.name,
        "feed": following.of_one("unit", code, found.name),
        "region": region_name(found.region_code),
        "has_superior": directory.has_unit(found.superior_code),
        "items": directory.items_of(code),
        "figures": figures.totals_of(code),
        "months": drawing.month_bars(figures.by_month(code)[-12:]),
        **list_context(request, Listing(kind=kind, unit_code=code)),
    }
    return page(request, "portal/unit.html", context, part="portal/_list.html")


@public_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the 双公示目录: every unit with its items, site and address."""
    context = {"groups": presentation.by_level(directory.unit_entries())}
    return page(request, "portal/catalogue.html", context)


@public_page
def unit_catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """Show all items of one unit's catalogue."""
    found = _unit(code)
    kind = kind_of(request)
    context = {
        "unit": found,
        "kind": kind,
        "path": request.path,
        "items": directory.items_of(code, kind),
    }
    return page(request, "portal/unit_catalogue.html", context)


@public_page
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show one item: who has it in the catalogue, and what was listed of it."""
    entries = directory.items_coded(code)
    listing = Listing(kind=kind_of(request), item=code)
    listed = list_context(request, listing)
    if not entries and not listed["results"]:
        raise Http404("No such item.")
    name = entries[0].name if entries else listed["results"][0].record.title
    names = directory.unit_names(entry.unit_code for entry in entries)
    context = {
        "code": code,
        "title": name,
        "entries": [(entry, names.get(entry.unit_code, "")) for entry in entries],
        **listed,
    }
    return page(request, "portal/item.html", context, part="portal/_list.html")


@public_page
def subject(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show all that is on display under one credit code, of all units."""
    written = normalise(credit_code).upper()
    if len(written) != _CREDIT_CODE or not written.isalnum():
        raise Http404("No credit code.")
    today = timezone.localdate()
    found = subjects.find_subject(written, today)
    if found is None:
        return page(
            request, "portal/subject_none.html", {"credit_code": written}, status=404
        )
    after = request.GET.get("after")
    records = subjects.subject_records(written, today, after=after)
    context = {
        "subject": found,
        "feed": following.of_one("subject", written, found.name),
        "years": drawing.year_bars(found.years),
        "page": records,
        "path": request.path,
        "results": presentation.results(records.records),
        "term": "",
    }
    return page(
        request, "portal/subject.html", context, part="portal/_subject_records.html"
    )


def _unit(code: str) -> PublishedUnit:
    found = directory.find_unit(code)
    if found is None:
        raise Http404("No such unit.")
    return found
