"""The office's pages: batches, upload, one batch, blank forms; the clock is read here."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from gongshi.accounts.access import can, units_for
from gongshi.accounts.models import Unit, User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.domain import standards
from gongshi.domain.standards import CannotFindForm, Kind, Person
from gongshi.intake.actions import receive_file
from gongshi.intake.files import CannotReceive
from gongshi.intake.models import BatchState
from gongshi.intake.queries import get_batch, list_batches
from gongshi.intake.reading import upload_limits
from gongshi.intake.template import write_template
from gongshi.validation.actions_batches import CannotConfirm, confirm_warnings
from gongshi.validation.batch_filter import BatchFilter
from gongshi.validation.batch_page import BatchPage
from gongshi.validation.editions import blank_forms
from gongshi.validation.forms import ENDINGS, MIB, REFUSED, UploadForm
from gongshi.validation.tasks import check_batch
from gongshi.validation.workbook_views import sent

PAGE = 20
_CHECKING = (str(BatchState.RECEIVED), str(BatchState.CHECKING))


@requires(Permission.RECORD_READ)
@never_cache
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """List what the user's units have sent, newest first or first due first."""
    units = _units(request, Permission.RECORD_READ)
    wanted = BatchFilter(request.GET, units=units)
    after = request.GET.get("after", "")
    page = list_batches(
        wanted.keys, state=wanted.state, order=wanted.order, after=after, size=PAGE
    )
    context = {
        "page": page,
        "is_first": not after,
        "batches": [BatchPage(batch) for batch in page.batches],
        "filter": wanted,
        "has_many_units": len(units) > 1,
        "today": timezone.localdate(),
        "can_enter": can(request.user, Permission.RECORD_ENTER),
    }
    return render(request, "office/batches.html", context)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the upload form, or receive a file and go to its batch."""
    units = _units(request, Permission.RECORD_ENTER)
    if request.method != "POST":
        initial = {"key": uuid.uuid4(), "unit": _own_unit(request, units)}
        return _upload_page(request, UploadForm(units=units, initial=initial))
    form = UploadForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    by = acting(request, Permission.RECORD_ENTER, unit=form.chosen_unit)
    try:
        batch = receive_file(
            form.upload, unit=form.chosen_unit, by=by, at=timezone.now()
        )
    except CannotReceive as error:
        form.refuse(error.code)
        return _upload_page(request, form, status=422)
    if batch.already_received:
        messages.info(request, gettext("The file arrived once; this is its batch."))
    else:
        check_batch.enqueue(str(batch.pk))
    return redirect("validation:batch", batch_id=batch.pk)


@requires(Permission.RECORD_READ)
@never_cache
@require_safe
def batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show one batch; to htmx, which asks while it is worked on, its moving part."""
    found = get_batch(request.user, batch_id)
    page = BatchPage(found, rule=request.GET.get("rule", ""))
    before = request.GET.get("from", "")
    is_part = request.headers.get("HX-Request") == "true"
    context = {
        "page": page,
        "batch": found,
        "can_enter": can(request.user, Permission.RECORD_ENTER, found.unit),
        "can_reveal": can(request.user, Permission.RECORD_REVEAL, found.unit),
        "is_part": is_part,
        "today": timezone.localdate(),
        "can_review": can(request.user, Permission.RECORD_REVIEW, found.unit),
        "has_moved": is_part and before != found.state,
        "has_findings_now": is_part and before in _CHECKING and not page.is_checking,
    }
    template = "office/_batch.html" if is_part else "office/batch.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.RECORD_ENTER)
@require_POST
def confirm(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Note why the warnings of one rule are right."""
    found = get_batch(request.user, batch_id, Permission.RECORD_ENTER)
    by = acting(request, Permission.RECORD_ENTER, unit=found.unit)
    code, reason = request.POST.get("code", ""), request.POST.get("reason", "")
    try:
        confirm_warnings(found, code, reason, by=by, at=timezone.now())
    except CannotConfirm as error:
        messages.error(request, REFUSED[error.code])
    else:
        messages.success(request, gettext("The warnings are confirmed."))
    return redirect(reverse("validation:batch", args=[batch_id]) + "#to-confirm")


@requires(Permission.CATALOGUE_READ)
@require_safe
def template(
    request: HttpRequest, edition: str, kind: str, person: Person | None = None
) -> HttpResponseBase:
    """Send the blank form of an edition."""
    try:
        wanted = standards.form(edition, Kind(kind), person)
    except (CannotFindForm, ValueError) as error:
        raise Http404 from error
    on = timezone.localdate()
    name = gettext("%(kind)s blank form %(edition)s.xlsx") % {
        "kind": _kind_name(wanted.kind, person),
        "edition": edition,
    }
    return sent(name, lambda path: write_template(wanted, path, on=on))


def _kind_name(kind: Kind, person: Person | None) -> str:
    names = {
        Kind.LICENCE: gettext("Administrative licence"),
        Kind.PENALTY: gettext("Administrative penalty"),
    }
    natural = gettext("Natural person") if person is Person.NATURAL else ""
    return f"{names[kind]}{natural and f'({natural})'}"


def _units(request: HttpRequest, permission: Permission) -> Sequence[Unit]:
    return list(units_for(request.user, permission))


def _own_unit(request: HttpRequest, units: Sequence[Unit]) -> str:
    if len(units) == 1:
        return units[0].code
    assert isinstance(request.user, User)
    own = [unit.code for unit in units if unit.pk == request.user.unit_id]
    return own[0] if own else ""


def _upload_page(
    request: HttpRequest, form: UploadForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "endings": ENDINGS,
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
        "limit_megabytes": settings.UPLOAD_LIMIT_BYTES // MIB,
        "most_rows": upload_limits(settings.UPLOAD_LIMIT_BYTES).rows,
        "blank_forms": blank_forms(),
    }
    return render(request, "office/upload.html", context, status=status)
