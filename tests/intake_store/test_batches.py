"""A batch is one worker's at a time, and moves by the table of moves only."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from gongshi.audit.models import Event
from gongshi.domain.lifecycle import State
from gongshi.intake.actions import (
    CannotMove,
    CannotWork,
    Lease,
    Progress,
    claim,
    fail,
    finish_checking,
    finish_publishing,
    give_back,
    request_publication,
    save_progress,
)
from gongshi.intake.models import Batch, BatchState
from gongshi.intake.queries import (
    batches_for,
    earlier_batches,
    get_batch,
    waiting_batches,
)
from gongshi.records.actions import land_rows
from gongshi.records.models import Record
from tests.factories import (
    AT,
    BY,
    REVIEWER,
    BatchFactory,
    MembershipFactory,
    UserFactory,
    licence_rows,
    source_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LEASE = Lease(worker="w1", until=AT + timedelta(minutes=1))
OTHER = Lease(worker="w2", until=AT + timedelta(minutes=1))
PROGRESS = Progress(rows_done=10, counts={"rows": 10}, rule_counts={})


def claimed(**values: object) -> Batch:
    """Return a batch that worker w1 is checking."""
    batch = BatchFactory.create(**values)
    assert claim(batch, work=BatchState.CHECKING, lease=LEASE, at=AT)
    return batch


def test_claim_takes_the_batch_for_one_worker() -> None:
    batch = claimed()

    assert not claim(batch, work=BatchState.CHECKING, lease=OTHER, at=AT)
    assert (batch.state, batch.leased_by) == (BatchState.CHECKING, "w1")


def test_claim_takes_over_when_the_lease_has_run_out() -> None:
    batch = claimed()

    assert claim(batch, work=BatchState.CHECKING, lease=OTHER, at=LEASE.until)
    assert batch.leased_by == "w2"


@pytest.mark.parametrize(
    "state", [BatchState.CHECKED, BatchState.PUBLISHING, BatchState.PUBLISHED]
)
def test_claim_does_not_check_what_was_checked(state: BatchState) -> None:
    batch = BatchFactory.create(state=state)

    assert not claim(batch, work=BatchState.CHECKING, lease=LEASE, at=AT)


def test_progress_is_stored_and_prolongs_the_lease() -> None:
    batch = claimed()
    later = Lease(worker="w1", until=AT + timedelta(minutes=5))

    save_progress(batch, PROGRESS, lease=later)

    batch.refresh_from_db()
    assert (batch.rows_done, batch.counts, batch.leased_until) == (
        10,
        {"rows": 10},
        later.until,
    )


def test_progress_of_a_worker_that_lost_its_lease_undoes_its_work() -> None:
    batch = claimed()
    claim(batch, work=BatchState.CHECKING, lease=OTHER, at=LEASE.until)

    def work() -> None:
        with transaction.atomic():
            land_rows(licence_rows({}), source_of(batch))
            save_progress(batch, PROGRESS, lease=LEASE)

    with pytest.raises(CannotWork):
        work()

    assert not Record.objects.exists()


def test_finished_check_lets_records_stand_and_records_one_event() -> None:
    batch = claimed()
    land_rows(licence_rows({}), source_of(batch))

    finish_checking(batch, worker="w1", by=BY, at=AT)

    assert (batch.state, batch.leased_by, batch.checked_at) == (
        BatchState.CHECKED,
        "",
        AT,
    )
    assert Record.objects.get().state == State.CHECKED
    assert [event.action for event in Event.objects.all()] == ["intake.finish_checking"]


def test_finishing_twice_is_refused() -> None:
    batch = claimed()
    finish_checking(batch, worker="w1", by=BY, at=AT)

    with pytest.raises(CannotWork):
        finish_checking(batch, worker="w1", by=BY, at=AT)


def test_batch_given_back_waits_again_and_has_landed_nothing() -> None:
    batch = claimed()
    land_rows(licence_rows({}), source_of(batch))

    give_back(batch, worker="w1", by=BY, at=AT)

    assert batch.state == BatchState.RECEIVED
    assert not Record.objects.exists()
    assert list(waiting_batches(AT)) == [batch]


def test_failed_batch_says_why_and_has_landed_nothing() -> None:
    batch = claimed()
    land_rows(licence_rows({}), source_of(batch))

    fail(batch, code="unreadable-file", worker="w1", by=BY, at=AT)

    assert (batch.state, batch.failure) == (BatchState.FAILED, "unreadable-file")
    assert not Record.objects.exists()
    assert not waiting_batches(AT).exists()


def test_publication_is_requested_once() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKED)

    assert request_publication(batch, by=REVIEWER, at=AT)
    assert not request_publication(batch, by=REVIEWER, at=AT)
    assert (batch.state, batch.published_by) == (
        BatchState.PUBLISHING,
        REVIEWER.username,
    )
    assert Event.objects.count() == 1


@pytest.mark.parametrize("state", [BatchState.RECEIVED, BatchState.CHECKING])
def test_unchecked_batch_is_not_published(state: BatchState) -> None:
    batch = BatchFactory.create(state=state)

    with pytest.raises(CannotMove) as refused:
        request_publication(batch, by=REVIEWER, at=AT)

    assert refused.value.code == "wrong-state"


def test_publication_is_finished_once() -> None:
    batch = BatchFactory.create(state=BatchState.PUBLISHING)

    assert finish_publishing(batch, at=AT)
    assert not finish_publishing(batch, at=AT)


def test_waiting_are_new_requested_and_abandoned_batches_oldest_first() -> None:
    requested = BatchFactory.create(state=BatchState.PUBLISHING)
    new = BatchFactory.create(received_at=AT - timedelta(hours=1))
    claimed()
    abandoned = claimed(received_at=AT - timedelta(hours=2))
    Batch.objects.filter(pk=abandoned.pk).update(leased_until=AT)
    BatchFactory.create(state=BatchState.CHECKED)

    assert list(waiting_batches(AT)) == [abandoned, new, requested]


def test_user_sees_the_batches_of_own_units_newest_first() -> None:
    membership = MembershipFactory.create()
    older = BatchFactory.create(
        unit=membership.unit, received_at=AT - timedelta(days=1)
    )
    newer = BatchFactory.create(unit=membership.unit)
    other = BatchFactory.create()

    assert list(batches_for(membership.user)) == [newer, older]
    assert get_batch(membership.user, older.pk) == older
    with pytest.raises(Http404):
        get_batch(membership.user, other.pk)


def test_superuser_administers_and_sees_no_batch() -> None:
    batch = BatchFactory.create()

    with pytest.raises(Http404):
        get_batch(UserFactory.create(is_superuser=True), batch.pk)


def test_earlier_batches_are_those_of_the_same_bytes() -> None:
    first = BatchFactory.create(received_at=AT - timedelta(days=1))
    again = BatchFactory.create(unit=first.unit, file=first.file)
    BatchFactory.create(unit=first.unit, received_at=AT - timedelta(days=2))

    assert list(earlier_batches(again)) == [first]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"published_by": "li"}, "batch_approved_by_another"),
        (
            {"state": BatchState.PUBLISHED, "published_by": ""},
            "batch_published_was_approved",
        ),
        (
            {"state": BatchState.PUBLISHING, "approved_at": None},
            "batch_published_was_approved",
        ),
    ],
)
def test_batch_is_approved_by_another(
    values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        BatchFactory.create(**values)
