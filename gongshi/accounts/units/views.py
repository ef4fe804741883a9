"""The tree of units, a unit's file, and who answers for it; the clock is read here."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongshi.accounts.access import can, get_unit, units_for
from gongshi.accounts.actions_units import CannotNameResponsible, name_responsible
from gongshi.accounts.models import Kind, Unit
from gongshi.accounts.permissions import Permission
from gongshi.accounts.queries import (
    responsible_for,
    responsible_history,
    responsible_of,
)
from gongshi.accounts.requests import acting, requires
from gongshi.accounts.units.actions import (
    FIELDS,
    CannotEditUnit,
    add_unit,
    edit_unit,
)
from gongshi.accounts.units.forms import (
    ArrangedUnitForm,
    NewUnitForm,
    ResponsibleForm,
    UnitForm,
)
from gongshi.accounts.units.tree import node, tree
from gongshi.audit.presenting import shown_history

READ, EDIT = Permission.UNIT_READ, Permission.UNIT_EDIT
ARRANGE = Permission.UNIT_ARRANGE


@requires(READ)
@never_cache
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Show the reader's units as a tree; `q` and `kind` find among them as a list."""
    asked, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    today = timezone.localdate()
    every = list(units_for(request.user, READ).select_related("superior"))
    responsible = responsible_for(every)
    found = None
    if asked or kind in Kind.values:
        found = [
            node(unit, responsible.get(unit.pk), today)
            for unit in every
            if _is_meant(unit, asked, kind)
        ]
    context = {
        "nodes": tree(every, responsible, today) if found is None else (),
        "found": found,
        "asked": asked,
        "kind": kind,
        "kinds": Kind.choices,
        "total": len(every),
        "without": sum(unit.pk not in responsible for unit in every),
        "can_add": can(request.user, ARRANGE),
    }
    return render(request, "accounts/units.html", context)


@requires(READ)
@never_cache
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit's file: where it stands, who answers for it, what happened to it."""
    found = get_unit(request.user, code, READ)
    below = units_for(request.user, READ).filter(superior=found)
    context = {
        "unit": found,
        "responsible": responsible_of(found),
        "persons": responsible_history(found),
        "below": below,
        "has_ended": not found.exists_on(timezone.localdate()),
        "can_edit": can(request.user, EDIT, found),
        "can_arrange": can(request.user, ARRANGE, found),
        "history": shown_history("unit", found.code)
        if can(request.user, EDIT, found)
        else None,
    }
    return render(request, "accounts/unit.html", context)


@requires(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what stands in a unit's file, as far as the reader may."""
    found = get_unit(request.user, code, EDIT)
    form = _form(request, found)
    if not form.is_valid():
        return _form_page(request, form, found)
    by = acting(request, EDIT, unit=found)
    try:
        edit_unit(found, form.values, by=by, at=timezone.now())
    except CannotEditUnit as error:
        form.refuse(error.code)
        return _form_page(request, form, found)
    messages.success(request, gettext("The unit's file is up to date."))
    return redirect("accounts:unit", code=code)


@requires(ARRANGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a unit below this one."""
    superior = get_unit(request.user, code, ARRANGE)
    form = NewUnitForm(
        _sent(request), units=_reached(request), initial=_below(superior)
    )
    if not form.is_valid():
        return _form_page(request, form, superior, is_new=True)
    by = acting(request, ARRANGE, unit=superior)
    new = form.cleaned_data["code"]
    try:
        add_unit(new, form.values, by=by, at=timezone.now())
    except CannotEditUnit as error:
        form.refuse(error.code)
        return _form_page(request, form, superior, is_new=True)
    messages.success(request, gettext("The unit was added."))
    return redirect("accounts:unit", code=new)


@requires(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def responsible(request: HttpRequest, code: str) -> HttpResponse:
    """File who answers for the unit."""
    found = get_unit(request.user, code, EDIT)
    present = responsible_of(found)
    form = ResponsibleForm(_sent(request), present=present, today=timezone.localdate())
    context = {"unit": found, "form": form, "present": present}
    if form.is_valid():
        by = acting(request, EDIT, unit=found)
        try:
            name_responsible(found, form.values, by=by, at=timezone.now())
        except CannotNameResponsible as error:
            form.refuse(error.code)
        else:
            messages.success(
                request, gettext("It is on file who answers for the unit.")
            )
            return redirect("accounts:unit", code=code)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/responsible.html", context, status=status)


def _is_meant(unit: Unit, asked: str, kind: str) -> bool:
    if kind in Kind.values and unit.kind != kind:
        return False
    words = (unit.name, unit.short_name, unit.code, unit.credit_code)
    return any(asked.casefold() in word.casefold() for word in words)


def _form(request: HttpRequest, found: Unit) -> UnitForm:
    initial = {field: getattr(found, field) for field in FIELDS}
    initial |= {
        name: other.code if (other := getattr(found, name)) else ""
        for name in ("superior", "credit_authority")
    }
    sent = _sent(request)
    if can(request.user, ARRANGE, found):
        return ArrangedUnitForm(sent, units=_reached(request, found), initial=initial)
    return UnitForm(sent, initial=initial)


def _reached(request: HttpRequest, found: Unit | None = None) -> list[Unit]:
    """Return the units that the reader arranges; and those it has already, whoever's."""
    meant = Q(pk__in=units_for(request.user, ARRANGE).values("pk"))
    if found is not None:
        meant |= Q(pk__in=[found.superior_id, found.credit_authority_id])
    return list(Unit.objects.filter(meant).order_by("code"))


def _below(superior: Unit) -> dict[str, object]:
    authority = superior.credit_authority
    return {
        "superior": superior.code,
        "credit_authority": authority.code if authority else "",
        "level": superior.level,
        "region_code": superior.region_code,
        "start_date": superior.start_date,
        "valid_from": timezone.localdate(),
    }


def _form_page(
    request: HttpRequest, form: UnitForm, found: Unit, *, is_new: bool = False
) -> HttpResponse:
    context = {"form": form, "unit": found, "is_new": is_new}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/unit_form.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
