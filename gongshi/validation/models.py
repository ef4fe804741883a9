"""What the rules said of a batch: all of it packed, the first of each rule to list."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.models import Batch


class Finding(models.Model):
    """One finding for the pages; the first hundred of each rule are kept so.

    Identified by batch, rule and place in the order of the file.
    """

    # Identification
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="findings", db_index=False
    )
    code = models.CharField(_("rule"), max_length=40)
    position = models.PositiveIntegerField()
    # Place
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    row = models.PositiveIntegerField(_("row"), null=True)
    column = models.CharField(_("column"), max_length=3, blank=True)
    # Content
    field = models.CharField(_("field"), max_length=40, blank=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    value = models.TextField(_("value"), blank=True)
    severity = models.CharField(_("severity"), max_length=10)
    expected = models.TextField(_("expected"), blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["batch", "code", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "code", "position"], name="finding_position_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.code} {self.position}"


class Confirmation(models.Model):
    """Why a batch's warnings of one rule are right; identified by batch and rule."""

    # Identification
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="confirmations", db_index=False
    )
    code = models.CharField(_("rule"), max_length=40)
    # Content
    reason = models.CharField(_("reason"), max_length=500)
    count = models.PositiveIntegerField(_("places"))
    # Provenance
    confirmed_by = models.CharField(_("confirmed by"), max_length=150)
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmed warning")
        verbose_name_plural = _("confirmed warnings")
        ordering = ["batch", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "code"], name="warning_confirmed_once"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="warning_confirmed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.code}"


class FindingPart(models.Model):
    """All findings of one part of a batch's file as Parquet; by batch and position."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="finding_parts", db_index=False
    )
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of the findings")
        verbose_name_plural = _("parts of the findings")
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"], name="finding_part_position_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"


class PowerListImport(models.Model):
    """One power list that was read into a unit's draft, and what was found in it.

    `version` is the number of the draft that the good rows went to, null where there
    were none; `marked` is the sender's own workbook with the bad cells marked.
    """

    # Identification
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="power_list_imports"
    )
    # Provenance
    name = models.CharField(_("file"), max_length=200)
    imported_by = models.CharField(_("imported by"), max_length=150)
    imported_at = models.DateTimeField(_("imported at"))
    # Outcome
    version = models.PositiveIntegerField(_("version"), null=True)
    counts = models.JSONField(_("figures"), default=dict)
    findings = models.BinaryField()  # FINDING_SCHEMA as Parquet
    marked = models.BinaryField()

    class Meta:
        verbose_name = _("import of a power list")
        verbose_name_plural = _("imports of power lists")
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.name} {self.imported_at:%Y-%m-%d}"
