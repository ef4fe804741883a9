"""The pages on which one record is entered; the clock is read here."""

import uuid
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from gongshi.accounts.access import can, units_for, visible
from gongshi.accounts.models import Unit, User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.catalogue.models import CatalogueItem
from gongshi.domain import standards
from gongshi.domain.standards import CannotFindForm, Form, Kind, Person
from gongshi.intake.actions_drafts import (
    CannotSave,
    Typed,
    draft_values,
    save_draft,
)
from gongshi.intake.models import Draft
from gongshi.intake.queries_drafts import drafts_of, get_draft
from gongshi.intake.reading import Document
from gongshi.records.models import Record
from gongshi.validation.actions_entry import Entry
from gongshi.validation.dry_run import try_rows
from gongshi.validation.entry_desk import (
    NOT_SAVED,
    Desk,
    Verdict,
    entry_page,
    hand_over,
    reasons_given,
    said_page,
)
from gongshi.validation.entry_form import (
    Said,
    entry_field,
    first_values,
    of_filled,
    read_values,
    said_of,
    withheld_of,
)
from gongshi.validation.lookups import (
    copied_from,
    from_item,
    from_subject,
    items_of,
)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(
    request: HttpRequest, edition: str, kind: str, person: Person | None = None
) -> HttpResponse:
    """Show the form of an edition, or take it: fill in, save as a draft, hand in."""
    form = _form(edition, kind, person)
    if request.method != "POST":
        return _opened(request, form, person)
    desk = _desk(request, form, person)
    values = read_values(form, request.POST)
    action = request.POST.get("action", "")
    if action == "save":
        return _saved(request, desk, values)
    if action == "fill":
        filled = values | _known(request, desk, values)
        return entry_page(request, desk, filled)
    return _handed_in(request, desk, values)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_POST
def entry_check(
    request: HttpRequest, edition: str, kind: str, person: Person | None = None
) -> HttpResponse:
    """Say what the rules find in the form as it stands, field by field."""
    form = _form(edition, kind, person)
    desk = _desk(request, form, person)
    values = read_values(form, request.POST)
    said = _said(desk, desk.whole(values))
    shown = said if desk.is_whole else of_filled(said, desk.whole(values))
    return said_page(request, desk, values, shown)


@requires(Permission.RECORD_ENTER)
@never_cache
@require_POST
def entry_fill(
    request: HttpRequest, edition: str, kind: str, person: Person | None = None
) -> HttpResponse:
    """Give the fields that subject or item tell, to be put into the form."""
    form = _form(edition, kind, person)
    desk = _desk(request, form, person)
    values = read_values(form, request.POST)
    known = _known(request, desk, values)
    context = {"fields": [entry_field(form.by_name[name], known) for name in known]}
    response = render(request, "office/_entry_filled.html", context)
    if known:
        response.headers["HX-Trigger"] = "filled"
    return response


@requires(Permission.RECORD_ENTER)
@never_cache
@require_POST
def entry_draft(
    request: HttpRequest, edition: str, kind: str, person: Person | None = None
) -> HttpResponse:
    """Keep what was typed so far."""
    form = _form(edition, kind, person)
    desk = _desk(request, form, person)
    at = timezone.now()
    try:
        _save(request, desk, desk.whole(read_values(form, request.POST)))
    except CannotSave as error:
        context = {"refusal": NOT_SAVED[error.code]}
        return render(request, "office/_draft_state.html", context, status=409)
    return render(request, "office/_draft_state.html", {"saved_at": at})


def _form(edition: str, kind: str, person: Person | None) -> Form:
    try:
        return standards.form(edition, Kind(kind), person)
    except (CannotFindForm, ValueError) as error:
        raise Http404 from error


def units_to_enter_for(request: HttpRequest) -> Sequence[Unit]:
    """Return the units for which the person enters records."""
    found = units_for(request.user, Permission.RECORD_ENTER)
    return list(found.select_related("superior"))


def unit_of(request: HttpRequest, draft: Draft) -> Unit:
    """Return the draft's unit, or one of the person's where they enter there no more."""
    if can(request.user, Permission.RECORD_ENTER, draft.unit):
        return draft.unit
    return _unit(request, "")


def _unit(request: HttpRequest, code: str) -> Unit:
    units = units_to_enter_for(request)
    assert isinstance(request.user, User)
    if code:
        found = [unit for unit in units if unit.code == code]
    else:
        own = [unit for unit in units if unit.pk == request.user.unit_id]
        found = own or list(units)
    if not found:
        raise Http404
    return found[0]


def _desk(request: HttpRequest, form: Form, person: Person | None) -> Desk:
    try:
        key = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        key = uuid.uuid4()
    return Desk(
        form=form,
        person=person,
        unit=_unit(request, request.POST.get("unit", "")),
        key=key,
        is_whole=request.POST.get("whole") == "1",
        withheld=_kept(request, form, key),
    )


def _kept(request: HttpRequest, form: Form, key: uuid.UUID) -> dict[str, str]:
    """Return what the draft keeps unseen, of the fields that the page left so."""
    left = {*request.POST.getlist("kept")} - {*request.POST.getlist("dropped")}
    draft = drafts_of(request.user).filter(pk=key).first() if left else None
    if draft is None:
        return {}
    kept = withheld_of(draft_values(draft), form)
    return {name: text for name, text in kept.items() if name in left}


def _opened(request: HttpRequest, form: Form, person: Person | None) -> HttpResponse:
    """Show the form: empty, as it was left, or with what another record says."""
    given = request.GET
    if "draft" in given:
        draft = get_draft(request.user, _uuid(given["draft"]))
        return _reopened(request, form, person, draft)
    desk = Desk(
        form=form,
        person=person,
        unit=_unit(request, given.get("unit", "")),
        key=uuid.uuid4(),
    )
    values = first_values(form, desk.unit)
    if "copy" in given:
        readable = visible(
            Record.objects.settled(), request.user, Permission.RECORD_READ
        )
        record = readable.filter(pk=_uuid(given["copy"])).first()
        if record is None:
            raise Http404
        values |= copied_from(record, form)
    return entry_page(request, desk, values)


def _reopened(
    request: HttpRequest, form: Form, person: Person | None, draft: Draft
) -> HttpResponse:
    """Show a draft as it was left; identity numbers stay in it, unseen (ADR 0028)."""
    values = draft_values(draft)
    kept = withheld_of(values, form)
    unit = unit_of(request, draft)
    if unit != draft.unit:
        said = gettext(
            "The draft was begun for %(before)s, for which you enter no longer. It is"
            " for %(unit)s now: check the authority and the region, or delete it."
        )
        messages.warning(request, said % {"before": draft.unit.name, "unit": unit.name})
    desk = Desk(form=form, person=person, unit=unit, key=draft.pk, withheld=kept)
    return entry_page(request, desk, {n: values[n] for n in values if n not in kept})


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _document(desk: Desk, values: Mapping[str, str]) -> Document:
    return Document(form=desk.form, rows=[values])


def _said(desk: Desk, values: Mapping[str, str]) -> dict[str, list[Said]]:
    trial = try_rows(_document(desk, values), unit=desk.unit, at=timezone.now())
    return said_of(trial.findings, desk.form)


def _known(
    request: HttpRequest, desk: Desk, values: Mapping[str, str]
) -> dict[str, str]:
    on = timezone.localdate()
    known = from_subject(values, unit=desk.unit, on=on)
    item = _picked(request, items_of(desk.unit, desk.form, on))
    if item is not None:
        known |= from_item(item, values, form=desk.form, unit=desk.unit)
    return {name: text for name, text in known.items() if desk.form.field(name)}


def _picked(
    request: HttpRequest, items: Sequence[CatalogueItem]
) -> CatalogueItem | None:
    code = request.POST.get("item", "")
    return next((item for item in items if item.code == code), None)


def _save(request: HttpRequest, desk: Desk, values: Mapping[str, str]) -> None:
    assert isinstance(request.user, User)
    save_draft(
        Typed(id=desk.key, form=_address_of(desk), values=values),
        owner=request.user,
        unit=desk.unit,
        by=acting(request, Permission.RECORD_ENTER, unit=desk.unit),
        at=timezone.now(),
    )


def _saved(request: HttpRequest, desk: Desk, values: Mapping[str, str]) -> HttpResponse:
    """Keep what was typed and go to the drafts; it stays on the page if it cannot."""
    try:
        _save(request, desk, desk.whole(values))
    except CannotSave as error:
        messages.error(request, str(NOT_SAVED[error.code]))
        return entry_page(request, desk, values, status=409)
    messages.success(request, gettext("The draft is saved."))
    return redirect("validation:drafts")


def _address_of(desk: Desk) -> str:
    person = desk.person or ""
    return f"{desk.form.edition}/{desk.form.kind}/{person}"


def _handed_in(
    request: HttpRequest, desk: Desk, values: Mapping[str, str]
) -> HttpResponse:
    """Hand the form in, unless the rules refuse it or a reason is missing."""
    whole = desk.whole(values)
    said = _said(desk, whole)
    verdict = Verdict(said=said, reasons=reasons_given(request, said))
    if not verdict.is_good:
        return entry_page(request, desk, values, verdict)
    document = _document(desk, whole)
    given = Entry(
        id=desk.key,
        document=document,
        reasons=verdict.reasons,
        item_code=request.POST.get("item", ""),
    )
    batch = hand_over(request, desk, given, clock=timezone.now)
    messages.success(
        request, gettext("The record is handed in; a reviewer sees it now.")
    )
    return redirect("validation:batch", batch_id=batch.pk)
