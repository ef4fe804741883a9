"""Writes who answers for a unit, and what else stands in its file."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from gongshi.accounts.models import ResponsiblePerson, Unit
from gongshi.accounts.queries import responsible_of
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import differences

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class CannotNameResponsible(Exception):
    """The person cannot answer for the unit so.

    Codes: `no-name`, `no-contact` (neither phone nor e-mail), `in-future` (the first
    day is yet to come), `before-present` (the first day lies before that of the
    person who answers now), `unit-ended`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class ResponsibleValues:
    """Who answers from which day, and how to reach them.

    `phone` and `email` are for the credit authority, `public_phone` is what the unit
    agrees to show everybody; empty: none.
    """

    name: str
    post: str = ""
    phone: str = ""
    email: str = ""
    public_phone: str = ""
    from_date: date


@transaction.atomic
def name_responsible(
    unit: Unit, values: ResponsibleValues, *, by: Actor, at: datetime
) -> ResponsiblePerson:
    """File who answers for the unit; the one before answers until the day before.

    The same first day as the present person's corrects that entry; the same values
    change nothing.

    Raises:
        CannotNameResponsible: see there.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)  # one at a time
    today = at.astimezone(_SHANGHAI).date()
    present = responsible_of(unit)
    _require_sound(unit, values, present, today)
    before = told(present) if present else {}
    if present is not None and before == asdict(values):
        return present
    filed = {**asdict(values), "filed_on": today, "filed_by": by.username}
    if present is not None and present.from_date == values.from_date:
        ResponsiblePerson.objects.filter(pk=present.pk).update(**filed)
        person = ResponsiblePerson.objects.get(pk=present.pk)
    else:
        if present is not None:
            present.until_date = values.from_date - timedelta(days=1)
            present.save(update_fields=["until_date"])
        person = ResponsiblePerson.objects.create(unit=unit, **filed)
    record_event(
        at=at,
        by=by,
        action="accounts.name_responsible",
        target=Target(kind="unit", key=unit.code),
        changes=differences(before, asdict(values)),
    )
    return person


def told(person: ResponsiblePerson) -> dict[str, object]:
    """Return what is filed of the person, by the names of `ResponsibleValues`."""
    return {name: getattr(person, name) for name in ResponsibleValues.__annotations__}


def _require_sound(
    unit: Unit,
    values: ResponsibleValues,
    present: ResponsiblePerson | None,
    today: date,
) -> None:
    if not values.name:
        raise CannotNameResponsible("no-name")
    if not (values.phone or values.email):
        raise CannotNameResponsible("no-contact")
    if unit.valid_until is not None and unit.valid_until < today:
        raise CannotNameResponsible("unit-ended")
    if values.from_date > today:
        raise CannotNameResponsible("in-future")
    if present is not None and values.from_date < present.from_date:
        raise CannotNameResponsible("before-present")
