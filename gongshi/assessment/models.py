"""Nil reports: a unit says that it decided nothing of a kind in a month."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import Kind


class NilReport(models.Model):
    """A unit's word that a month brought no decision of a kind (零报告); given once.

    Identified by unit, month (its first day) and kind. Records that come later
    contradict it; both stay, and coverage shows so.
    """

    # Identification
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="nil_reports", db_index=False
    )
    month = models.DateField(_("month"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # Content
    reason = models.CharField(_("reason"), max_length=500)
    # Provenance
    filed_by = models.CharField(_("filed by"), max_length=150)
    filed_at = models.DateTimeField(_("filed at"))

    class Meta:
        verbose_name = _("nil report")
        verbose_name_plural = _("nil reports")
        ordering = ["-month", "unit", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month", "kind"], name="nil_report_filed_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="nil_report_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="nil_report_names_a_month"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="nil_report_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["month", "unit"], name="nil_report_of_month")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m} {self.kind}"
