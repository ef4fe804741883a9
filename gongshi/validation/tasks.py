"""The background task that checks a batch; harmless to repeat."""

from dataclasses import replace
from uuid import UUID

from django.utils import timezone
from django_tasks import TaskContext, task

from gongshi.audit.actors import WORKER
from gongshi.intake.models import Batch
from gongshi.validation import actions


@task(takes_context=True)
def check_batch(context: TaskContext, batch_id: str) -> bool:
    """Check one batch; says whether this run did it."""
    batch = Batch.objects.select_related("unit", "file").get(pk=UUID(batch_id))
    worker = (context.task_result.worker_ids or ["here"])[-1]
    by = replace(WORKER, unit=batch.unit.code)  # so that the unit's auditors see it
    hand = actions.Hand(worker=worker, by=by, clock=timezone.now)
    return actions.check_batch(batch, hand)
