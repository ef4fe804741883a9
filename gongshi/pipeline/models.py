"""What the worker leaves behind so that others can see that it lives."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one worker process, identified by its name."""

    worker = models.CharField(max_length=80, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["worker"]

    def __str__(self) -> str:
        return self.worker
