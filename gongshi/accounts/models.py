"""Units, the people who work in them and their roles."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A body that makes, reviews or supervises disclosures.

    Identified by its code: a short local one such as `lyg-hbj`, or the credit
    code. The unified credit code, where known, names no other unit.
    """

    # Identification
    code = models.CharField(_("unit code"), max_length=40)
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    # Place
    region_code = models.CharField(_("region code"), max_length=6)
    superior = models.ForeignKey(
        "self",
        verbose_name=_("superior unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subordinates",
    )
    # Rollout: decisions from this day on are disclosed (notice 四(四)2)
    start_date = models.DateField(_("discloses decisions since"))

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="unit_code_unique"),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="unit_credit_code_unique",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="unit_is_named"
            ),
            models.CheckConstraint(
                condition=Q(superior__isnull=True) | ~Q(superior=F("id")),
                name="unit_not_its_own_superior",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.short_name or self.name}"


class Role(models.TextChoices):
    """What a person may do in a unit."""

    PUBLISHER = "publisher", _("Uploads and publishes")


class User(AbstractUser):
    """A person who signs in, identified by the user name.

    `unit` is where the person works, shown on the pages; rights come from
    memberships only.
    """

    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.username


class Membership(models.Model):
    """One role of one person in one unit; given once."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=40, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], name="membership_given_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"


class FailedSignIn(models.Model):
    """A sign-in that was refused: which name, from where, when; kept for minutes.

    The name is what was typed, whether such a user exists or not.
    """

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["username", "address", "at"], name="failed_sign_in"),
            models.Index(fields=["at"], name="failed_sign_in_at"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.at}"
