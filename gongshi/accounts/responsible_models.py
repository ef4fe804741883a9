"""Who answers by name for what a unit discloses (责任到人)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ResponsiblePerson(models.Model):
    """One person's time as the one who answers for a unit (notice 五(一)4).

    Identified by unit and first day. A unit has at most one without a last day, the
    present one; those before are kept.
    """

    # Identification
    unit = models.ForeignKey(
        "accounts.Unit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        related_name="responsible_persons",
        db_index=False,
    )
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    # Contact: for the credit authority; only `public_phone` is ever published
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    public_phone = models.CharField(_("public phone"), max_length=40, blank=True)
    # Provenance
    filed_on = models.DateField(_("filed on"))
    filed_by = models.CharField(_("filed by"), max_length=150)
    # Lifecycle
    from_date = models.DateField(_("answers from"))
    until_date = models.DateField(_("answers until"), null=True, blank=True)

    class Meta:
        verbose_name = _("responsible person")
        verbose_name_plural = _("responsible persons")
        ordering = ["unit", "-from_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "from_date"], name="responsible_begins_once"
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(until_date__isnull=True),
                name="responsible_one_at_present",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="responsible_is_named"),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""),
                name="responsible_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True)
                | Q(until_date__gte=F("from_date")),
                name="responsible_ends_after_beginning",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.from_date} {self.name}"

    def holds_on(self, day: date) -> bool:
        """Say whether the person answered for the unit on that day."""
        return self.from_date <= day and (
            self.until_date is None or day <= self.until_date
        )
