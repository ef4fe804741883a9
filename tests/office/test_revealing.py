"""An unmasked identity number is shown for a reason, once, and never without a trace."""

from uuid import uuid4

import pytest
from django.test import Client

from gongshi.accounts.models import Role
from gongshi.audit.models import Event
from gongshi.audit.queries import details_of
from gongshi.records.models import Record
from gongshi.records.sealing import seal_values
from tests.factories import MembershipFactory, RecordFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NUMBER = "320703198001010015"
WHY = {"kind": "compare", "reason": "核对决定书扫描件"}


@pytest.fixture
def record() -> Record:
    """Return a record with a sealed identity number."""
    key = uuid4()
    sealed = seal_values({"resident_id": NUMBER}, record_id=key.hex)
    return RecordFactory.create(id=key, sealed=sealed)


def reader(record: Record, role: Role = Role.REVIEWER) -> Client:
    """Return the browser of somebody with a role in the record's unit."""
    client = Client()
    client.force_login(MembershipFactory.create(unit=record.unit, role=role).user)
    return client


def place(record: Record) -> str:
    """Return the address of the page."""
    return f"/office/records/{record.pk}/reveal/"


def reveals() -> list[Event]:
    """Return the events of such looks."""
    return list(Event.objects.filter(action="records.reveal"))


def test_page_asks_for_a_reason_first(record: Record) -> None:
    response = reader(record).get(place(record))

    assert response.status_code == 200
    assert NUMBER not in response.content.decode()
    assert reveals() == []


def test_record_without_masked_values_asks_for_no_reason_and_leaves_no_event() -> None:
    bare = RecordFactory.create(sealed=None)

    asked = reader(bare).get(place(bare)).content.decode()
    sent = reader(bare).post(place(bare), WHY).content.decode()

    for page in (asked, sent):
        assert "该记录没有脱敏内容" in page
        assert 'name="reason"' not in page
    assert reveals() == []


def test_values_are_shown_for_a_reason_and_not_kept_by_any_cache(
    record: Record,
) -> None:
    response = reader(record).post(place(record), WHY)

    assert NUMBER in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_look_is_an_event_that_names_fields_and_reason_but_no_value(
    record: Record,
) -> None:
    reader(record).post(place(record), WHY)

    (event,) = reveals()
    assert (event.target_kind, event.target_id) == ("record", str(record.pk))
    assert (event.role, event.unit_code) == ("reviewer", record.unit.code)
    assert details_of(event) == {"kind": "compare", "fields": ["resident_id"]}
    assert event.reason == "核对决定书扫描件"


def test_every_look_is_an_event_of_its_own(record: Record) -> None:
    browser = reader(record)

    browser.post(place(record), WHY)
    browser.post(place(record), WHY)

    assert len(reveals()) == 2


@pytest.mark.parametrize(
    "change", [{"reason": ""}, {"reason": "看"}, {"kind": "curiosity"}, {"kind": ""}]
)
def test_nothing_is_shown_without_a_reason(
    record: Record, change: dict[str, str]
) -> None:
    response = reader(record).post(place(record), WHY | change)

    assert response.status_code == 422
    assert NUMBER not in response.content.decode()
    assert reveals() == []


def test_values_that_do_not_open_are_said_to_be_damaged(record: Record) -> None:
    Record.objects.filter(pk=record.pk).update(sealed=b"\x02k1broken")

    response = reader(record).post(place(record), WHY)

    assert response.status_code == 409
    assert reveals() == []


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.CENTRE, Role.AUDITOR])
def test_page_is_for_those_who_enter_and_review(record: Record, role: Role) -> None:
    assert reader(record, role).post(place(record), WHY).status_code == 403


def test_page_of_another_units_record_is_not_there(record: Record) -> None:
    stranger = Client()
    seat = MembershipFactory.create(unit=UnitFactory.create(), role=Role.REVIEWER)
    stranger.force_login(seat.user)

    assert stranger.post(place(record), WHY).status_code == 404
    assert reveals() == []
