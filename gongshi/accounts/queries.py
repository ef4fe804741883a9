"""Reads who answers for units."""

from collections.abc import Iterable, Mapping, Sequence

from gongshi.accounts.models import ResponsiblePerson, Unit


def responsible_of(unit: Unit) -> ResponsiblePerson | None:
    """Return who answers for the unit at present, None where nobody is filed."""
    return responsible_for([unit]).get(unit.pk)


def responsible_for(units: Iterable[Unit]) -> Mapping[int, ResponsiblePerson]:
    """Return who answers at present, by the unit's key; one query for all."""
    found = ResponsiblePerson.objects.filter(
        unit__in=[unit.pk for unit in units], until_date__isnull=True
    )
    return {person.unit_id: person for person in found}


def responsible_history(unit: Unit) -> Sequence[ResponsiblePerson]:
    """Return everybody who was ever filed for the unit, the present one first."""
    return list(unit.responsible_persons.order_by("-from_date", "-id"))
