"""The page on which a record is corrected, in the form that enters one.

What reviewers said stands beside each field. What is handed in takes the way of
every row: of a record that nobody has approved it takes the place, of a public one
it is a proposed correction.
"""

import json
import uuid
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongshi.accounts.models import User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.reading import Document
from gongshi.records.models import Record
from gongshi.records.queries import withheld_values
from gongshi.review.queries import get_record
from gongshi.review.record_page import EDITABLE, form_of
from gongshi.validation.actions_entry import Entry, hand_in
from gongshi.validation.dry_run import try_rows
from gongshi.validation.entry_form import (
    Said,
    codes_to_confirm,
    entered_fields,
    of_filled,
    read_values,
    said_of,
)
from gongshi.validation.entry_views import Desk, Editing, entry_page, said_page

_OWN = "duplicate-in-registry"  # that the record is held is no news here


@requires(Permission.RECORD_ENTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Show a record in its form, or hand in what it should say."""
    desk = _desk(request, record_id)
    record = _edited(desk)
    if request.method != "POST":
        return entry_page(request, desk, _shown_values(record, desk))
    values = read_values(desk.form, request.POST)
    said = _said(desk, values)
    codes = codes_to_confirm(said.values())
    reasons = {code: request.POST.get(f"reason.{code}", "").strip() for code in codes}
    wrong = any(each.severity == "error" for found in said.values() for each in found)
    if wrong or not all(reasons.values()):
        return entry_page(request, desk, values, said=said, reasons=reasons, status=422)
    assert isinstance(request.user, User)
    by = acting(request, Permission.RECORD_ENTER, unit=desk.unit)
    given = Entry(id=desk.key, document=_document(desk, values), reasons=reasons)
    hand_in(given, unit=desk.unit, owner=request.user, by=by, clock=timezone.now)
    messages.success(request, gettext("The correction is handed in."))
    return redirect("review:record", record_id=record_id)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_POST
def edit_check(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Say what the rules find in the form as it stands."""
    desk = _desk(request, record_id)
    values = read_values(desk.form, request.POST)
    said = _said(desk, values)
    shown = said if desk.is_whole else of_filled(said, values)
    return said_page(request, desk, values, shown)


def _desk(request: HttpRequest, record_id: uuid.UUID) -> Desk:
    record = get_record(request.user, record_id, Permission.RECORD_ENTER)
    if record.state not in EDITABLE:
        raise Http404
    comments: dict[str, list[str]] = {}
    for comment in record.comments.filter(version=record.version).order_by("pk"):
        comments.setdefault(comment.field, []).append(comment.text)
    try:
        key = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        key = uuid.uuid4()
    return Desk(
        form=form_of(record),
        person=None,
        unit=record.unit,
        key=key,
        is_whole=request.POST.get("whole") == "1",
        editing=Editing(
            record=record,
            comments=comments,
            kept=frozenset(withheld_values(record)),
            addresses={
                "form": reverse("review:edit", args=[record_id]),
                "check": reverse("review:edit-check", args=[record_id]),
            },
        ),
    )


def _edited(desk: Desk) -> Record:
    assert desk.editing is not None
    return desk.editing.record


def _shown_values(record: Record, desk: Desk) -> dict[str, str]:
    """Return what the office may read; what is withheld is left empty, and stays."""
    assert desk.editing is not None
    content = json.loads(record.content)
    names = {field.name for field in entered_fields(desk.form)} - desk.editing.kept
    return {name: str(text) for name, text in content.items() if name in names and text}


def _document(desk: Desk, values: Mapping[str, str]) -> Document:
    # Nobody is shown what is withheld: it is carried over here, unseen.
    kept = withheld_values(_edited(desk))
    return Document(form=desk.form, rows=[kept | dict(values)])


def _said(desk: Desk, values: Mapping[str, str]) -> dict[str, Sequence[Said]]:
    document = _document(desk, values)
    trial = try_rows(document, unit=desk.unit, at=timezone.now())
    said = said_of(trial.findings, desk.form)
    return {
        name: [each for each in found if each.code != _OWN]
        for name, found in said.items()
    }
