"""Publishing moves record and feed together, once, and reaches the portal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError

from gongshi.audit.append_only import CannotChangeHistory
from gongshi.audit.models import Event
from gongshi.domain.feed import Operation, PublicChange
from gongshi.domain.lifecycle import State
from gongshi.intake.actions import CannotMove
from gongshi.intake.models import Batch, BatchState
from gongshi.portal.models import PublishedRecord, Tombstone
from gongshi.portal.queries import feed_head
from gongshi.publication import actions, consumers
from gongshi.publication.actions import (
    CannotPublish,
    CannotWithdraw,
    publish_batch,
    withdraw,
)
from gongshi.publication.consumers import catch_up_portal, hand_over, portal_lag
from gongshi.publication.feed import append, lock_feed
from gongshi.publication.models import Change, FeedHead
from gongshi.publication.queries import verify_feed
from gongshi.records.actions import land_rows, settle_batch
from gongshi.records.models import Record
from tests.factories import (
    AT,
    NATURAL_PERSON,
    REVIEWER,
    BatchFactory,
    approved,
    licence_rows,
    source_of,
)
from tests.tampering import tamper

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def ready(*changes: Mapping[str, str | None], withheld: str | None = None) -> Batch:
    """Return a checked and approved batch of licences with the changes."""
    batch: Batch = BatchFactory.create(state=BatchState.CHECKED)
    rows = licence_rows(*changes)
    if withheld:
        rows = rows.with_columns(withheld=pl.lit(withheld))
    land_rows(rows, source_of(batch))
    settle_batch(batch.pk, at=AT)
    return approved(batch)


def test_publishing_moves_records_and_batch() -> None:
    batch = ready({}, {})

    assert publish_batch(batch, at=AT) == 2

    record = Record.objects.of_batch(batch.pk)[0]
    assert (record.state, record.published_at) == (State.PUBLISHED, AT)
    assert (batch.state, batch.published_at) == (BatchState.PUBLISHED, AT)


def test_day_of_publication_is_the_day_in_shanghai() -> None:
    batch = ready({})

    publish_batch(batch, at=datetime(2016, 3, 1, 17, tzinfo=UTC))

    assert Record.objects.get().published_on is not None
    assert str(Record.objects.get().published_on) == "2016-03-02"


def test_published_records_are_on_the_portal_at_once() -> None:
    publish_batch(ready({}, {}), at=AT)

    assert PublishedRecord.objects.using("portal").count() == 2
    assert portal_lag() == 0


def test_changes_follow_the_rows_of_the_file_and_form_a_chain() -> None:
    batch = ready({}, NATURAL_PERSON, {})

    publish_batch(batch, at=AT, chunk=2)

    changes = list(Change.objects.in_order())
    records = Record.objects.of_batch(batch.pk)
    assert [change.record_id for change in changes] == [record.id for record in records]
    assert [change.sequence for change in changes] == [1, 2, 3]
    assert verify_feed() is None


def test_publishing_twice_publishes_once() -> None:
    batch = ready({}, {})
    publish_batch(batch, at=AT)

    assert publish_batch(batch, at=AT) == 0
    assert Change.objects.count() == 2


def test_publishing_goes_on_where_it_was_interrupted() -> None:
    batch = ready({}, {}, {})

    def stop(changes: Sequence[PublicChange]) -> None:
        hand_over(changes)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_batch(batch, at=AT, chunk=2, deliver=stop)

    assert publish_batch(batch, at=AT, chunk=2) == 1
    assert (
        Change.objects.count() == PublishedRecord.objects.using("portal").count() == 3
    )


def test_publishing_delivers_each_chunk_when_it_is_committed() -> None:
    told: list[int] = []

    publish_batch(
        ready({}, {}, {}),
        at=AT,
        chunk=2,
        deliver=lambda changes: told.append(len(changes)),
    )

    assert told == [2, 1]


def test_not_public_records_never_reach_the_feed() -> None:
    batch = ready({}, withheld="minor-subject")

    assert publish_batch(batch, at=AT) == 0
    assert not Change.objects.exists()
    assert Record.objects.get().state == State.NOT_PUBLIC
    assert batch.state == BatchState.PUBLISHED


def test_records_of_an_unfinished_batch_are_not_published() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKING)
    land_rows(licence_rows({}), source_of(batch))

    with pytest.raises(CannotMove):
        publish_batch(batch, at=AT)

    assert not Change.objects.exists()


def test_one_event_stands_for_the_publication_of_a_batch() -> None:
    publish_batch(ready({}, {}, {}), at=AT, chunk=1)

    actions_done = [event.action for event in Event.objects.in_order()]
    assert actions_done == [
        "intake.request_publication",
        "publication.publish_batch",
    ]


def test_record_moved_meanwhile_stops_the_chunk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = ready({}, {})

    def moves_one_less(ids: Sequence[object], **when: object) -> int:
        return len(ids) - 1

    monkeypatch.setattr(actions, "mark_published", moves_one_less)

    with pytest.raises(CannotPublish):
        publish_batch(batch, at=AT)
    assert not Change.objects.exists()


def test_fault_of_the_portal_does_not_undo_the_publication(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(changes: Sequence[PublicChange]) -> int:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(consumers, "apply_changes", broken)
        publish_batch(ready({}, {}), at=AT)

    assert portal_lag() == 2
    assert catch_up_portal() == 2
    assert PublishedRecord.objects.using("portal").count() == 2


def test_next_publication_brings_a_lagging_portal_up_to_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "hand_over", lambda changes: False)
        publish_batch(ready({}), at=AT)

    publish_batch(ready({"decision_number": "连环审〔2016〕99号"}), at=AT)

    assert portal_lag() == 0


def test_catching_up_keeps_to_its_limit() -> None:
    publish_batch(ready({}, {}, {}), at=AT, deliver=lambda changes: False)

    assert catch_up_portal(limit=2) == 2
    assert feed_head().sequence == 2


def test_withdrawn_record_leaves_the_portal_with_a_tombstone() -> None:
    publish_batch(ready({}), at=AT)
    record = Record.objects.get()

    withdraw(record, reason_code="revoked", reason="决定被撤销", by=REVIEWER, at=AT)

    assert record.state == State.WITHDRAWN
    assert not PublishedRecord.objects.using("portal").exists()
    assert Tombstone.objects.using("portal").get().reason.endswith("：决定被撤销")
    assert verify_feed() is None


def test_reason_of_a_withdrawal_is_masked() -> None:
    publish_batch(ready({}), at=AT)

    change = withdraw(
        Record.objects.get(),
        reason_code="other",
        reason="本人13812345678申请",
        by=REVIEWER,
        at=AT,
    )

    assert "13812345678" not in change.values["reason"]


def test_withdrawing_twice_is_refused() -> None:
    publish_batch(ready({}), at=AT)
    record = Record.objects.get()
    withdraw(record, reason_code="revoked", reason="决定被撤销", by=REVIEWER, at=AT)

    with pytest.raises(CannotWithdraw) as refused:
        withdraw(record, reason_code="revoked", reason="决定被撤销", by=REVIEWER, at=AT)

    assert refused.value.code == "not-published"
    assert Change.objects.count() == 2


def test_withdrawal_needs_a_reason() -> None:
    publish_batch(ready({}), at=AT)

    with pytest.raises(CannotWithdraw) as refused:
        withdraw(
            Record.objects.get(), reason_code="other", reason=" ", by=REVIEWER, at=AT
        )

    assert refused.value.code == "no-reason"


def test_portal_can_be_rebuilt_from_the_feed() -> None:
    publish_batch(ready({}, {}), at=AT)
    withdraw(
        Record.objects.of_batch(Batch.objects.get().pk)[0],
        reason_code="wrong",
        reason="误",
        by=REVIEWER,
        at=AT,
    )
    before = list(PublishedRecord.objects.using("portal").values())

    call_command("rebuild_portal")

    assert list(PublishedRecord.objects.using("portal").values()) == before
    assert Tombstone.objects.using("portal").count() == 1
    assert portal_lag() == 0


def test_portal_is_not_rebuilt_from_a_feed_that_was_tampered_with() -> None:
    publish_batch(ready({}), at=AT)
    tamper("UPDATE publication_change SET payload = '{}' WHERE sequence = 1")

    with pytest.raises(CommandError, match="edited-change at 1"):
        call_command("rebuild_portal")

    assert PublishedRecord.objects.using("portal").count() == 1


@pytest.mark.parametrize(
    ("statement", "code", "sequence"),
    [
        (
            "UPDATE publication_change SET payload = '{}' WHERE sequence = 2",
            "edited-change",
            2,
        ),
        ("DELETE FROM publication_change WHERE sequence = 2", "missing-change", 2),
        ("DELETE FROM publication_change WHERE sequence = 3", "wrong-head", 3),
        (
            "UPDATE publication_change SET previous_hash = '0' WHERE sequence = 2",
            "wrong-previous",
            2,
        ),
    ],
)
def test_feed_shows_where_it_was_tampered_with(
    statement: str, code: str, sequence: int
) -> None:
    publish_batch(ready({}, {}, {}), at=AT)

    tamper(statement)

    fault = verify_feed()
    assert fault is not None
    assert (fault.code, fault.sequence) == (code, sequence)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_feed_refuses_changes(change: str) -> None:
    with pytest.raises(CannotChangeHistory):
        getattr(Change.objects.all(), change)()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"sequence": 0}, "change_sequence_positive"),
        ({"operation": "forget"}, "change_operation_known"),
    ],
)
def test_change_keeps(values: dict[str, Any], constraint: str) -> None:
    publish_batch(ready({}), at=AT)
    change = Change.objects.get()
    for name, value in ({"sequence": 2} | values).items():
        setattr(change, name, value)
    change._state.adding = True

    with pytest.raises(IntegrityError, match=constraint):
        change.save()


def test_feed_head_is_one_row() -> None:
    lock_feed()

    with pytest.raises(IntegrityError, match="one_feed_head"):
        FeedHead.objects.create(pk=2)


def test_appending_nothing_leaves_the_feed_as_it_is() -> None:
    assert append(lock_feed(), [], operation=Operation.PUBLISH, at=AT) == []
    assert verify_feed() is None
