"""What each unit must disclose: its catalogue of items, in versions."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.catalogue.link_check import LinkState
from gongshi.domain import standards


class Kind(models.TextChoices):
    """What a decision on an item is."""

    LICENCE = standards.Kind.LICENCE.value, _("Administrative licence")
    PENALTY = standards.Kind.PENALTY.value, _("Administrative penalty")


class Subjects(models.TextChoices):
    """Whom decisions on an item are about."""

    LEGAL = "legal", _("Legal persons and other organisations")
    NATURAL = "natural", _("Natural persons")
    ANY = "any", _("Legal and natural persons")


class VersionState(models.TextChoices):
    """What was decided about a version; whether it is in force its date says."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")


class CatalogueVersion(models.Model):
    """One version of a unit's catalogue (双公示目录); identified by unit and number.

    A version is in force from its date until the day before the next approved
    one's: no two can overlap, as each approved version of a unit has a day of its
    own, and nothing needs to run at midnight. An approved version never changes.
    Entrusted bodies have none: their items stand in their superior's.
    """

    # Identification
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        related_name="catalogue_versions",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("version"))
    # Provenance; `edited_by` are all who had a hand in it, none of whom approves
    drafted_by = models.CharField(_("drafted by"), max_length=150)
    drafted_at = models.DateTimeField(_("drafted at"))
    edited_by = models.JSONField(_("edited by"), default=list)
    revision = models.PositiveIntegerField(_("edits"), default=0)
    # Lifecycle
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=VersionState.choices,
        default=VersionState.DRAFT,
    )
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")
        ordering = ["unit", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"], name="catalogue_version_number_unique"
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state=VersionState.DRAFT.value),
                name="catalogue_one_draft_per_unit",
            ),
            models.UniqueConstraint(
                fields=["unit", "effective_from"],
                condition=Q(state=VersionState.APPROVED.value),
                name="catalogue_versions_do_not_overlap",
            ),
            models.CheckConstraint(
                condition=~Q(drafted_by="") & ~Q(approved_by=F("drafted_by")),
                name="catalogue_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=VersionState.DRAFT.value,
                    approved_by="",
                    approved_at__isnull=True,
                )
                | Q(
                    ~Q(approved_by=""),
                    state=VersionState.APPROVED.value,
                    approved_at__isnull=False,
                    effective_from__isnull=False,
                ),
                name="catalogue_approval_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be edited."""
        return self.state == VersionState.DRAFT


class CatalogueItem(models.Model):
    """One item that a unit decides on; identified by version, kind and code.

    The same item of another version is another row: a record is bound to the one
    that was in force on the day of its decision. Empty periods mean those of law:
    7 working days to publish, 7 years on display.
    """

    # Identification
    version = models.ForeignKey(
        CatalogueVersion, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("item code"), max_length=64)
    name = models.CharField(_("item name"), max_length=256)
    # Content
    basis = models.TextField(_("legal basis"), blank=True)
    subjects = models.CharField(
        _("kinds of subject"),
        max_length=10,
        choices=Subjects.choices,
        default=Subjects.ANY,
    )
    is_public = models.BooleanField(_("public"), default=True)
    not_public_reason = models.CharField(
        _("why not public"), max_length=256, blank=True
    )
    publish_working_days = models.PositiveSmallIntegerField(
        _("working days to publish"), null=True, blank=True
    )
    display_years = models.PositiveSmallIntegerField(
        _("years on display"), null=True, blank=True
    )
    entrusted_to = models.ForeignKey(
        Unit,
        verbose_name=_("entrusted to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entrusted_items",
    )
    # Validity
    from_date = models.DateField(_("valid from"), default=date(2015, 7, 1))
    until_date = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("catalogue item")
        verbose_name_plural = _("catalogue items")
        ordering = ["kind", "code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "code"], name="catalogue_item_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="catalogue_item_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(subjects__in=Subjects.values),
                name="catalogue_item_subjects_known",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="catalogue_item_is_named"
            ),
            models.CheckConstraint(
                condition=Q(is_public=True, not_public_reason="")
                | (Q(is_public=False) & ~Q(not_public_reason="")),
                name="catalogue_item_hidden_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(publish_working_days__isnull=True)
                | Q(publish_working_days__gte=1),
                name="catalogue_item_publish_days_positive",
            ),
            models.CheckConstraint(
                condition=Q(display_years__isnull=True) | Q(display_years__gte=1),
                name="catalogue_item_display_years_positive",
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True)
                | Q(until_date__gte=F("from_date")),
                name="catalogue_item_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind} {self.code}"


class SiteState(models.TextChoices):
    """Whether a unit's publication site answers."""

    OK = LinkState.OK.value, _("Answers")
    ERROR = LinkState.ERROR.value, _("Answers with an error")
    NO_ANSWER = LinkState.NO_ANSWER.value, _("Does not answer")
    TIMEOUT = LinkState.TIMEOUT.value, _("Takes too long")
    INSECURE = LinkState.INSECURE.value, _("Certificate is not trusted")
    REDIRECTS = LinkState.REDIRECTS.value, _("Redirects too often")
    NOT_ALLOWED = LinkState.NOT_ALLOWED.value, _("Is no public web address")


class SiteCheck(models.Model):
    """How a unit's publication site was found last; one row per unit.

    `due_at` is when it is looked at next; whoever moves it on does the check.
    """

    unit = models.OneToOneField(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="site_check",
    )
    address = models.CharField(_("site address"), max_length=500)
    due_at = models.DateTimeField(_("next check"))
    # Outcome; empty until the first check is done
    state = models.CharField(
        _("state"), max_length=20, choices=SiteState.choices, blank=True
    )
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)

    class Meta:
        verbose_name = _("check of a site")
        verbose_name_plural = _("checks of sites")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["", *SiteState.values]),
                name="site_check_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.state}"
