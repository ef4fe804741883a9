"""The audit trail is append-only, masked, and proves that it is whole."""

import json
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.models import CannotChangeHistory, Event, EventHead
from gongshi.audit.queries import verify_chain

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


def tamper(statement: str) -> None:
    """Do what somebody with access to the database might do."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


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


@pytest.mark.parametrize(
    ("statement", "code", "sequence"),
    [
        (
            "UPDATE audit_event SET username = 'wang' WHERE sequence = 2",
            "edited-event",
            2,
        ),
        ("DELETE FROM audit_event WHERE sequence = 2", "missing-event", 2),
        ("DELETE FROM audit_event WHERE sequence = 3", "wrong-head", 3),
        (
            "UPDATE audit_event SET previous_hash = '0' WHERE sequence = 2",
            "wrong-previous",
            2,
        ),
    ],
)
def test_chain_shows_where_it_was_tampered_with(
    statement: str, code: str, sequence: int
) -> None:
    for key in ("1", "2", "3"):
        record(key)

    tamper(statement)

    fault = verify_chain()
    assert fault is not None
    assert (fault.code, fault.sequence) == (code, sequence)


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
