"""Who answers for a unit: one at present, those before kept, filed with its date."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError

from gongshi.accounts.actions_units import (
    CannotNameResponsible,
    ResponsibleValues,
    name_responsible,
)
from gongshi.accounts.models import Unit
from gongshi.accounts.queries import responsible_history, responsible_of
from gongshi.audit.models import Event
from tests.factories import AT, BY, ResponsiblePersonFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
TODAY = date(2016, 3, 1)
LI = ResponsibleValues(
    name="李海州",
    post="法规处处长",
    phone="0518-85521234",
    email="li@hbj.example",
    public_phone="0518-85520000",
    from_date=date(2016, 1, 18),
)


@pytest.fixture
def unit() -> Unit:
    """Return a department for which nobody is filed yet."""
    return UnitFactory.create()


def filed(unit: Unit, values: ResponsibleValues = LI, *, at: datetime = AT) -> None:
    """File who answers for the unit."""
    name_responsible(unit, values, by=BY, at=at)


def test_who_answers_is_filed_with_the_day_and_by_whom(unit: Unit) -> None:
    filed(unit)

    person = responsible_of(unit)
    assert person is not None
    assert (person.name, person.from_date) == ("李海州", date(2016, 1, 18))
    assert (person.filed_on, person.filed_by) == (TODAY, BY.username)
    assert person.holds_on(TODAY)
    assert not person.holds_on(date(2016, 1, 17))


def test_the_next_person_ends_the_time_of_the_one_before(unit: Unit) -> None:
    filed(unit)

    filed(unit, replace(LI, name="王连云", from_date=TODAY))

    history = responsible_history(unit)
    assert [(p.name, p.until_date) for p in history] == [
        ("王连云", None),
        ("李海州", TODAY - timedelta(days=1)),
    ]
    assert [p.holds_on(TODAY) for p in history] == [True, False]


def test_the_same_first_day_corrects_the_entry(unit: Unit) -> None:
    filed(unit)

    filed(unit, replace(LI, phone="0518-85521235"))

    (person,) = responsible_history(unit)
    assert person.phone == "0518-85521235"
    event = Event.objects.order_by("sequence").last()
    assert event is not None
    assert list(json.loads(event.changes)) == ["phone"]


def test_filing_the_same_again_is_no_event(unit: Unit) -> None:
    filed(unit)
    filed(unit, at=AT + timedelta(days=3))

    assert Event.objects.count() == 1
    person = responsible_of(unit)
    assert person is not None
    assert person.filed_on == TODAY


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "no-name"),
        ({"phone": "", "email": ""}, "no-contact"),
        ({"from_date": TODAY + timedelta(days=1)}, "in-future"),
        ({"from_date": date(2016, 1, 17)}, "before-present"),
    ],
)
def test_what_cannot_be_is_refused(
    unit: Unit, change: dict[str, object], code: str
) -> None:
    filed(unit)

    with pytest.raises(CannotNameResponsible) as refused:
        filed(unit, replace(LI, **change))  # type: ignore[arg-type]

    assert refused.value.code == code
    assert Event.objects.count() == 1


def test_nobody_is_filed_for_a_unit_that_ended() -> None:
    unit = UnitFactory.create(valid_until=date(2016, 2, 29))

    with pytest.raises(CannotNameResponsible) as refused:
        filed(unit)

    assert refused.value.code == "unit-ended"


def test_a_unit_has_one_at_present(unit: Unit) -> None:
    ResponsiblePersonFactory.create(unit=unit)

    with pytest.raises(IntegrityError, match=r"responsible_one_at_present|unit_id"):
        ResponsiblePersonFactory.create(unit=unit, from_date=date(2016, 2, 1))


def test_two_do_not_begin_on_one_day(unit: Unit) -> None:
    ResponsiblePersonFactory.create(unit=unit, until_date=date(2016, 1, 31))

    with pytest.raises(IntegrityError, match=r"responsible_begins_once|from_date"):
        ResponsiblePersonFactory.create(unit=unit)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"name": ""}, "responsible_is_named"),
        ({"phone": "", "email": ""}, "responsible_can_be_reached"),
        ({"until_date": date(2016, 1, 17)}, "responsible_ends_after_beginning"),
    ],
)
def test_the_table_refuses_what_makes_no_sense(
    change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ResponsiblePersonFactory.create(**change)
