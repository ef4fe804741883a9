"""The pages around entry: where to begin, drafts, subjects that are known."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongshi.accounts.access import get_unit
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.actions_drafts import MOST_DRAFTS, discard_draft
from gongshi.intake.queries_drafts import drafts_of, get_draft
from gongshi.records.listing import list_records
from gongshi.records.ways import Asked
from gongshi.validation.draft_list import shown_drafts
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
        "drafts": shown_drafts(drafts_of(request.user)[:_LAST]),
        "today": timezone.localdate(),
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
    context = {
        "drafts": shown_drafts(drafts_of(request.user)[:MOST_DRAFTS]),
        "today": timezone.localdate(),
    }
    return render(request, "office/drafts.html", context)


@requires(Permission.RECORD_ENTER)
@require_POST
def drop_draft(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Delete one of the person's drafts."""
    draft = get_draft(request.user, draft_id)
    by = acting(request, Permission.RECORD_ENTER, unit=unit_of(request, draft))
    discard_draft(draft.pk, owner=draft.owner, by=by, at=timezone.now())
    messages.success(request, gettext("The draft is deleted."))
    return redirect("validation:drafts")
