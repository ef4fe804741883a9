"""Pages that read a power list into a draft and show what was found; read the clock."""

from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongshi.accounts.access import Reader, get_unit, visible
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.catalogue.actions import CannotEdit
from gongshi.catalogue.export import workbook_of
from gongshi.catalogue.refusals import refused
from gongshi.intake.scratch import scratch_file
from gongshi.validation.models import PowerListImport
from gongshi.validation.power_lists.actions import (
    LIMITS,
    MOST_BYTES,
    findings_of,
    import_power_list,
)
from gongshi.validation.power_lists.forms import PowerListForm
from gongshi.validation.report import with_messages

EDIT = Permission.CATALOGUE_EDIT
_LISTED = 200


@requires(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def power_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form, or read the file into the unit's draft."""
    unit = get_unit(request.user, code, EDIT)
    if unit.is_entrusted:
        raise Http404
    is_sent = request.method == "POST"
    form = PowerListForm(request.POST, request.FILES) if is_sent else PowerListForm()
    if not form.is_valid():
        context = {
            "unit": unit,
            "form": form,
            "most_rows": LIMITS.rows,
            "limit_megabytes": MOST_BYTES // 1024 // 1024,
        }
        status = 422 if is_sent else 200
        return render(request, "catalogue/import.html", context, status=status)
    by = acting(request, EDIT, unit=unit)
    file = form.cleaned_data["file"]
    assert isinstance(file, UploadedFile)
    name = Path(file.name or "").name
    with scratch_file(Path(name).suffix[:8]) as path:
        with path.open("wb") as target:
            target.writelines(file.chunks())
        try:
            done = import_power_list(
                path, name=name, unit=unit, by=by, at=timezone.now()
            )
        except CannotEdit as error:
            return refused(request, unit, error.code)
    return redirect("validation:power-list-result", key=done.pk)


@requires(EDIT)
@never_cache
@require_safe
def power_list_result(request: HttpRequest, key: int) -> HttpResponse:
    """Show what an import took and what it found."""
    done = _get_import(request.user, key)
    report = with_messages(findings_of(done), gettext)
    context = {
        "done": done,
        "unit": done.unit,
        "findings": report.head(_LISTED).to_dicts(),
        "number": report.height,
    }
    return render(request, "catalogue/imported.html", context)


@requires(EDIT)
@never_cache
@require_safe
def power_list_workbook(request: HttpRequest, key: int) -> FileResponse:
    """Send the sender's own list with the bad cells marked."""
    done = _get_import(request.user, key)
    name = gettext("%(name)s - check result.xlsx") % {"name": Path(done.name).stem}
    return FileResponse(BytesIO(bytes(done.marked)), as_attachment=True, filename=name)


@requires(Permission.CATALOGUE_READ)
@require_safe
def power_list_blank(request: HttpRequest) -> FileResponse:
    """Send the blank form of a power list."""
    name = gettext("Power list, blank form.xlsx")
    return FileResponse(BytesIO(workbook_of(None)), as_attachment=True, filename=name)


def _get_import(user: Reader, key: int) -> PowerListImport:
    imports = PowerListImport.objects.select_related("unit")
    done = visible(imports, user, EDIT).filter(pk=key).first()
    if done is None:
        raise Http404
    return done
