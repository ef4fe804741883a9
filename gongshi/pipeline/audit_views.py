"""The page of the audit trail and its files."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import requires
from gongshi.audit.presenting import present
from gongshi.audit.queries import all_events, newest_events
from gongshi.pipeline.audit_export import as_csv, as_json_lines
from gongshi.pipeline.audit_form import AuditForm

PAGE = 50
_FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "jsonl": (as_json_lines, "application/jsonl; charset=utf-8"),
}


@requires(Permission.AUDIT_READ)
@never_cache
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Show a page of the trail: what is asked for, newest first."""
    form = AuditForm(request.GET, reader=request.user)
    if form.is_bound and not form.is_valid():
        return _refused(request, form)
    page = newest_events(
        form.asked,
        size=PAGE,
        below=_number(request, "below"),
        above=_number(request, "above"),
    )
    names = form.unit_names
    context = {
        "form": form,
        "unit_names": names,
        "page": page,
        "events": [present(event, names) for event in page.events],
    }
    return render(request, "office/audit.html", context)


@requires(Permission.AUDIT_READ)
@never_cache
@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Send everything that is asked for as a file, written while it is read."""
    form = AuditForm(request.GET, reader=request.user)
    if ending not in _FILES:
        raise Http404
    if form.is_bound and not form.is_valid():
        return _refused(request, form)
    write, kind = _FILES[ending]
    response = StreamingHttpResponse(write(all_events(form.asked)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="audit.{ending}"'
    return response


def _refused(request: HttpRequest, form: AuditForm) -> HttpResponse:
    return render(request, "office/audit.html", {"form": form}, status=422)


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
