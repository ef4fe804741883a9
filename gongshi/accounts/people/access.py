"""Which people somebody manages: who may be seen, changed, given which role.

Whoever holds a role that the manager could not give, or one in a unit out of the
manager's reach, is not managed: a new password would hand those rights over.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.http import Http404

from gongshi.accounts.access import Reader, reach, roles_in, units_for
from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.accounts.permissions import Permission, given_by

MANAGE = Permission.PEOPLE_MANAGE


def people_for(reader: Reader) -> QuerySet[User]:
    """Return who works or has a role in the reader's units, by name."""
    reached = reach(reader, MANAGE)
    with_role = Membership.objects.filter(unit__in=reached).values("user")
    return (
        User.objects.filter(Q(unit__in=reached) | Q(pk__in=with_role))
        .select_related("unit")
        .order_by("username", "pk")
    )


def get_person(reader: Reader, key: int) -> User:
    """Return one of those.

    Raises:
        Http404: there is none, or the reader may not know of them.
    """
    person = people_for(reader).filter(pk=key).first()
    if person is None:
        raise Http404
    return person


def get_membership(reader: Reader, key: int) -> Membership:
    """Return a role that somebody has in one of the reader's units.

    Raises:
        Http404: there is none, or the reader may not know of it.
    """
    roles = Membership.objects.filter(unit__in=reach(reader, MANAGE))
    found = roles.select_related("user", "unit").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def givable_roles(reader: Reader, unit: Unit) -> frozenset[Role]:
    """Return the roles that the reader may give and take in the unit."""
    return given_by(roles_in(reader, unit))


def units_to_manage(reader: Reader) -> Sequence[Unit]:
    """Return the units in which the reader gives roles."""
    return list(units_for(reader, MANAGE))


def manages(reader: Reader, person: User) -> bool:
    """Say whether the reader may give the person a password, and end the account."""
    if person == reader:
        return False
    if person.is_superuser or person.is_staff:
        return isinstance(reader, User) and reader.is_superuser
    reached = reach(reader, MANAGE)
    if person.unit_id is None or person.unit_id not in reached:
        return False
    roles: Iterable[Membership] = person.memberships.select_related("unit")
    return all(
        membership.unit_id in reached
        and Role(membership.role) in givable_roles(reader, membership.unit)
        for membership in roles
    )
