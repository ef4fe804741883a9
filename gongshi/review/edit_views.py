"""The page on which a record is corrected, in the form that enters one.

What reviewers said stands beside each field. What is handed in takes the way of
every row: of a record that nobody has approved it takes the place, of a public one
it is a proposed correction. Under another number, name or authority it is another
record, which is asked about first.
"""

import dataclasses
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

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.models import Batch
from gongshi.intake.queries import is_from_form
from gongshi.intake.reading import Document
from gongshi.records.identity import NAMING
from gongshi.records.models import Record
from gongshi.records.queries import withheld_values
from gongshi.review.actions import CannotReview, replace
from gongshi.review.messages import sentence
from gongshi.review.queries import get_record
from gongshi.review.record_page import EDITABLE, changes_since, form_of
from gongshi.validation.actions_entry import Entry
from gongshi.validation.dry_run import try_rows
from gongshi.validation.entry_desk import (
    Desk,
    Editing,
    Other,
    Verdict,
    entry_page,
    hand_over,
    reasons_given,
    said_page,
)
from gongshi.validation.entry_form import (
    Said,
    entered_fields,
    of_filled,
    read_values,
    said_of,
)

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
    if _has_moved(request, desk):
        return _moved(request, desk, values)
    said, other = _judged(request, desk, values)
    verdict = Verdict(said=said, reasons=reasons_given(request, said), other=other)
    if not verdict.is_good:
        return entry_page(request, desk, values, verdict)
    document = _document(desk, values)
    given = Entry(id=desk.key, document=document, reasons=verdict.reasons)
    batch = hand_over(request, desk, given, clock=timezone.now)
    if other is None:
        messages.success(request, gettext("The correction is handed in."))
        return redirect("review:record", record_id=record_id)
    return _replaced(request, record, batch, values)


def _has_moved(request: HttpRequest, desk: Desk) -> bool:
    """Whether the record is no longer what was opened, by somebody else's doing."""
    record = _edited(desk)
    is_seen = request.POST.get("version") == str(record.version)
    return not (is_seen or is_from_form(record.batch_id, desk.key))


def _moved(request: HttpRequest, desk: Desk, values: Mapping[str, str]) -> HttpResponse:
    """Show what was typed beside what has changed meanwhile; nothing is handed in."""
    assert desk.editing is not None
    changes = changes_since(desk.editing.record, request.POST.get("version", ""))
    moved = [(change.label, change.before, change.after) for change in changes]
    editing = dataclasses.replace(desk.editing, moved=moved)
    shown = dataclasses.replace(desk, editing=editing)
    return entry_page(request, shown, values, status=409)


def _replaced(
    request: HttpRequest, record: Record, batch: Batch, values: Mapping[str, str]
) -> HttpResponse:
    """Close the record that was opened, and go to the one that takes its place."""
    successor = gettext(
        "Handed in again as another record: %(number)s, %(subject)s"
    ) % {
        "number": values.get("decision_number", ""),
        "subject": values.get("subject_name", ""),
    }
    by = acting(request, Permission.RECORD_ENTER, unit=record.unit)
    try:
        replace(record, successor=successor, by=by, at=timezone.now())
    except CannotReview as error:
        messages.error(request, sentence(error.code))
    else:
        messages.success(
            request,
            gettext("It is handed in as another record; a reviewer sees it now."),
        )
    return redirect("validation:batch", batch_id=batch.pk)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_POST
def edit_check(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Say what the rules find in the form as it stands."""
    desk = _desk(request, record_id)
    values = read_values(desk.form, request.POST)
    said, other = _judged(request, desk, values)
    shown = said if desk.is_whole else of_filled(said, values)
    return said_page(request, desk, values, shown, other)


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


def _judged(
    request: HttpRequest, desk: Desk, values: Mapping[str, str]
) -> tuple[dict[str, Sequence[Said]], Other | None]:
    """Return what the rules find, and whether this is still the same decision."""
    record = _edited(desk)
    trial = try_rows(_document(desk, values), unit=desk.unit, at=timezone.now())
    is_other = bool(trial.ids) and trial.ids != (record.pk,)
    found = said_of(trial.findings, desk.form)
    if is_other:
        return {**found}, _other(request, desk, values)
    return {
        name: [each for each in told if each.code != _OWN]
        for name, told in found.items()
    }, None


def _other(request: HttpRequest, desk: Desk, values: Mapping[str, str]) -> Other:
    before = json.loads(_edited(desk).content)
    return Other(
        changes=[
            (
                desk.form.by_name[name].label,
                before.get(name) or "",
                values.get(name, ""),
            )
            for name in NAMING
            if name in desk.form.by_name
            and (before.get(name) or "") != values.get(name, "")
        ],
        is_meant=request.POST.get("another") == "yes",
    )
