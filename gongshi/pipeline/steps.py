"""The data's way in one place: what is done to a batch, step after step.

    receive   intake.actions.receive_file         a page, a command
    check     validation.tasks.check_batch        every row, all rules; good rows land
    approve   review.actions.approve_batch        a page, by somebody else
    publish   publication.tasks.publish_batch     change feed, public store, search
              publication.actions.publish_approved  what was approved one by one
    units     pipeline.units.UnitStep             units and catalogues that changed
    links     catalogue.tasks.check_site          whether units' sites answer
    open data portal.opendata.making.make_set     once a day, beside the worker

Each step is started by a page, a command or the worker, never by the step before
it, and can be repeated after any fault: claims are conditional updates, records
and changes exist once. The worker starts again what a dead one left behind.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from gongshi.audit.heads import keep_daily_head, keep_last_head
from gongshi.intake.models import WORKING, Batch, BatchState
from gongshi.intake.queries import waiting_batches
from gongshi.pipeline.models import Heartbeat
from gongshi.publication.tasks import publish_batch
from gongshi.validation.tasks import check_batch

ALIVE = timedelta(seconds=10)  # a worker unseen for longer is taken for dead
_FORGOTTEN = timedelta(days=1)  # and after this, nobody needs to know of it any more
GRACE = timedelta(seconds=10)  # the page that begins a step goes on with it itself

_NEXT_STEP: Mapping[str, Task[[str], bool] | Task[[str], int]] = {
    BatchState.RECEIVED: check_batch,
    BatchState.CHECKING: check_batch,
    BatchState.PUBLISHING: publish_batch,
}


def beat(worker: str, at: datetime) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": at})


def is_worker_alive(at: datetime) -> bool:
    """Say whether any worker was seen lately."""
    return Heartbeat.objects.filter(seen_at__gt=at - ALIVE).exists()


def recover(at: datetime) -> int:
    """Start again what dead workers left behind; return how many batches."""
    _free_leases_of_the_dead(at)
    _fail_tasks_of_the_dead(at)
    # Only now: what the dead held was found by their names.
    Heartbeat.objects.filter(seen_at__lte=at - _FORGOTTEN).delete()
    started = 0
    for batch in waiting_batches(at):
        if batch.state == BatchState.RECEIVED and batch.received_at > at - GRACE:
            continue
        with transaction.atomic():
            if not _is_queued(batch):
                _NEXT_STEP[batch.state].enqueue(str(batch.pk))
                started += 1
    return started


def keep_head(at: datetime, *, is_last: bool = False) -> None:
    """Write the audit trail's head into the operator's file: once a day, and at the end."""
    file = settings.AUDIT_HEADS_FILE
    if file is not None:
        (keep_last_head if is_last else keep_daily_head)(file, at)


def _dead(at: datetime) -> list[str]:
    unseen = Heartbeat.objects.filter(seen_at__lte=at - ALIVE)
    return list(unseen.values_list("worker", flat=True))


def _free_leases_of_the_dead(at: datetime) -> None:
    states = [str(state) for state in WORKING]
    Batch.objects.filter(
        state__in=states, leased_by__in=_dead(at), leased_until__gt=at
    ).update(leased_until=at)


def _fail_tasks_of_the_dead(at: datetime) -> None:
    dead = set(_dead(at))
    for result in DBTaskResult.objects.filter(status="RUNNING"):
        if result.worker_ids and result.worker_ids[-1] in dead:
            DBTaskResult.objects.filter(pk=result.pk, status="RUNNING").update(
                status="FAILED", finished_at=at
            )


def _is_queued(batch: Batch) -> bool:
    step = _NEXT_STEP[batch.state]
    return DBTaskResult.objects.filter(
        status__in=("READY", "RUNNING"),
        task_path=step.module_path,
        args_kwargs__args__0=str(batch.pk),
    ).exists()
