"""What a user may see and do: the only way that views fetch objects.

A role holds in its unit and in everything below. Apps above this one (records,
intake) pass their own query sets through `visible`, which is how, for instance,
`intake.queries.get_batch` stays behind this gate.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404

from gongshi.accounts.models import Role, Unit, User
from gongshi.accounts.permissions import Permission, roles_with
from gongshi.audit.actors import Actor

AnyModel = TypeVar("AnyModel", bound=Model)
Reader = User | AnonymousUser


class CannotAct(Exception):
    """The user has no role in that unit that allows it."""

    code = "role-missing"


def units_for(
    user: Reader, permission: Permission = Permission.UNIT_READ
) -> QuerySet[Unit]:
    """Return the units in which the user has the permission, by code."""
    return Unit.objects.filter(pk__in=reach(user, permission)).order_by("code")


def reach(user: Reader, permission: Permission) -> frozenset[int]:
    """Return the keys of the units in which the user has the permission.

    Two queries for a user object, whatever and however often it is asked.
    """
    roles = roles_with(permission)
    reached = _reach_of(user)
    return frozenset().union(*(reached.get(role, frozenset()) for role in roles))


def get_unit(
    user: Reader, code: str, permission: Permission = Permission.UNIT_READ
) -> Unit:
    """Return one of the units in which the user has the permission.

    Raises:
        Http404: it does not exist, or the user may not know of it.
    """
    unit = units_for(user, permission).filter(code=code).first()
    if unit is None:
        raise Http404
    return unit


def visible(
    objects: QuerySet[AnyModel],
    user: Reader,
    permission: Permission = Permission.RECORD_READ,
    *,
    path: str = "unit",
) -> QuerySet[AnyModel]:
    """Return those of the objects in whose unit, found along `path`, it is allowed."""
    return objects.filter(**{f"{path}__in": reach(user, permission)})


def can(user: Reader, permission: Permission, unit: Unit | None = None) -> bool:
    """Say whether the user has the permission in the unit; None: in any unit."""
    reached = reach(user, permission)
    return bool(reached) if unit is None else unit.pk in reached


def roles_of(user: Reader) -> Sequence[Role]:
    """Return the roles that the user has anywhere, in the order of `Role`."""
    reached = _reach_of(user)
    return [role for role in Role if reached.get(role)]


def roles_in(user: Reader, unit: Unit) -> frozenset[Role]:
    """Return the roles that the user has in the unit, given there or above it."""
    reached = _reach_of(user)
    return frozenset(role for role in reached if unit.pk in reached[role])


def actor(
    user: User, permission: Permission, *, unit: Unit, address: str = ""
) -> Actor:
    """Return the user as the one who acts for the unit, in the role that allows it.

    Raises:
        CannotAct: no role of the user allows it there.
    """
    reached = _reach_of(user)
    for role in Role:
        if role in roles_with(permission) and unit.pk in reached.get(role, ()):
            return Actor(
                username=user.username, role=role.value, unit=unit.code, address=address
            )
    raise CannotAct


def _reach_of(user: Reader) -> dict[Role, frozenset[int]]:
    if not isinstance(user, User) or not user.is_active:
        return {}
    # Kept with the object, which lives for one request.
    kept: dict[Role, frozenset[int]] | None = user.__dict__.get("_reach")
    if kept is None:
        kept = user.__dict__["_reach"] = _measure(user)
    return kept


def _measure(user: User) -> dict[Role, frozenset[int]]:
    below: dict[int | None, list[int]] = defaultdict(list)
    for key, superior in Unit.objects.order_by().values_list("pk", "superior_id"):
        below[superior].append(key)
    seats: dict[Role, set[int]] = defaultdict(set)
    for role, unit in user.memberships.values_list("role", "unit_id"):
        seats[Role(role)].add(unit)
    if user.is_superuser:
        seats[Role.SYSTEM_ADMIN].update(below[None])
    return {role: _with_all_below(units, below) for role, units in seats.items()}


def _with_all_below(
    units: Iterable[int], below: dict[int | None, list[int]]
) -> frozenset[int]:
    reached: set[int] = set()
    waiting = list(units)
    while waiting:
        unit = waiting.pop()
        if unit not in reached:
            reached.add(unit)
            waiting += below.get(unit, ())
    return frozenset(reached)
