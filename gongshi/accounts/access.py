"""What a user may see and do: the only way that views fetch objects.

Apps above this one (intake, records) pass their own query sets through
`visible`, which is how `intake.queries.get_batch` stays behind this gate.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404

from gongshi.accounts.models import Role, Unit, User
from gongshi.audit.actors import Actor

AnyModel = TypeVar("AnyModel", bound=Model)


class CannotAct(Exception):
    """The user has no role in that unit that allows it."""

    code = "role-missing"


def units_for(user: User | AnonymousUser) -> QuerySet[Unit]:
    """Return the units whose work the user may see, by code."""
    if not isinstance(user, User) or not user.is_active:
        return Unit.objects.none()
    if user.is_superuser:
        return Unit.objects.order_by("code")
    return Unit.objects.filter(memberships__user=user).distinct().order_by("code")


def get_unit(user: User | AnonymousUser, code: str) -> Unit:
    """Return one of the user's units.

    Raises:
        Http404: it does not exist, or the user may not see it.
    """
    unit = units_for(user).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def visible(
    objects: QuerySet[AnyModel], user: User | AnonymousUser, *, path: str = "unit"
) -> QuerySet[AnyModel]:
    """Return those of the objects whose unit, found along `path`, the user may see."""
    if isinstance(user, User) and user.is_superuser and user.is_active:
        return objects
    return objects.filter(**{f"{path}__in": units_for(user).order_by()})


def has_role(user: User | AnonymousUser, role: Role, unit: Unit) -> bool:
    """Say whether the user has the role in the unit; a superuser has every role."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return (
        user.is_superuser
        or user.memberships.filter(role=role.value, unit=unit).exists()
    )


def actor(user: User, *, role: Role, unit: Unit, address: str = "") -> Actor:
    """Return the user as the one who acts for the unit in that role.

    Raises:
        CannotAct: the user does not have the role there.
    """
    if not has_role(user, role, unit):
        raise CannotAct
    return Actor(
        username=user.username, role=role.value, unit=unit.code, address=address
    )
