"""The pages around entry: where to begin, drafts, subjects that are known."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongshi.accounts.access import get_unit
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.domain.standards import Person
from gongshi.intake.actions_drafts import MOST_DRAFTS, discard_draft, draft_values
from gongshi.intake.models import Draft
from gongshi.intake.queries_drafts import drafts_of, get_draft
from gongshi.records.listing import list_records
from gongshi.records.sealing import CannotUnseal
from gongshi.records.ways import Asked
from gongshi.validation.editions import blank_forms
from gongshi.validation.entry_views import unit_of, units_to_enter_for
from gongshi.validation.lookups import subjects_like

_RECENT = 8
_LAST = 4  # drafts offered where entry begins


@requires(Permission.RECORD_ENTER)
@never_cache
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Let somebody choose what to enter, go on with a draft, or copy a record."""
    units = units_to_enter_for(request)
    newest = Asked(units=[unit.pk for unit in units])
    context = {
        "units": units,
        "editions": blank_forms(),
        "drafts": _shown_drafts(request, _LAST),
        "recent": list_records(newest, size=_RECENT).records,
    }
    return render(request, "office/enter.html", context)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_safe
def subjects(request: HttpRequest, unit: str) -> HttpResponse:
    """Offer subjects that are known already."""
    own = get_unit(request.user, unit, Permission.RECORD_ENTER)
    text = request.GET.get("subject_name", "")
    found = subjects_like(text, unit=own, on=timezone.localdate())
    return render(request, "office/_subjects.html", {"subjects": found})


@requires(Permission.RECORD_ENTER)
@never_cache
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """List the person's drafts."""
    return render(
        request, "office/drafts.html", {"drafts": _shown_drafts(request, MOST_DRAFTS)}
    )


@requires(Permission.RECORD_ENTER)
@require_POST
def drop_draft(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Delete one of the person's drafts."""
    draft = get_draft(request.user, draft_id)
    by = acting(request, Permission.RECORD_ENTER, unit=unit_of(request, draft))
    discard_draft(draft.pk, owner=draft.owner, by=by, at=timezone.now())
    messages.success(request, gettext("The draft is deleted."))
    return redirect("validation:drafts")


def _shown_drafts(request: HttpRequest, most: int) -> list[dict[str, object]]:
    shown = []
    for draft in drafts_of(request.user)[:most]:
        values = _values_or_none(draft)
        edition, kind, person = draft.form.split("/")
        end = "-natural" if person == Person.NATURAL else ""
        address = reverse(f"validation:entry{end}", args=[edition, kind])
        shown.append(
            {
                "draft": draft,
                "kind": kind,
                "address": f"{address}?draft={draft.pk}",
                "opens": values is not None,
                "number": (values or {}).get("decision_number", ""),
                "subject": (values or {}).get("subject_name", ""),
            }
        )
    return shown


def _values_or_none(draft: Draft) -> dict[str, str] | None:
    # One that does not open must not hide the others.
    try:
        return draft_values(draft)
    except CannotUnseal:
        return None
