"""What a worker starts again, and what it leaves alone."""

from datetime import datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from gongshi.intake.models import Batch, BatchState
from gongshi.pipeline.steps import ALIVE, beat, recover
from gongshi.publication.tasks import publish_batch
from gongshi.validation.tasks import check_batch
from tests.factories import AT, BatchFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LONG_AGO = AT - timedelta(minutes=5)
SOON = AT + timedelta(seconds=30)


def _queued() -> list[tuple[str, str]]:
    ready = DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")
    return [
        (task.task_path.rsplit(".", 1)[-1], task.args_kwargs["args"][0])
        for task in ready
    ]


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (BatchState.RECEIVED, "check_batch"),
        (BatchState.CHECKING, "check_batch"),
        (BatchState.PUBLISHING, "publish_batch"),
    ],
)
def test_abandoned_batch_gets_its_next_step_once(state: BatchState, step: str) -> None:
    batch = BatchFactory.create(state=state, received_at=LONG_AGO)

    counts = [recover(AT), recover(AT)]

    assert counts == [1, 0]
    assert _queued() == [(step, str(batch.pk))]


@pytest.mark.parametrize(
    "state", [BatchState.CHECKED, BatchState.PUBLISHED, BatchState.FAILED]
)
def test_batch_that_waits_for_nobody_is_left_alone(state: BatchState) -> None:
    BatchFactory.create(state=state, received_at=LONG_AGO, failure="empty-file")

    assert recover(AT) == 0


def test_batch_just_received_is_left_to_the_page_that_received_it() -> None:
    BatchFactory.create(received_at=AT)

    assert recover(AT) == 0


@pytest.mark.parametrize(
    ("seen_at", "expected"), [(AT, 0), (AT - ALIVE, 1), (AT - 2 * ALIVE, 1)]
)
def test_lease_ends_with_its_worker(seen_at: datetime, expected: int) -> None:
    beat("w", seen_at)
    BatchFactory.create(
        state=BatchState.CHECKING,
        received_at=LONG_AGO,
        leased_by="w",
        leased_until=SOON,
    )

    assert recover(AT) == expected
    assert Batch.objects.get().is_leased(AT) is not bool(expected)


def test_lease_that_ran_out_holds_nobody_up_even_if_no_worker_ever_beat() -> None:
    BatchFactory.create(
        state=BatchState.CHECKING,
        received_at=LONG_AGO,
        leased_by="import-1",
        leased_until=LONG_AGO,
    )

    assert recover(AT) == 1


def test_batch_whose_step_is_queued_already_is_not_queued_again() -> None:
    batch = BatchFactory.create(received_at=LONG_AGO)
    check_batch.enqueue(str(batch.pk))

    assert recover(AT) == 0


@pytest.mark.parametrize(("worker", "status"), [("dead", "FAILED"), ("w", "RUNNING")])
def test_task_ends_with_its_worker(worker: str, status: str) -> None:
    beat("w", AT)
    beat("dead", AT - ALIVE)
    batch = BatchFactory.create(state=BatchState.PUBLISHING, received_at=LONG_AGO)
    publish_batch.enqueue(str(batch.pk))
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[worker])

    started = recover(AT)

    assert DBTaskResult.objects.earliest("enqueued_at").status == status
    assert started == (1 if status == "FAILED" else 0)
