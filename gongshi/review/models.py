"""What reviewers write to those who entered a record, and who has read it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.records.models import Record


class ReviewComment(models.Model):
    """What is wrong with one field of one version of a record, or with all of it.

    An empty `field` means the record as a whole. A later version answers it.
    """

    # Identification
    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="comments"
    )
    version = models.PositiveIntegerField(_("version"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    # Provenance
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    # Content
    text = models.TextField(_("comment"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["record", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.version} {self.field}"


class NoticeKind(models.TextChoices):
    """What somebody is told about a record."""

    RETURNED = "returned", _("Returned to you")
    PUBLISHED = "published", _("Published")
    CORRECTION_TAKEN = "correction_taken", _("Your correction was taken over")
    CORRECTION_REFUSED = "correction_refused", _("Your correction was refused")
    HELD = "held", _("Kept back from the public")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISPUTED = "disputed", _("Disputed")
    REVOKED = "revoked", _("Marked as revoked")
    REPLACED = "replaced", _("Handed in again as another record: withdraw this one")


class Notice(models.Model):
    """One piece of news for one person, unread until the record's page is opened."""

    # Identification
    recipient = models.CharField(_("for"), max_length=150)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    # Provenance
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    # Lifecycle
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(recipient=""), name="notice_has_a_recipient"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-at"],
                condition=Q(read_at__isnull=True),
                name="notice_unread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.kind} {self.record_id}"
