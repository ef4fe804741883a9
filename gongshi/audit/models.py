"""The table of events and the head of its chain."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongshi.audit.append_only import AppendOnly, AppendOnlyQuerySet
from gongshi.audit.chain import event_hash
from gongshi.domain.feed import GENESIS

# What the hash covers besides number, time and the hash before, in this order.
CHAINED = (
    "username",
    "role",
    "unit_code",
    "address",
    "action",
    "target_kind",
    "target_id",
    "details",
    "changes",
    "reason",
)


class EventQuerySet(AppendOnlyQuerySet["Event"]):
    """Reads events; refuses to change them."""

    def about(self, kind: str, key: str) -> "EventQuerySet":
        """Return the events about one subject, in order."""
        return self.filter(target_kind=kind, target_id=key).in_order()


class Event(AppendOnly):
    """One write, by whom and when; never edited, never deleted.

    Identified by its place in the chain. Holds no foreign keys: it outlives
    whatever it tells of. `hash` covers every other column and the hash before.
    """

    # Identification
    sequence = models.BigIntegerField(_("number"), primary_key=True)
    # Provenance
    at = models.DateTimeField(_("time"))
    username = models.CharField(_("user"), max_length=150)
    role = models.CharField(_("role"), max_length=40, blank=True)
    unit_code = models.CharField(_("unit"), max_length=40, blank=True)
    address = models.CharField(_("network address"), max_length=64, blank=True)
    # Content
    action = models.CharField(_("action"), max_length=80)
    target_kind = models.CharField(_("subject"), max_length=40)
    target_id = models.CharField(_("subject number"), max_length=64)
    # Canonical JSON, personal data masked
    details = models.TextField(_("details"))
    changes = models.TextField(_("before and after"), default="{}")
    reason = models.TextField(_("reason"), blank=True)
    # Chain
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["sequence"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="event_sequence_positive"
            ),
        ]
        indexes = [
            # Each ends in the order of the page, and in the number that tells
            # events of one moment apart.
            models.Index(fields=["target_id", "at", "sequence"], name="event_target"),
            models.Index(fields=["unit_code", "at", "sequence"], name="event_unit"),
            models.Index(
                fields=["unit_code", "action", "at", "sequence"],
                name="event_unit_action",
            ),
            models.Index(fields=["username", "at", "sequence"], name="event_person"),
            models.Index(fields=["address", "at", "sequence"], name="event_address"),
            models.Index(fields=["action", "at", "sequence"], name="event_action"),
            models.Index(fields=["at", "sequence"], name="event_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def computed_hash(self) -> str:
        """Return the hash that the event's own columns call for."""
        return event_hash(
            self.previous_hash,
            sequence=self.sequence,
            at=self.at,
            parts=[getattr(self, name) for name in CHAINED],
        )


class EventHead(models.Model):
    """The chain's last link: one row, locked by whoever appends.

    Deleting the newest events leaves the chain sound but not this row.
    """

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_event_head")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
