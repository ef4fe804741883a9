"""Records, their older versions, and corrections waiting to be decided."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind, Person


class RecordQuerySet(models.QuerySet["Record"]):
    """Reads records; leaves out what an unfinished batch is still landing."""

    def settled(self) -> "RecordQuerySet":
        """Return the records that stand: their batch was checked to the end."""
        return self.exclude(state=State.RECEIVED)

    def of_batch(self, batch_id: uuid.UUID) -> "RecordQuerySet":
        """Return the batch's records in the order of its sheets and rows."""
        return self.filter(batch_id=batch_id).order_by("sheet", "row_number", "id")


class Record(models.Model):
    """One licence or penalty decision that was accepted.

    The id is derived from kind, authority, decision number and subject (see
    `identity`), so the same decision has one record however often it is sent.
    `content` is what the office may read: canonical JSON text in which identity
    numbers and personal data in texts are already masked; the originals are in
    `sealed` only. `digest` is keyed and covers the originals.
    """

    # Identification
    id = models.UUIDField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=10)
    edition = models.CharField(_("standard edition"), max_length=20)
    person = models.CharField(_("kind of subject"), max_length=10)
    # Provenance; the batch lives above this app, so its id is a plain value
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    batch_id = models.UUIDField(_("batch"))
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    row_number = models.PositiveIntegerField(_("row"))
    # Content
    decision_number = models.CharField(_("decision number"), max_length=200)
    decision_date = models.DateField(_("decision date"))
    subject_name = models.CharField(_("subject"), max_length=300)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    authority = models.CharField(_("authority"), max_length=200)
    region_code = models.CharField(_("region code"), max_length=6)
    content = models.TextField(_("content"))
    sealed = models.BinaryField(null=True)
    identity_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null: has none
    digest = models.CharField(max_length=64)
    # Lifecycle
    state = models.CharField(_("state"), max_length=20)
    not_public_reason = models.CharField(
        _("reason for not publishing"), max_length=40, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    received_at = models.DateTimeField(_("received at"))
    approved_at = models.DateTimeField(_("approved at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    published_on = models.DateField(_("published on"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = [
            models.UniqueConstraint(
                fields=["batch_id", "sheet", "row_number"], name="record_row_lands_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in Kind]),
                name="record_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(person__in=[str(Person.LEGAL), str(Person.NATURAL)]),
                name="record_person_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]),
                name="record_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=str(State.NOT_PUBLIC)) | ~Q(not_public_reason=""),
                name="record_not_public_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=str(State.PUBLISHED))
                | Q(
                    not_public_reason="",
                    published_at__isnull=False,
                    published_on__isnull=False,
                ),
                name="record_published_is_public",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="record_version_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="record_credit_code",
            ),
            models.Index(
                fields=["identity_hash"],
                condition=Q(identity_hash__isnull=False),
                name="record_identity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.decision_number}"


class RecordVersion(models.Model):
    """What a record said before a correction; identified by record and version."""

    # Identification
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    version = models.PositiveIntegerField(_("version"))
    # Provenance
    batch_id = models.UUIDField(_("batch"))
    replaced_at = models.DateTimeField(_("replaced at"))
    # Content, as in Record
    content = models.TextField(_("content"))
    sealed = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        ordering = ["record", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "version"], name="record_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.version}"


class ProposedCorrection(models.Model):
    """A row that differs from the record already held; kept until decided.

    Identified by batch, sheet and row, so that a repeated chunk adds nothing.
    """

    # Identification
    batch_id = models.UUIDField(_("batch"))
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    row_number = models.PositiveIntegerField(_("row"))
    # Provenance
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="proposed_corrections"
    )
    received_at = models.DateTimeField(_("received at"))
    # Content, as in Record
    edition = models.CharField(_("standard edition"), max_length=20)
    person = models.CharField(_("kind of subject"), max_length=10)
    content = models.TextField(_("content"))
    sealed = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    not_public_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("proposed correction")
        verbose_name_plural = _("proposed corrections")
        ordering = ["batch_id", "sheet", "row_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch_id", "sheet", "row_number"],
                name="correction_proposed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.sheet} {self.row_number}"
