"""What the public store holds of units and their catalogues."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongshi.portal.choices import Kind, Level


class PublishedUnit(models.Model):
    """A unit as the public knows it: who answers for what, and where it publishes.

    Small enough to lie whole on every node of a sharded store.
    """

    code = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=256)
    short_name = models.CharField(max_length=64, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    level = models.CharField(max_length=16, choices=Level.choices)
    kind = models.CharField(max_length=16)
    region_code = models.CharField(max_length=12)
    superior_code = models.CharField(max_length=64, blank=True)
    superior_name = models.CharField(max_length=256, blank=True)
    entrusted_by = models.CharField(max_length=64, blank=True)
    responsible = models.CharField(max_length=128, blank=True)
    responsible_post = models.CharField(max_length=64, blank=True, default="")
    responsible_phone = models.CharField(max_length=64, blank=True, default="")
    exists_until = models.DateField(null=True)
    site_name = models.CharField(max_length=128, blank=True)
    site_address = models.CharField(max_length=500, blank=True)
    decisions_since = models.DateField()
    catalogue_version = models.PositiveIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "published_unit"
        verbose_name = _("published unit")
        verbose_name_plural = _("published units")
        constraints = [
            models.CheckConstraint(
                name="published_unit_level_known",
                condition=models.Q(level__in=Level.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PublishedItem(models.Model):
    """One item of a unit's catalogue in force (双公示目录); replaced with its unit.

    Identified by `key`: unit, kind and code of the item, joined with "/".
    """

    key = models.CharField(max_length=160, primary_key=True)
    unit_code = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=256)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    basis = models.TextField(blank=True)
    subjects = models.CharField(max_length=128, blank=True)
    is_public = models.BooleanField()
    not_public_reason = models.CharField(max_length=256, blank=True)
    publish_days = models.PositiveIntegerField(null=True)
    display_years = models.PositiveIntegerField(null=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True)

    class Meta:
        db_table = "published_item"
        verbose_name = _("published catalogue item")
        verbose_name_plural = _("published catalogue items")
        indexes = [
            models.Index(
                fields=["unit_code", "kind", "code"], name="published_item_of_unit"
            ),
            models.Index(fields=["code"], name="published_item_code"),
        ]
        constraints = [
            models.CheckConstraint(
                name="published_item_kind_known",
                condition=models.Q(kind__in=Kind.values),
            ),
        ]

    def __str__(self) -> str:
        return self.key
