"""What the watch beside the worker clears up."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from gongshi.intake.models import BatchState
from gongshi.pipeline.models import Heartbeat
from gongshi.pipeline.steps import beat, recover
from tests.factories import AT, BatchFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

DAY = timedelta(days=1)


def test_dead_workers_are_forgotten_after_a_day() -> None:
    beat("long-dead", AT - DAY)
    beat("dead", AT - DAY + timedelta(seconds=1))
    beat("alive", AT)

    recover(AT)

    names = Heartbeat.objects.values_list("worker", flat=True)
    assert list(names) == ["alive", "dead"]


def test_what_a_long_dead_worker_held_is_started_again_before_it_is_forgotten() -> None:
    beat("long-dead", AT - 2 * DAY)
    BatchFactory.create(
        state=BatchState.CHECKING,
        leased_by="long-dead",
        leased_until=AT + timedelta(seconds=60),
    )

    assert recover(AT) == 1
    assert DBTaskResult.objects.filter(status="READY").count() == 1
    assert not Heartbeat.objects.exists()
