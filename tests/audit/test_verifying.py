"""Whatever is done to the trail behind the system's back is found and located."""

from dataclasses import replace

import pytest
from django.db import connection

from gongshi.audit.chain import event_hash
from gongshi.audit.heads import Head, current_head
from gongshi.audit.models import CHAINED, Event, EventHead
from gongshi.audit.verifying import Fault, verify_trail
from tests.audit.trail import AT, write_trail
from tests.tampering import tamper, unguarded

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

_ODD_TIMES = ["-infinity", "infinity", "20000-01-01", "0044-03-15 BC"]
_ODD_VALUES = ["''", "0", "2.5", "x'ff00'", "CAST(x'ff41' AS TEXT)", "x'3130'"]


def faults() -> list[tuple[int, int, str]]:
    """Return what is found: first, last, code."""
    return [(f.first, f.last, f.code) for f in verify_trail().faults]


def forge(first: int) -> None:
    """Chain the events from that number on anew, as somebody would who knows how."""
    previous = Event.objects.get(sequence=first - 1).hash if first > 1 else "0" * 64
    with unguarded(), connection.cursor() as cursor:
        for event in list(Event.objects.filter(sequence__gte=first).in_order()):
            due = event_hash(
                previous,
                sequence=event.sequence,
                at=event.at,
                parts=[getattr(event, name) for name in CHAINED],
            )
            cursor.execute(
                "UPDATE audit_event SET previous_hash = %s, hash = %s WHERE sequence = %s",
                [previous, due, event.sequence],
            )
            previous = due
    last = Event.objects.order_by("-sequence")[0]
    EventHead.objects.update(sequence=last.sequence, hash=last.hash)


def copy_of(sequence: int, *, place: int | str) -> str:
    """Return a statement that inserts an event's copy in another place."""
    columns = ", ".join(["at", *CHAINED, "previous_hash", "hash"])
    copy = f"SELECT {place}, {columns} FROM audit_event WHERE sequence = {sequence}"  # noqa: S608 - names and numbers
    return f"INSERT INTO audit_event (sequence, {columns}) {copy}"


def test_trail_that_nobody_touched_is_whole() -> None:
    write_trail(5)

    verdict = verify_trail()

    assert (verdict.events, verdict.faults) == (5, [])


def test_empty_trail_is_whole() -> None:
    assert verify_trail().faults == []


@pytest.mark.parametrize("column", [*CHAINED, "hash", "previous_hash"])
def test_edit_of_any_column_is_found(column: str) -> None:
    write_trail(5)

    tamper(f"UPDATE audit_event SET {column} = 'x' WHERE sequence = 3")  # noqa: S608 - a name of ours

    assert faults() == [(3, 3, "edited")]


@pytest.mark.parametrize(
    "time", ["2016-03-01 02:03:01", "2016-03-01 02:03:00.5", *_ODD_TIMES]
)
def test_edit_of_the_time_is_found(time: str) -> None:
    write_trail(5)

    tamper(f"UPDATE audit_event SET at = '{time}' WHERE sequence = 3")  # noqa: S608 - a time of ours

    assert faults() == [(3, 3, "edited")]


@pytest.mark.files
@pytest.mark.parametrize("column", ["at", *CHAINED, "hash", "previous_hash"])
@pytest.mark.parametrize("value", _ODD_VALUES)
def test_edit_to_what_cannot_be_read_is_found_beside_all_others(
    column: str, value: str
) -> None:
    write_trail(6)

    tamper(
        "UPDATE audit_event SET reason = 'x' WHERE sequence = 2",
        f"UPDATE audit_event SET {column} = {value} WHERE sequence = 4",  # noqa: S608 - ours
        "DELETE FROM audit_event WHERE sequence = 6",
    )

    assert faults() == [(2, 2, "edited"), (4, 4, "edited"), (6, 6, "missing")]


@pytest.mark.files
@pytest.mark.parametrize("number", ["'x'", "2.5", "99.5", "x'ff00'"])
def test_edit_to_a_number_that_is_none_is_found_with_its_place(number: str) -> None:
    write_trail(5)

    tamper(
        "UPDATE audit_event SET reason = 'x' WHERE sequence = 1",
        f"UPDATE audit_event SET sequence = {number} WHERE sequence = 3",  # noqa: S608 - ours
    )

    assert faults() == [(1, 1, "edited"), (3, 3, "missing"), (3, 3, "edited")]


@pytest.mark.files
def test_event_inserted_without_a_number_is_found() -> None:
    write_trail(5)

    tamper(copy_of(2, place="'x'"))

    assert faults() == [(6, 6, "added")]


def test_edit_of_the_number_is_found_with_its_origin() -> None:
    write_trail(5)

    tamper("UPDATE audit_event SET sequence = 9 WHERE sequence = 5")

    assert [(f.first, f.code) for f in verify_trail().faults] == [
        (5, "missing"),
        (9, "added"),
    ]


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_deleted_event_is_found_wherever_it_was(gone: int) -> None:
    write_trail(5)

    tamper(f"DELETE FROM audit_event WHERE sequence = {gone}")  # noqa: S608 - a number

    assert faults() == [(gone, gone, "missing")]


def test_deleted_events_in_a_row_are_one_fault() -> None:
    write_trail(6)

    tamper("DELETE FROM audit_event WHERE sequence IN (2, 3, 4)")

    assert faults() == [(2, 4, "missing")]


def test_deletion_of_everything_is_found() -> None:
    write_trail(4)

    tamper("DELETE FROM audit_event")

    assert faults() == [(1, 4, "missing")]


def test_reordered_events_are_found_with_the_places_they_had() -> None:
    write_trail(5)

    tamper(
        "UPDATE audit_event SET sequence = 100 WHERE sequence = 2",
        "UPDATE audit_event SET sequence = 2 WHERE sequence = 4",
        "UPDATE audit_event SET sequence = 4 WHERE sequence = 100",
    )

    found = verify_trail().faults
    assert [(f.first, f.code, f.origin) for f in found] == [
        (2, "moved", 4),
        (4, "moved", 2),
    ]


def test_event_inserted_at_the_end_is_found() -> None:
    write_trail(3)

    tamper(copy_of(2, place=4))

    assert faults() == [(4, 4, "added")]


def test_event_inserted_between_others_is_found() -> None:
    write_trail(5)

    tamper(
        "UPDATE audit_event SET sequence = sequence + 100 WHERE sequence >= 3",
        "UPDATE audit_event SET sequence = sequence - 99 WHERE sequence > 100",
        copy_of(1, place=3),
    )

    assert [(f.first, f.code, f.origin) for f in verify_trail().faults] == [
        (3, "edited", None),
        (4, "moved", 3),
        (5, "moved", 4),
        (6, "added", None),
    ]


def test_event_written_anew_with_a_hash_of_its_own_is_found() -> None:
    write_trail(5)
    third = Event.objects.get(sequence=3)
    due = event_hash(
        "1" * 64,
        sequence=3,
        at=third.at,
        parts=[getattr(third, name) for name in CHAINED],
    )

    tamper(
        f"UPDATE audit_event SET previous_hash = '{'1' * 64}' WHERE sequence = 3",  # noqa: S608 - a hash
        f"UPDATE audit_event SET hash = '{due}' WHERE sequence = 3",  # noqa: S608 - a hash
    )

    assert faults() == [(3, 4, "unlinked")]


def test_all_faults_are_told_not_only_the_first() -> None:
    write_trail(9)

    tamper(
        "UPDATE audit_event SET reason = 'x' WHERE sequence = 2",
        "DELETE FROM audit_event WHERE sequence = 5",
        "UPDATE audit_event SET username = 'x' WHERE sequence = 8",
    )

    assert faults() == [(2, 2, "edited"), (5, 5, "missing"), (8, 8, "edited")]


def test_tampered_head_is_found() -> None:
    write_trail(3)
    EventHead.objects.update(hash="1" * 64)

    assert faults() == [(3, 3, "head")]


@pytest.mark.files
@pytest.mark.parametrize("number", ["'x'", "x'ff00'", "0.5"])
def test_head_without_a_number_is_found_and_hides_nothing(number: str) -> None:
    write_trail(5)

    tamper(
        "UPDATE audit_event SET reason = 'x' WHERE sequence = 2",
        f"UPDATE audit_eventhead SET sequence = {number}",  # noqa: S608 - ours
    )

    assert {(2, 2, "edited"), (5, 5, "head")} <= {*faults()}


def test_lost_head_is_found_and_hides_nothing() -> None:
    write_trail(3)
    EventHead.objects.all().delete()
    tamper("UPDATE audit_event SET reason = 'x' WHERE sequence = 2")

    assert {(2, 2, "edited"), (3, 3, "head")} <= {*faults()}


def test_chain_written_anew_to_its_end_is_found_by_a_kept_head_only() -> None:
    write_trail(5)
    kept = current_head(AT)
    tamper("UPDATE audit_event SET username = 'nobody' WHERE sequence = 2")

    forge(2)

    assert verify_trail().faults == []
    assert verify_trail([kept]).faults == [
        Fault(first=5, last=5, code="unlike-kept-head")
    ]


def test_end_cut_off_together_with_the_head_is_found_by_a_kept_head() -> None:
    write_trail(5)
    kept = current_head(AT)
    tamper("DELETE FROM audit_event WHERE sequence > 3")
    third = Event.objects.get(sequence=3)
    EventHead.objects.update(sequence=3, hash=third.hash)

    assert verify_trail().faults == []
    assert [(f.first, f.code) for f in verify_trail([kept]).faults] == [
        (5, "unlike-kept-head")
    ]


def test_kept_heads_that_fit_are_no_fault() -> None:
    write_trail(3)
    early = current_head(AT)
    write_trail(2)

    assert verify_trail([early, current_head(AT)]).faults == []


def test_second_head_for_a_number_that_differs_is_found() -> None:
    write_trail(3)
    kept = current_head(AT)
    other = replace(kept, hash="1" * 64)

    assert isinstance(other, Head)
    assert [f.code for f in verify_trail([kept, other]).faults] == ["unlike-kept-head"]
