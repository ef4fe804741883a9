"""The workbooks of a batch: masked for all who read it, whole for a reason."""

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongshi.accounts.access import can
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.files import CannotOpen
from gongshi.intake.models import Batch
from gongshi.intake.queries import get_batch
from gongshi.intake.scratch import scratch_file
from gongshi.records.revealing import RevealReason
from gongshi.validation.batch_page import BatchPage
from gongshi.validation.corrections import (
    withheld_in_rows_to_correct,
    write_rows_to_correct,
)
from gongshi.validation.marked_batch import (
    withheld_in_workbook,
    write_marked_workbook,
)
from gongshi.validation.unmask_form import UnmaskForm
from gongshi.validation.unmasking import note_unmasked

_WAYS = ["GET", "HEAD", "POST"]


@requires(Permission.RECORD_READ)
@never_cache
@require_http_methods(_WAYS)
def workbook(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Send the sender's own sheets with the bad cells marked, masked unless asked."""
    found = get_batch(request.user, batch_id)
    if BatchPage(found).is_checking:
        messages.info(request, gettext("The workbook is ready when the check is done."))
        return redirect("validation:batch", batch_id=batch_id)
    name = gettext("%(name)s - check result.xlsx") % {"name": Path(found.name).stem}
    try:
        if request.method != "POST" and "unmasked" not in request.GET:
            return sent(name, lambda path: write_marked_workbook(found, path))
        _refuse_without_right(request, found)  # before anything is opened
        return _unmasked(
            request,
            found,
            withheld_in_workbook(found),
            lambda: sent(
                name, lambda path: write_marked_workbook(found, path, is_masked=False)
            ),
        )
    except CannotOpen:
        return _damaged(request, batch_id)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_http_methods(_WAYS)
def to_correct(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Send the rows that have errors, as a workbook to be filled in and sent again.

    It is sent again as it is, so nothing in it can be masked: where it holds personal
    data, whoever takes it says why.
    """
    found = get_batch(request.user, batch_id, Permission.RECORD_ENTER)
    if not BatchPage(found).has_rows_to_correct:
        messages.info(request, gettext("The batch has no row left to correct."))
        return redirect("validation:batch", batch_id=batch_id)
    name = gettext("%(name)s - rows to correct.xlsx") % {"name": Path(found.name).stem}

    def send() -> FileResponse:
        return sent(name, lambda path: write_rows_to_correct(found, path))

    try:
        fields = withheld_in_rows_to_correct(found)
        if not fields:
            return send()
        kind = RevealReason.CORRECTION
        return _unmasked(request, found, fields, send, kind=kind)
    except CannotOpen:
        return _damaged(request, batch_id)


def sent(name: str, write: Callable[[Path], None]) -> FileResponse:
    """Return what `write` puts into a temporary file, which is gone at once."""
    return FileResponse(_written(write), as_attachment=True, filename=name)


def _unmasked(
    request: HttpRequest,
    batch: Batch,
    fields: Sequence[str],
    send: Callable[[], FileResponse],
    *,
    kind: str = "",
) -> HttpResponseBase:
    """Ask for the reason; with one, note it and send the file.

    `kind` is chosen beforehand where the way here tells it; the words never are, as
    nobody reads a reason that is there already.
    """
    _refuse_without_right(request, batch)
    form = UnmaskForm(
        request.POST if request.method == "POST" else None, initial={"kind": kind}
    )
    if not form.is_valid():
        context = {"batch": batch, "form": form, "address": request.get_full_path()}
        status = 422 if form.is_bound else 200
        return render(request, "office/unmask.html", context, status=status)
    response = send()
    note_unmasked(
        batch,
        fields,
        kind=RevealReason(form.cleaned_data["kind"]),
        reason=form.cleaned_data["reason"],
        by=acting(request, Permission.RECORD_REVEAL, unit=batch.unit),
        at=timezone.now(),
    )
    return response


def _refuse_without_right(request: HttpRequest, batch: Batch) -> None:
    if not can(request.user, Permission.RECORD_REVEAL, batch.unit):
        raise PermissionDenied


def _damaged(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    messages.error(request, gettext("The stored file is damaged. Send the file again."))
    return redirect("validation:batch", batch_id=batch_id)


def _written(write: Callable[[Path], None]) -> IO[bytes]:
    # The open file outlives its name, and ends with the response.
    with scratch_file(".xlsx") as path:
        write(path)
        return path.open("rb")
