"""Writes units, people and roles."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gongshi.accounts.city import read_city
from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class CityLoaded:
    """How many units a load created and how many it brought up to date."""

    created: int
    updated: int


@transaction.atomic
def load_city(name: str, *, by: Actor, at: datetime) -> CityLoaded:
    """Create or bring up to date every unit of the city; repeatable.

    Raises:
        CannotLoadCity: the city is not on file.
    """
    created = updated = 0
    known = {unit.code: unit for unit in Unit.objects.all()}
    for row in read_city(name):
        unit = known.setdefault(row.code, Unit(code=row.code))
        before = _values(unit)
        unit.name, unit.short_name = row.name, row.short_name
        unit.region_code, unit.credit_code = row.region_code, row.credit_code
        unit.start_date = row.start_date
        unit.superior = known[row.superior] if row.superior else None
        is_new = unit.pk is None
        if is_new or _values(unit) != before:
            unit.save()
            created, updated = created + is_new, updated + (not is_new)
    if created or updated:
        record_event(
            at=at,
            by=by,
            action="accounts.load_city",
            target=Target(kind="city", key=name),
            details={"created": created, "updated": updated},
        )
    return CityLoaded(created=created, updated=updated)


@transaction.atomic
def give_role(
    user: User, *, role: Role, unit: Unit, by: Actor, at: datetime
) -> Membership:
    """Give the user a role in the unit; giving it again changes nothing."""
    membership, is_new = Membership.objects.get_or_create(
        user=user, unit=unit, role=role.value
    )
    if is_new:
        record_event(
            at=at,
            by=by,
            action="accounts.give_role",
            target=Target(kind="user", key=user.username),
            details={"role": role.value, "unit": unit.code},
        )
    return membership


def _values(unit: Unit) -> tuple[object, ...]:
    return (
        unit.name,
        unit.short_name,
        unit.region_code,
        unit.credit_code,
        unit.start_date,
        unit.superior_id,
    )
