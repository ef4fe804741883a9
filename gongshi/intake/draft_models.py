"""Records being entered: kept for the person who enters them until handed in."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit, User


class Draft(models.Model):
    """What somebody has typed into a form so far; identified by the form's own id.

    Its values are sealed whole, as identity numbers are among them. It is no record:
    nobody but its owner sees it, and no rule has judged it.
    """

    # Identification
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    # Provenance; `record_id` is the record that is being corrected, if one is
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="drafts", db_index=False
    )
    form = models.CharField(_("form"), max_length=40)
    record_id = models.UUIDField(_("record"), null=True)
    started_at = models.DateTimeField(_("begun at"))
    saved_at = models.DateTimeField(_("saved at"))
    # Content
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.CheckConstraint(
                condition=Q(saved_at__gte=F("started_at")),
                name="draft_saved_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-saved_at"], name="draft_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.form}"
