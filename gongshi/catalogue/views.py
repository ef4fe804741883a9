"""The office's pages about catalogues; the clock is read here."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    QueryDict,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from gongshi.accounts.access import can, get_unit, units_for
from gongshi.accounts.models import Unit, User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.catalogue import actions
from gongshi.catalogue.access import NoDraft, get_draft, get_item, get_version
from gongshi.catalogue.actions import CannotApprove, CannotEdit
from gongshi.catalogue.comparison import compare
from gongshi.catalogue.export import csv_of, workbook_of
from gongshi.catalogue.forms import ApprovalForm, DateForm, ItemForm
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, SiteCheck
from gongshi.catalogue.overview import overview
from gongshi.catalogue.presentation import STANDINGS, shown_changes
from gongshi.catalogue.queries import holder_of, items_in_force, stages, versions_of
from gongshi.catalogue.refusals import NO_APPROVAL, NO_EDIT, edits_draft, refused
from gongshi.domain.units import UnitKind

READ, EDIT = Permission.CATALOGUE_READ, Permission.CATALOGUE_EDIT
APPROVE = Permission.CATALOGUE_APPROVE
_MOST_DIGITS = 9  # of the number of a version


@requires(READ)
@never_cache
@require_safe
def catalogues(request: HttpRequest) -> HttpResponse:
    """List the units and how their catalogues stand; `q` finds by name or code."""
    asked = request.GET.get("q", "").strip()
    units = list(units_for(request.user, READ).select_related("superior"))
    wanted = [unit for unit in units if _is_meant(unit, asked)]
    context = {
        "units": overview(wanted, timezone.localdate()),
        "asked": asked,
        "total": len(units),
    }
    return render(request, "catalogue/catalogues.html", context)


@requires(READ)
@never_cache
@require_safe
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """Show what one unit discloses today, and the versions of its catalogue."""
    unit = get_unit(request.user, code, READ)
    on = timezone.localdate()
    holder = holder_of(unit)
    shown = stages(holder, on)
    context = {
        "unit": unit,
        "holder": holder,
        "stages": [(stage, STANDINGS[stage.standing]) for stage in shown],
        "draft": next((s.version for s in shown if s.version.is_draft), None),
        "in_force": next((s for s in shown if s.standing == "in_force"), None),
        "items": items_in_force(unit, on).select_related("entrusted_to"),
        "can_edit": can(request.user, EDIT, unit) and not unit.is_entrusted,
        "site_check": SiteCheck.objects.filter(unit=unit).first(),
    }
    return render(request, "catalogue/catalogue.html", context)


@requires(READ)
@never_cache
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version: its items, what it changes, and what can be done with it."""
    found = get_version(request.user, code, number)
    return _version_page(request, found)


@requires(EDIT)
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft with the items of the last version."""
    unit = get_unit(request.user, code, EDIT)
    by = acting(request, EDIT, unit=unit)
    try:
        draft = actions.begin_draft(unit, by=by, at=timezone.now())
    except CannotEdit as error:
        return refused(request, unit, error.code)
    return _to(draft)


@requires(EDIT)
@require_POST
@edits_draft
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    draft = get_draft(request.user, code)
    by = acting(request, EDIT, unit=draft.unit)
    try:
        actions.discard_draft(draft, by=by, at=timezone.now())
    except CannotEdit as error:
        return refused(request, draft.unit, error.code)
    messages.info(request, gettext("The draft was discarded."))
    return redirect("catalogue:catalogue", code=code)


@requires(EDIT)
@require_POST
@edits_draft
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Say from which day the draft shall be in force."""
    draft = get_draft(request.user, code)
    form = DateForm(request.POST)
    if not form.is_valid():
        return _version_page(request, draft, date_form=form, status=422)
    by, day = (
        acting(request, EDIT, unit=draft.unit),
        form.cleaned_data["effective_from"],
    )
    try:
        actions.propose_date(draft, day, by=by, at=timezone.now())
    except CannotEdit as error:
        if error.code not in NO_EDIT:
            form.refuse(error.code)
            return _version_page(request, draft, date_form=form, status=422)
        return refused(request, draft.unit, error.code)
    return _to(draft)


@requires(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@edits_draft
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Show an empty item, or add it to the draft."""
    draft = get_draft(request.user, code)
    form = ItemForm(_sent(request), bodies=_bodies(draft.unit))
    if not form.is_valid():
        return _item_form(request, draft, form)
    by = acting(request, EDIT, unit=draft.unit)
    try:
        actions.add_item(draft, form.values, by=by, at=timezone.now())
    except CannotEdit as error:
        if error.code in NO_EDIT:
            return refused(request, draft.unit, error.code)
        form.refuse(error.code)
        return _item_form(request, draft, form)
    return _to(draft)


@requires(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@edits_draft
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Show an item of a draft to be changed, or change it."""
    found = get_item(request.user, key, EDIT)
    draft = found.version
    if not draft.is_draft:
        raise NoDraft(draft.unit)
    form = ItemForm(_sent(request), bodies=_bodies(draft.unit), item=found)
    if not form.is_valid():
        return _item_form(request, draft, form, found)
    by = acting(request, EDIT, unit=draft.unit)
    try:
        actions.change_item(found, form.values, by=by, at=timezone.now())
    except CannotEdit as error:
        if error.code in NO_EDIT:
            return refused(request, draft.unit, error.code)
        form.refuse(error.code)
        return _item_form(request, draft, form, found)
    return _to(draft)


@requires(EDIT)
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take an item out of a draft."""
    found = get_item(request.user, key, EDIT)
    by = acting(request, EDIT, unit=found.version.unit)
    try:
        actions.remove_item(found, by=by, at=timezone.now())
    except CannotEdit as error:
        return refused(request, found.version.unit, error.code)
    return _to(found.version)


@requires(READ)
@never_cache
@require_safe
def item(request: HttpRequest, key: int) -> HttpResponse:
    """Show one item of one version, and what other versions say of it."""
    found = get_item(request.user, key)
    others = CatalogueItem.objects.filter(
        version__unit=found.version.unit, kind=found.kind, code=found.code
    )
    context = {
        "item": found,
        "version": found.version,
        "unit": found.version.unit,
        "history": others.select_related("version").order_by("-version__number"),
        "can_edit": found.version.is_draft
        and can(request.user, EDIT, found.version.unit),
    }
    return render(request, "catalogue/item.html", context)


@requires(APPROVE)
@require_POST
@edits_draft
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Approve the draft as it was when the page was shown."""
    draft = get_draft(request.user, code, APPROVE)
    form = ApprovalForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else -1
    by = acting(request, APPROVE, unit=draft.unit)
    try:
        actions.approve(draft, revision=revision, by=by, at=timezone.now())
    except CannotApprove as error:
        messages.error(request, str(NO_APPROVAL[error.code]))
        return _to(draft)
    messages.success(
        request, gettext("Approved. The version comes into force by its date.")
    )
    return redirect("catalogue:catalogue", code=code)


@requires(READ)
@never_cache
@require_safe
def comparison(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show what a version changes against another one; without one, the one before."""
    after = get_version(request.user, code, number)
    others = versions_of(after.unit).exclude(pk=after.pk)
    asked = request.GET.get("with", "")
    is_number = asked.isdecimal() and len(asked) <= _MOST_DIGITS
    against = others.filter(number=int(asked)) if is_number else None
    before = against.first() if against else others.filter(number__lt=number).first()
    context = {
        "unit": after.unit,
        "before": before,
        "after": after,
        "others": others,
        **_difference(before, after),
    }
    return render(request, "catalogue/comparison.html", context)


@requires(READ)
@never_cache
@require_safe
def export(
    request: HttpRequest, code: str, number: int, ending: str
) -> HttpResponseBase:
    """Send a version as the power-list form."""
    found = get_version(request.user, code, number)
    name = gettext("%(unit)s catalogue version %(number)s") % {
        "unit": found.unit.short_name or found.unit.name,
        "number": number,
    }
    content = csv_of(found) if ending == "csv" else workbook_of(found)
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=f"{name}.{ending}"
    )


def _version_page(
    request: HttpRequest,
    found: CatalogueVersion,
    *,
    date_form: DateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    unit, user = found.unit, request.user
    stage = next(
        each for each in stages(unit, timezone.localdate()) if each.version == found
    )
    before = versions_of(unit).filter(number__lt=found.number).first()
    is_draft = found.is_draft
    own = isinstance(user, User) and user.username in found.edited_by
    context = {
        "unit": unit,
        "version": found,
        "stage": stage,
        "standing": STANDINGS[stage.standing],
        "items": found.items.select_related("entrusted_to").order_by("kind", "code"),
        "before": before,
        **_difference(before, found),
        "can_edit": is_draft and can(user, EDIT, unit),
        "can_approve": is_draft and can(user, APPROVE, unit) and not own,
        "is_own": is_draft and can(user, APPROVE, unit) and own,
        "date_form": date_form
        or DateForm(initial={"effective_from": found.effective_from}),
    }
    return render(request, "catalogue/version.html", context, status=status)


def _difference(
    before: CatalogueVersion | None, after: CatalogueVersion
) -> Mapping[str, object]:
    difference = compare(before, after)
    return {"difference": difference, "changed": shown_changes(difference)}


def _item_form(
    request: HttpRequest,
    draft: CatalogueVersion,
    form: ItemForm,
    found: CatalogueItem | None = None,
) -> HttpResponse:
    context = {"unit": draft.unit, "version": draft, "form": form, "item": found}
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/item_form.html", context, status=status)


def _is_meant(unit: Unit, asked: str) -> bool:
    words = (unit.name, unit.short_name, unit.code)
    return any(asked.casefold() in word.casefold() for word in words)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _bodies(unit: Unit) -> Sequence[Unit]:
    return list(unit.subordinates.filter(kind=UnitKind.ENTRUSTED).order_by("code"))


def _to(found: CatalogueVersion) -> HttpResponse:
    return redirect("catalogue:version", code=found.unit.code, number=found.number)
