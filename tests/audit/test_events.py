"""The audit trail is append-only, masked, and proves that it is whole."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gongshi.accounts.models import Role
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.append_only import CannotChangeHistory
from gongshi.audit.models import Event, EventHead
from gongshi.audit.queries import changes_of, details_of, history_of, verify_chain
from gongshi.audit.wording import differences

AT = datetime(2016, 3, 1, 2, tzinfo=UTC)
BY = Actor(username="li", role="publisher", unit="lyg-hbj", address="10.0.0.8")

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def record(key: str = "1", **details: object) -> Event:
    """Append an event about the batch with that key."""
    return record_event(
        at=AT,
        by=BY,
        action="intake.receive_file",
        target=Target(kind="batch", key=key),
        details=details,
    )


def test_event_tells_who_what_and_when() -> None:
    event = record(rows=3)

    kept = Event.objects.get(pk=event.pk)
    assert (kept.username, kept.role, kept.unit_code, kept.address) == (
        "li",
        "publisher",
        "lyg-hbj",
        "10.0.0.8",
    )
    assert (kept.at, kept.action, kept.target_id) == (AT, "intake.receive_file", "1")
    assert json.loads(kept.details) == {"rows": 3}


def test_events_are_numbered_and_chained() -> None:
    first, second = record(), record()

    assert (first.sequence, second.sequence) == (1, 2)
    assert second.previous_hash == first.hash
    assert verify_chain() is None


def test_event_masks_identity_numbers_at_any_depth() -> None:
    event = record(reason="本人320703198001010015申请", more={"ids": ["13812345678"]})

    assert "320703198001010015" not in event.details
    assert "13812345678" not in event.details


def test_event_in_a_transaction_that_fails_is_gone() -> None:
    def attempt() -> None:
        with transaction.atomic():
            record()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attempt()

    assert Event.objects.count() == 0
    assert verify_chain() is None


def test_event_refuses_to_be_saved_again() -> None:
    event = record()

    with pytest.raises(CannotChangeHistory):
        event.save()


def test_event_refuses_to_be_deleted() -> None:
    event = record()

    with pytest.raises(CannotChangeHistory):
        event.delete()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_events_refuse_changes_in_bulk(change: str) -> None:
    record()

    with pytest.raises(CannotChangeHistory):
        getattr(Event.objects.all(), change)()


def test_event_keeps_what_changed_and_why() -> None:
    event = record_event(
        at=AT,
        by=BY,
        action="accounts.edit_unit",
        target=Target(kind="unit", key="lyg-hbj"),
        changes=differences(
            {"name": "市环保局", "level": "city"}, {"name": "环保局", "level": "city"}
        ),
        reason="机构改名",
    )

    assert changes_of(event) == {"name": {"before": "市环保局", "after": "环保局"}}
    assert event.reason == "机构改名"


def test_event_masks_identity_numbers_before_and_after() -> None:
    event = record_event(
        at=AT,
        by=BY,
        action="records.correct",
        target=Target(kind="record", key="1"),
        changes={
            "resident_id": ("320703198001010015", "320703198001010023"),
            "subject_id": ("E12345678", None),
            "facts": ("电话13812345678", "无"),
        },
        reason="更正320703198001010015",
    )

    kept = event.changes + event.reason
    assert "198001010015" not in kept
    assert "198001010023" not in kept
    assert "12345678" not in kept
    assert changes_of(event)["subject_id"]["before"] == "E********"


def test_event_keeps_dates_choices_and_collections_as_text() -> None:
    event = record(on=date(2016, 3, 1), role=Role.REVIEWER, units={"b", "a"}, many=[1])

    assert details_of(event) == {
        "on": "2016-03-01",
        "role": "reviewer",
        "units": ["a", "b"],
        "many": [1],
    }


def test_history_has_the_newest_first_and_what_belongs_to_it() -> None:
    record("1")
    record("2")
    record("3")

    events = history_of("batch", "1", more=[("batch", "3")])

    assert [event.target_id for event in events] == ["3", "1"]


def test_event_sequence_is_positive() -> None:
    event = record()
    event.sequence = 0
    event._state.adding = True

    with pytest.raises(IntegrityError, match="event_sequence_positive"):
        event.save()


def test_event_head_is_one_row() -> None:
    record()

    with pytest.raises(IntegrityError, match="one_event_head"):
        EventHead.objects.create(pk=2)
