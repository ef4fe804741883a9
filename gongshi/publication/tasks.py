"""The background task that publishes a batch; harmless to repeat."""

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from gongshi.intake.models import Batch
from gongshi.publication import actions


@task()
def publish_batch(batch_id: str) -> int:
    """Publish what the batch has left to publish; says how many records it was."""
    batch = Batch.objects.select_related("unit__superior").get(pk=UUID(batch_id))
    return actions.publish_large_batch(batch, at=timezone.now())
