"""One record at its permanent address, and the log of what was taken away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongshi.portal import directory, presentation, queries
from gongshi.portal.models import PublishedRecord, Tombstone
from gongshi.portal.pages import page, public_page


@public_page
def record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show one record, or that it is withdrawn or its display period has ended."""
    found = queries.find_record(record_id)
    if found is None:
        raise Http404("No such record.")
    if isinstance(found, Tombstone):
        has_unit = directory.has_unit(found.unit_code)
        context = {"tombstone": found, "has_unit": has_unit}
        return page(request, "portal/withdrawn.html", context, status=410)
    if not queries.is_displayed(found, timezone.localdate()):
        return page(request, "portal/expired.html", {"record": found}, status=410)
    return _record_page(request, found)


@public_page
def withdrawals(request: HttpRequest) -> HttpResponse:
    """Show the log of withdrawals and early ends, all or of one unit."""
    unit_code = request.GET.get("unit", "")
    log = directory.removals(unit_code=unit_code, after=request.GET.get("after"))
    context = {
        "page": log,
        "path": request.path,
        "unit_code": unit_code,
        "unit": directory.find_unit(unit_code) if unit_code else None,
        "entries": directory.unit_entries(),
    }
    return page(request, "portal/withdrawals.html", context)


def _record_page(request: HttpRequest, found: PublishedRecord) -> HttpResponse:
    context = {
        "record": found,
        "groups": presentation.groups(found),
        "link": queries.link_of(found),
        "has_item": directory.has_item(found, timezone.localdate()),
        "address": request.build_absolute_uri(request.path),
        "printed_on": timezone.localdate(),
    }
    response = page(request, "portal/record.html", context)
    if found.is_natural_person:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
