"""Files as they were received, sealed, and the batches that they make."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.draft_models import Draft
from gongshi.intake.token_models import ApiToken, TokenScope

__all__ = [
    "MOVES",
    "WORKING",
    "ApiToken",
    "Batch",
    "BatchSource",
    "BatchState",
    "Draft",
    "StoredChunk",
    "StoredFile",
    "TokenScope",
]


class BatchState(models.TextChoices):
    """How far a batch has come."""

    RECEIVED = "received", _("Received")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    PUBLISHING = "publishing", _("Being published")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Not usable")


class BatchSource(models.TextChoices):
    """By which way rows came in; all of them are checked and landed alike."""

    FILE = "file", _("File")
    FORM = "form", _("Form")
    API = "api", _("Interface")


# The one table of moves; the worker's claims and the pages go through it.
MOVES: Mapping[BatchState, tuple[BatchState, ...]] = {
    BatchState.RECEIVED: (BatchState.CHECKING, BatchState.FAILED),
    BatchState.CHECKING: (
        BatchState.CHECKED,
        BatchState.FAILED,
        BatchState.RECEIVED,  # given back, to be tried again later
    ),
    BatchState.CHECKED: (BatchState.PUBLISHING,),
    BatchState.PUBLISHING: (BatchState.PUBLISHED,),
    BatchState.PUBLISHED: (),
    BatchState.FAILED: (),
}
WORKING = (BatchState.CHECKING, BatchState.PUBLISHING)


class StoredFile(models.Model):
    """A file as received, byte for byte, kept sealed in pieces.

    Identified by its bytes within a unit: sent again, it is stored once.
    """

    # Identification
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="files", db_index=False
    )
    sha256 = models.CharField(max_length=64)
    # Content
    size = models.BigIntegerField(_("size in bytes"))
    # Provenance
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "sha256"], name="stored_file_once_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=0), name="stored_file_size_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.sha256[:12]}"


class StoredChunk(models.Model):
    """One sealed piece of a stored file; identified by file and position."""

    file = models.ForeignKey(
        StoredFile, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("piece of a file")
        verbose_name_plural = _("pieces of files")
        ordering = ["file", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "position"], name="stored_chunk_position_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.position}"


class Batch(models.Model):
    """One sending by a unit, on its way from received to published.

    Identified by its id; the sender's idempotency key names it too, so that a
    form sent twice makes one batch. A worker holds it by a lease that runs out.
    A round (`continues`) brings rows of an earlier batch again, corrected.
    """

    # True on the batch that is returned for a key that was seen before.
    already_received = False

    # Identification
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="batches", db_index=False
    )
    idempotency_key = models.CharField(max_length=64)
    # Provenance; rows of a form or a call are kept as a file, too
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=BatchSource.choices,
        default=BatchSource.FILE,
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="rounds",
        null=True,
        db_index=False,  # by `batch_round_of`, which leaves out all that are no rounds
    )
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="batches"
    )
    name = models.CharField(_("file name"), max_length=255)
    received_by = models.CharField(_("received from"), max_length=150)
    received_at = models.DateTimeField(_("received at"))
    forced_edition = models.CharField(max_length=20, blank=True)
    # What was recognised
    edition = models.CharField(_("standard edition"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    # Outcome: rows, good, bad, unchanged, corrections, not_public, and `fixed` for
    # rows that a round brought; tallies per rule, of all rows and of good ones
    counts = models.JSONField(_("counts"), default=dict)
    rule_counts = models.JSONField(_("findings per rule"), default=dict)
    to_confirm = models.JSONField(_("warnings to confirm"), default=dict)
    # Lifecycle
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=BatchState.choices,
        default=BatchState.RECEIVED,
    )
    failure = models.CharField(_("reason of failure"), max_length=60, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_total = models.PositiveIntegerField(_("rows"), null=True)
    leased_by = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    # What waits for a reviewer, and the first day by which some of it must be public
    waiting = models.PositiveIntegerField(_("waiting for review"), default=0)
    publish_by = models.DateField(_("to be published by"), null=True)
    # Rules among `to_confirm` of which nobody has said why they are right
    unexplained = models.PositiveIntegerField(
        _("warnings without a reason"), default=0, db_default=0
    )
    # Who answers for the whole batch, secrecy checked, and asked for publication
    published_by = models.CharField(_("published by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "idempotency_key"], name="batch_received_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=BatchSource.values), name="batch_source_known"
            ),
            models.CheckConstraint(
                condition=~Q(continues=F("id")), name="batch_continues_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.FAILED) | ~Q(failure=""),
                name="batch_failed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(leased_until__isnull=True)
                | (Q(state__in=[str(state) for state in WORKING]) & ~Q(leased_by="")),
                name="batch_leased_while_working",
            ),
            models.CheckConstraint(
                condition=~Q(published_by=F("received_by")),
                name="batch_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[str(BatchState.PUBLISHING), str(BatchState.PUBLISHED)]
                )
                | (~Q(published_by="") & Q(approved_at__isnull=False)),
                name="batch_published_was_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-received_at"], name="batch_of_unit"),
            models.Index(
                fields=["unit", "state", "-received_at"], name="batch_in_state"
            ),
            models.Index(
                fields=["state", "received_at"],
                condition=Q(state__in=["received", "checking", "publishing"]),
                name="batch_with_work",
            ),
            models.Index(
                fields=["continues", "received_at", "id"],
                condition=Q(continues__isnull=False),
                name="batch_round_of",
            ),
            models.Index(
                fields=["unit", "publish_by", "id"],
                condition=Q(state=BatchState.CHECKED.value, waiting__gt=0),
                name="batch_to_review",
            ),
            models.Index(
                fields=["unit", "publish_by"],
                condition=Q(state=BatchState.CHECKED.value, unexplained__gt=0),
                name="batch_with_reasons_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"

    @property
    def is_working(self) -> bool:
        """Whether the worker still has something to do with it."""
        return self.state in (BatchState.RECEIVED, *WORKING)

    @property
    def has_deadline(self) -> bool:
        """Whether some of it waits, so that a day by which it must be public counts."""
        return self.state == BatchState.CHECKED and self.waiting > 0

    def is_leased(self, at: datetime) -> bool:
        """Say whether a worker holds it at that time."""
        return self.leased_until is not None and self.leased_until > at
