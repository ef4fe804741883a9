"""Units, the people who work in them and their roles."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.responsible_models import ResponsiblePerson
from gongshi.domain import units
from gongshi.domain.units import UnitKind

__all__ = [
    "FailedSignIn",
    "Kind",
    "Level",
    "Membership",
    "ResponsiblePerson",
    "Role",
    "Unit",
    "User",
]


class Kind(models.TextChoices):
    """By which title a unit makes decisions."""

    GOVERNMENT = UnitKind.GOVERNMENT.value, _("Government or zone administration")
    DEPARTMENT = UnitKind.DEPARTMENT.value, _("Government department")
    AUTHORISED = UnitKind.AUTHORISED.value, _("Body authorised by law")
    ENTRUSTED = UnitKind.ENTRUSTED.value, _("Entrusted body")
    VERTICAL = UnitKind.VERTICAL.value, _("Vertically managed body")


class Level(models.TextChoices):
    """At which level of government a unit stands."""

    PROVINCE = units.Level.PROVINCE.value, _("Province")
    CITY = units.Level.CITY.value, _("City")
    COUNTY = units.Level.COUNTY.value, _("County, district or zone")


class Unit(models.Model):
    """A body that makes, reviews or supervises disclosures.

    Identified by its code: a short local one such as `lyg-hbj`, or the credit
    code. The unified credit code, where known, names no other unit. The superior is
    the unit above it in the city; of a vertically managed body the government in
    whose area its disclosure is gathered, of an entrusted one the unit that entrusts.
    """

    # Identification
    code = models.CharField(_("unit code"), max_length=40)
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    kind = models.CharField(
        _("kind of unit"),
        max_length=20,
        choices=Kind.choices,
        default=Kind.DEPARTMENT,
    )
    level = models.CharField(
        _("level"), max_length=10, choices=Level.choices, default=Level.CITY
    )
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
    credit_authority = models.ForeignKey(
        "self",
        verbose_name=_("credit authority that it reports to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supervised",
    )
    # Publication site; without one, its page on the credit site (notice 四(三)1)
    site_name = models.CharField(_("publication site"), max_length=100, blank=True)
    site_address = models.URLField(_("site address"), max_length=500, blank=True)
    # Rollout: decisions from this day on are disclosed (notice 四(四)2)
    start_date = models.DateField(_("discloses decisions since"))
    # Validity
    valid_from = models.DateField(_("exists since"), default=date(2000, 1, 1))
    valid_until = models.DateField(_("exists until"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in UnitKind]),
                name="unit_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[str(level) for level in units.Level]),
                name="unit_level_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind=str(UnitKind.ENTRUSTED)) | Q(superior__isnull=False),
                name="unit_entrusted_by_its_superior",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.short_name or self.name}"

    def exists_on(self, day: date) -> bool:
        """Say whether the unit existed on that day."""
        return self.valid_from <= day and (
            self.valid_until is None or day <= self.valid_until
        )

    def discloses_in(self, first: date, last: date) -> bool:
        """Say whether any day of the period is one of which it discloses decisions."""
        begins = max(self.start_date, self.valid_from)
        return begins <= last and (
            self.valid_until is None or first <= self.valid_until
        )

    @property
    def is_entrusted(self) -> bool:
        """Whether it acts for its superior, under whose name it publishes."""
        return self.kind == Kind.ENTRUSTED


class Role(models.TextChoices):
    """What a person does for a unit and everything below it; see permissions.csv."""

    ENTERER = "enterer", _("Enters")  # 填报
    REVIEWER = "reviewer", _("Reviews")  # 审核
    UNIT_ADMIN = "unit_admin", _("Unit administrator")  # 单位管理员
    COUNTY_OFFICE = "county_office", _("County credit office")  # 县区信用管理部门
    CENTRE = "centre", _("City information centre")  # 市信息中心
    CREDIT_OFFICE = "credit_office", _("City credit office")  # 市信用办
    AUDITOR = "auditor", _("Auditor")  # 审计
    SYSTEM_ADMIN = "system_admin", _("System administrator")  # 系统管理员


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

    # The password was given by somebody else: good for one sign-in until then
    one_time_until = models.DateTimeField(
        _("one-time password holds until"), null=True, blank=True
    )

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.username

    @property
    def must_change_password(self) -> bool:
        """Whether the first thing to do is to choose a password of one's own."""
        return self.one_time_until is not None


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


class Step(models.TextChoices):
    """What was wrong in a sign-in that was refused."""

    PASSWORD = "password", _("Password")
    SECOND_FACTOR = "second-factor", _("Second factor")


class FailedSignIn(models.Model):
    """A sign-in that was refused: which name, from where, when; kept for minutes.

    The name is what was typed, whether such a user exists or not.
    """

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    step = models.CharField(max_length=20, choices=Step.choices, default=Step.PASSWORD)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=Step.values), name="failed_sign_in_step_known"
            ),
        ]
        indexes = [
            models.Index(fields=["username", "address", "at"], name="failed_sign_in"),
            models.Index(fields=["at"], name="failed_sign_in_at"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.at}"


class SignIn(models.Model):
    """Somebody came in: when, from where, with which browser; and the session since.

    Identified by the session's key, which a change of the password renews. Whether
    the session still lives is asked of the session itself.
    """

    # Identification
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="sign_ins", db_index=False
    )
    session_key = models.CharField(max_length=40)
    # Provenance
    address = models.CharField(_("network address"), max_length=64)
    browser = models.CharField(_("browser"), max_length=100)
    # Lifecycle
    at = models.DateTimeField(_("signed in at"))
    last_used_at = models.DateTimeField(_("last used at"))

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session_key"], name="sign_in_session_once"
            ),
            models.CheckConstraint(
                condition=Q(last_used_at__gte=F("at")), name="sign_in_used_after_it"
            ),
        ]
        indexes = [models.Index(fields=["user", "at"], name="sign_in_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at} {self.address}"


class CacheEntry(models.Model):
    """What sign-in remembers for minutes, for all web servers: limits, used codes.

    The table of Django's database cache, which has these columns.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
