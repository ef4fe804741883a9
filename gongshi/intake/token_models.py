"""Tokens with which a department's own system speaks to the office."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit


class TokenScope(models.TextChoices):
    """What a token allows."""

    READ = "read", _("Read batches and records")
    SUBMIT = "submit", _("Hand in records, and read")


class ApiToken(models.Model):
    """A secret of one unit's system; only its SHA-256 is kept.

    Identified by unit and name; a name is not given again after the token is
    revoked, so that `token:<name>` in old records means what it meant.
    """

    # Identification
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="tokens", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    secret_hash = models.CharField(max_length=64)
    beginning = models.CharField(_("begins with"), max_length=10)
    # Permission
    scope = models.CharField(_("scope"), max_length=10, choices=TokenScope.choices)
    # Provenance
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"))
    # Lifecycle
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.CharField(_("revoked by"), max_length=150, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    # Use: how many calls in which minute, counted for the limit
    minute = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], name="token_name_unique_in_unit"
            ),
            models.UniqueConstraint(fields=["secret_hash"], name="token_secret_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="token_has_a_name"),
            models.CheckConstraint(
                condition=Q(scope__in=TokenScope.values), name="token_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="token_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"

    @property
    def username(self) -> str:
        """The name under which its records are entered."""
        return f"token:{self.name}"

    def is_usable(self, at: datetime) -> bool:
        """Say whether calls with it are answered at that time."""
        return self.revoked_at is None and self.expires_at > at
