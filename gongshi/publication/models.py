"""The change feed: every public change in one order, each chained to the last."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.audit.append_only import AppendOnly, AppendOnlyQuerySet
from gongshi.domain.feed import GENESIS, Operation


class ChangeQuerySet(AppendOnlyQuerySet["Change"]):
    """Reads the feed; refuses to change it."""

    def after(self, sequence: int) -> "ChangeQuerySet":
        """Return what follows a change, in order."""
        return self.filter(sequence__gt=sequence).in_order()


class Change(AppendOnly):
    """One link of the feed; identified by its place, never edited or deleted.

    `payload` is the canonical JSON text of what the public may know, already
    masked; `hash` is `domain.feed.chain_hash` over it and the hash before.
    """

    # Identification
    sequence = models.BigIntegerField(_("number"), primary_key=True)
    # Content; the record's id without a foreign key: the feed outlives it
    record_id = models.UUIDField(_("record"))
    operation = models.CharField(_("operation"), max_length=20)
    at = models.DateTimeField(_("time"))
    payload = models.TextField(_("public content"))
    # Chain
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["sequence"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="change_sequence_positive"
            ),
            models.CheckConstraint(
                condition=Q(operation__in=[str(each) for each in Operation]),
                name="change_operation_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.operation} {self.record_id}"


class FeedHead(models.Model):
    """The feed's last link: one row, locked by whoever appends.

    The lock is what keeps a change from becoming visible behind a later one.
    """

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_feed_head")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"


class UnitNotice(models.Model):
    """What the feed last said of a unit, so that it is never told twice."""

    unit = models.OneToOneField(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notice",
    )
    digest = models.CharField(max_length=64)  # `domain.feed.payload_digest`
    sequence = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("notice of a unit")
        verbose_name_plural = _("notices of units")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.sequence}"
