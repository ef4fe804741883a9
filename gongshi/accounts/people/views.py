"""People, their roles and their first passwords; the clock is read here."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from gongshi.accounts.actions import CannotCreatePerson, create_person, give_role
from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.accounts.people.access import (
    MANAGE,
    get_membership,
    get_person,
    givable_roles,
    manages,
    people_for,
    units_to_manage,
)
from gongshi.accounts.people.actions import (
    CannotChangePerson,
    end_person,
    resume_person,
    take_role,
)
from gongshi.accounts.people.forms import NOT_GIVEN, PersonForm, RoleForm
from gongshi.accounts.requests import acting, requires
from gongshi.accounts.sign_in.factors import has_second_factor, take_factors_away
from gongshi.accounts.sign_in.passwords import ONE_TIME_HOLDS, give_one_time_password
from gongshi.audit.actors import Actor
from gongshi.audit.presenting import shown_history

_AT_ONCE = 50
_REFUSALS: Mapping[str, str | Promise] = {
    "own-account": gettext_lazy(
        "Nobody changes their own roles or ends their own account. Ask another"
        " administrator."
    ),
    "ended": gettext_lazy("The account has ended. Let the person in again first."),
    "last-administrator": gettext_lazy(
        "This is the last system administrator of the whole city. Give the role to"
        " somebody else first."
    ),
}


@requires(MANAGE)
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the reader's units; `q` finds by name, `state` by account."""
    asked, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    found = _asked_for(people_for(request.user), asked, state)
    pages = Paginator(found.prefetch_related("memberships__unit"), _AT_ONCE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "asked": asked,
        "state": state,
    }
    return render(request, "accounts/people.html", context)


@requires(MANAGE)
@never_cache
@require_safe
def person(request: HttpRequest, key: int) -> HttpResponse:
    """Show one person, the roles, and what can be done."""
    return _person_page(request, get_person(request.user, key))


@requires(MANAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Create an account; its one-time password is in this answer and nowhere else."""
    units = units_to_manage(request.user)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        units=units,
        roles=_roles_to_give(request, units),
        initial={"unit": _own_unit(request)},
    )
    if not form.is_valid():
        return _form_page(request, form)
    unit, role = form.chosen_unit, form.chosen_role
    if role is not None and role not in givable_roles(request.user, unit):
        form.refuse("role", NOT_GIVEN, "role-out-of-reach")
        return _form_page(request, form)
    by = acting(request, MANAGE, unit=unit)
    try:
        created, password = _create(form, unit, role, by)
    except CannotCreatePerson as error:
        text = gettext("Somebody has this user name. Choose another one.")
        form.refuse("username", text, error.code)
        return _form_page(request, form)
    return _person_page(request, get_person(request.user, created.pk), made=password)


@requires(MANAGE)
@never_cache
@require_POST
def give(request: HttpRequest, key: int) -> HttpResponse:
    """Give the person a role in one of the reader's units."""
    found = get_person(request.user, key)
    if found == request.user or not found.is_active:
        code = "own-account" if found == request.user else "ended"
        messages.error(request, str(_REFUSALS[code]))
        return redirect("accounts:person", key=key)
    form = _role_form(request, found, request.POST)
    if not form.is_valid():
        return _person_page(request, found, form=form)
    unit, role = form.chosen_unit, form.chosen_role
    if role not in givable_roles(request.user, unit):
        form.refuse("role", NOT_GIVEN, "role-out-of-reach")
        return _person_page(request, found, form=form)
    by = acting(request, MANAGE, unit=unit)
    give_role(found, role=role, unit=unit, by=by, at=timezone.now())
    messages.success(request, gettext("The role was given."))
    return redirect("accounts:person", key=key)


@requires(MANAGE)
@require_POST
def take(request: HttpRequest, key: int) -> HttpResponse:
    """Take one role from whoever has it."""
    found = get_membership(request.user, key)
    by = acting(request, MANAGE, unit=found.unit)
    if Role(found.role) not in givable_roles(request.user, found.unit):
        messages.error(request, gettext("You cannot take this role in that unit."))
        return redirect("accounts:person", key=found.user_id)
    try:
        take_role(found, by=by, at=timezone.now())
    except CannotChangePerson as error:
        messages.error(request, str(_REFUSALS[error.code]))
    else:
        messages.success(request, gettext("The role was taken."))
    if people_for(request.user).filter(pk=found.user_id).exists():
        return redirect("accounts:person", key=found.user_id)
    return redirect("accounts:people")  # that was all that the reader knew of them


@requires(MANAGE)
@never_cache
@require_POST
def password(request: HttpRequest, key: int) -> HttpResponse:
    """Give a new one-time password, which is in this answer and nowhere else."""
    found, by = _managed(request, key)
    if not found.is_active:
        return redirect("accounts:person", key=key)
    made = give_one_time_password(found, by=by, at=timezone.now())
    return _person_page(request, found, made=made)


@requires(MANAGE)
@require_POST
def take_factors(request: HttpRequest, key: int) -> HttpResponse:
    """Take the second factors away from somebody who lost them."""
    found, by = _managed(request, key)
    take_factors_away(found, by=by, at=timezone.now())
    messages.success(
        request,
        gettext(
            "The second factors are gone. At the next sign-in new ones are set up."
        ),
    )
    return redirect("accounts:person", key=key)


@requires(MANAGE)
@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Take all roles and let the person in no more."""
    found, by = _managed(request, key)
    try:
        end_person(found, by=by, at=timezone.now())
    except CannotChangePerson as error:
        messages.error(request, str(_REFUSALS[error.code]))
    else:
        messages.success(request, gettext("The account has ended."))
    return redirect("accounts:person", key=key)


@requires(MANAGE)
@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Let somebody in again whose account had ended."""
    found, by = _managed(request, key)
    resume_person(found, by=by, at=timezone.now())
    messages.success(
        request,
        gettext("The person is let in again. Give a one-time password and the roles."),
    )
    return redirect("accounts:person", key=key)


def _managed(request: HttpRequest, key: int) -> tuple[User, Actor]:
    found = get_person(request.user, key)
    if found == request.user:
        raise PermissionDenied(str(_REFUSALS["own-account"]))
    if not manages(request.user, found) or found.unit is None:
        raise PermissionDenied(
            gettext(
                "This person works or has a role where you do not give roles. Ask the"
                " system administrator."
            )
        )
    return found, acting(request, MANAGE, unit=found.unit)


@transaction.atomic
def _create(
    form: PersonForm, unit: Unit, role: Role | None, by: Actor
) -> tuple[User, str]:
    at, said = timezone.now(), form.cleaned_data
    user = create_person(said["username"], name=said["name"], unit=unit, by=by, at=at)
    if role is not None:
        give_role(user, role=role, unit=unit, by=by, at=at)
    return user, give_one_time_password(user, by=by, at=at)


def _asked_for(found: QuerySet[User], asked: str, state: str) -> QuerySet[User]:
    if asked:
        found = found.filter(
            Q(username__icontains=asked)
            | Q(first_name__icontains=asked)
            | Q(unit__name__icontains=asked)
            | Q(unit__short_name__icontains=asked)
        )
    if state in ("active", "ended"):
        found = found.filter(is_active=state == "active")
    return found


def _person_page(
    request: HttpRequest, found: User, *, form: RoleForm | None = None, made: str = ""
) -> HttpResponse:
    is_own = found == request.user
    roles = found.memberships.select_related("unit").order_by("unit__code", "role")
    context = {
        "person": found,
        "roles": [(each, _may_take(request, each)) for each in roles],
        "form": form or _role_form(request, found),
        "is_own": is_own,
        "manages": manages(request.user, found),
        "made": made,
        "has_factor": has_second_factor(found),
        "holds_days": ONE_TIME_HOLDS.days,
        "history": shown_history("user", found.username[:64]),
    }
    status = 422 if form is not None else 200
    return render(request, "accounts/person.html", context, status=status)


def _may_take(request: HttpRequest, membership: Membership) -> bool:
    givable = givable_roles(request.user, membership.unit)
    return membership.user != request.user and Role(membership.role) in givable


def _role_form(
    request: HttpRequest, found: User, sent: QueryDict | None = None
) -> RoleForm:
    units = units_to_manage(request.user)
    unit = found.unit
    return RoleForm(
        sent,
        units=units,
        roles=_roles_to_give(request, units),
        initial={"unit": unit.code if unit else ""},
    )


def _roles_to_give(request: HttpRequest, units: Sequence[Unit]) -> list[Role]:
    given = frozenset[Role]().union(
        *(givable_roles(request.user, unit) for unit in units)
    )
    return [role for role in Role if role in given]


def _own_unit(request: HttpRequest) -> str:
    user = request.user
    unit = user.unit if isinstance(user, User) else None
    return unit.code if unit else ""


def _form_page(request: HttpRequest, form: PersonForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "accounts/person_form.html", {"form": form}, status=status)
