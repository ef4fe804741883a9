"""Records, their older versions, and corrections waiting to be decided."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem
from gongshi.domain.lifecycle import Mark, State
from gongshi.records.constraints import RECORD_CONSTRAINTS, RECORD_INDEXES

NOTED = (Mark.DISPUTED, Mark.REVOKED, Mark.OTHER)


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
    entered_by = models.CharField(_("entered by"), max_length=150)
    # The catalogue's item as it stood on the day of the decision
    item = models.ForeignKey(
        CatalogueItem,
        verbose_name=_("catalogue item"),
        null=True,
        on_delete=models.PROTECT,
        related_name="records",
        db_index=False,
    )
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
    publish_by = models.DateField(_("to be published by"), null=True)
    # Review; null and empty until somebody other than the enterer answers for it
    reviewed_by = models.CharField(_("reviewed by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    secrecy_checked_by = models.CharField(
        _("secrecy checked by"), max_length=150, blank=True
    )
    secrecy_checked_at = models.DateTimeField(_("secrecy checked at"), null=True)
    hold_reason = models.TextField(_("reason for waiting"), blank=True)
    hold_until = models.DateField(_("waits until"), null=True)
    # Publication; the first dates stay, whatever is corrected or taken back later
    published_at = models.DateTimeField(_("published at"), null=True)
    published_on = models.DateField(_("published on"), null=True)
    corrected_on = models.DateField(_("corrected on"), null=True)
    disputed_on = models.DateField(_("disputed since"), null=True)
    status_mark = models.CharField(_("change of state"), max_length=10, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True)
    withdraw_by = models.DateField(_("to be withdrawn by"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    removal_code = models.CharField(_("kind of reason"), max_length=40, blank=True)
    removal_reason = models.TextField(_("reason of the withdrawal"), blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = RECORD_CONSTRAINTS
        indexes = RECORD_INDEXES

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
    edition = models.CharField(_("standard edition"), max_length=20)
    entered_by = models.CharField(_("entered by"), max_length=150)
    reviewed_by = models.CharField(_("reviewed by"), max_length=150, blank=True)
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


class CorrectionState(models.TextChoices):
    """What became of a proposed correction."""

    OPEN = "open", _("Waits for a decision")
    TAKEN = "taken", _("Taken over")
    REFUSED = "refused", _("Refused")


class ProposedCorrection(models.Model):
    """A row that differs from the record already held; kept until decided.

    Identified by batch, sheet and row, so that a repeated chunk adds nothing. For a
    record of the same unit that nobody has approved, it is taken over when its batch
    is checked; otherwise somebody of the record's unit other than its enterer decides.
    """

    # Identification
    batch_id = models.UUIDField(_("batch"))
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    row_number = models.PositiveIntegerField(_("row"))
    # Provenance
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="proposed_corrections"
    )
    # Of the record, which never changes it: whose reviewers decide, for the index
    record_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_by = models.CharField(_("entered by"), max_length=150)
    received_at = models.DateTimeField(_("received at"))
    # Content, as in Record
    edition = models.CharField(_("standard edition"), max_length=20)
    person = models.CharField(_("kind of subject"), max_length=10)
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
    not_public_reason = models.CharField(max_length=40, blank=True)
    item = models.ForeignKey(
        CatalogueItem,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    publish_by = models.DateField(_("to be published by"), null=True)
    # Lifecycle
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=CorrectionState.choices,
        default=CorrectionState.OPEN,
    )
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    refusal = models.TextField(_("why it was refused"), blank=True)

    class Meta:
        verbose_name = _("proposed correction")
        verbose_name_plural = _("proposed corrections")
        ordering = ["batch_id", "sheet", "row_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch_id", "sheet", "row_number"],
                name="correction_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values),
                name="correction_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(entered_by=""), name="correction_entered_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("entered_by")),
                name="correction_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["record", "received_at"],
                condition=Q(state=CorrectionState.OPEN.value),
                name="correction_open",
            ),
            models.Index(
                fields=["record_unit", "received_at", "id"],
                condition=Q(state=CorrectionState.OPEN.value),
                name="correction_open_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.sheet} {self.row_number}"


class RecordMark(models.Model):
    """An objection or a change of state noted on a record; one open of each kind.

    `settled_at` ends an objection, or a change of state that was noted by mistake.
    """

    # Identification
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(_("kind"), max_length=10)
    # Provenance
    noted_by = models.CharField(_("noted by"), max_length=150)
    noted_at = models.DateTimeField(_("noted at"))
    # Content
    on = models.DateField(_("since"))
    reason = models.TextField(_("reason"))
    # Lifecycle
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["record", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind"],
                condition=Q(settled_at__isnull=True),
                name="record_mark_open_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[str(mark) for mark in NOTED]),
                name="record_mark_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="record_mark_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"
