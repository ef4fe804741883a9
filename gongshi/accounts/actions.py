"""Writes units, people and roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from gongshi.accounts.city import CannotLoadCity, UnitRow, read_city
from gongshi.accounts.city_on_file import problems_on_file
from gongshi.accounts.models import Membership, Role, Unit, User
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event

_LONGEST_KEY = Event._meta.get_field("target_id").max_length


@dataclass(frozen=True, kw_only=True)
class CityLoaded:
    """How many units a load created and how many it brought up to date."""

    created: int
    updated: int


@transaction.atomic
def load_city(name: str, *, by: Actor, at: datetime) -> CityLoaded:
    """Create or bring up to date every unit of the city; repeatable.

    Nothing is deleted, and an empty cell takes nothing away that the office knows.

    Raises:
        CannotLoadCity: the city is not on file, or its lines are bad, or do not go
            together with the units that are there.
    """
    rows = read_city(name)
    known = {unit.code: unit for unit in Unit.objects.all()}
    if problems := problems_on_file(rows, known):
        raise CannotLoadCity("bad-lines", name, problems)
    _free_credit_codes(rows, known)
    created: list[str] = []
    changed: list[str] = []
    for row in rows:
        unit = known.setdefault(row.code, Unit(code=row.code))
        before, is_new = _told(unit), unit.pk is None
        for field, value in _values(row).items():
            setattr(unit, field, value)
        if row.superior:
            unit.superior = known[row.superior]
        if is_new or _told(unit) != before:
            unit.save()
            (created if is_new else changed).append(unit.code)
    changed += _set_credit_authorities(rows, known, new=created, changed=changed)
    if created or changed:
        record_event(
            at=at,
            by=by,
            action="accounts.load_city",
            # A folder anywhere is told by its name: its path may be long, and private.
            target=Target(kind="city", key=Path(name).name[:_LONGEST_KEY]),
            details={
                "created": len(created),
                "updated": len(changed),
                "new_units": created,
                "units": changed,
            },
        )
    return CityLoaded(created=len(created), updated=len(changed))


class CannotCreatePerson(Exception):
    """Somebody has that user name already."""

    code = "name-taken"


@transaction.atomic
def create_person(
    username: str, *, name: str, unit: Unit, by: Actor, at: datetime
) -> User:
    """Create an account in the unit, without any role and any password yet.

    Names are told apart whatever the letters' case.

    Raises:
        CannotCreatePerson: the user name is taken.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise CannotCreatePerson(username)
    try:
        with transaction.atomic():  # another may take the name at this moment
            user = User.objects.create_user(username, first_name=name, unit=unit)
    except IntegrityError as error:
        raise CannotCreatePerson(username) from error
    record_event(
        at=at,
        by=by,
        action="accounts.create_person",
        target=Target(kind="user", key=username[:64]),
        details={"name": name, "unit": unit.code},
    )
    return user


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
            details={"unit": unit.code},
            changes={"role": (None, role.value)},
        )
    return membership


def _values(row: UnitRow) -> dict[str, object]:
    """Return what the line says; what it leaves empty is left out."""
    said: dict[str, object] = {
        "short_name": row.short_name,
        "credit_code": row.credit_code,
        "site_name": row.site_name,
        "site_address": row.site_address,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
    return {
        "name": row.name,
        "kind": row.kind.value,
        "level": row.level.value,
        "region_code": row.region_code,
        "start_date": row.start_date,
        **{field: value for field, value in said.items() if value},
    }


def _free_credit_codes(rows: Sequence[UnitRow], known: Mapping[str, Unit]) -> None:
    # Units may swap theirs, and at no moment may two have the same.
    changing = [
        known[row.code].pk
        for row in rows
        if row.code in known
        and row.credit_code not in ("", known[row.code].credit_code)
    ]
    Unit.objects.filter(pk__in=changing).update(credit_code="")


def _set_credit_authorities(
    rows: Sequence[UnitRow],
    known: Mapping[str, Unit],
    *,
    new: Sequence[str],
    changed: Sequence[str],
) -> list[str]:
    """Say to whom each reports, when all are there; return who else was changed."""
    others = []
    for row in rows:
        unit = known[row.code]
        authority = known[row.credit_authority] if row.credit_authority else None
        if authority is None or unit.credit_authority_id == authority.pk:
            continue
        unit.credit_authority = authority
        unit.save(update_fields=["credit_authority"])
        if row.code not in new and row.code not in changed:
            others.append(row.code)
    return others


def _told(unit: Unit) -> tuple[object, ...]:
    return (
        unit.name,
        unit.short_name,
        unit.kind,
        unit.level,
        unit.region_code,
        unit.superior_id,
        unit.start_date,
        unit.valid_from,
        unit.valid_until,
        unit.site_name,
        unit.site_address,
        unit.credit_code,
    )
