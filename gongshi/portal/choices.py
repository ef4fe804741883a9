"""What the public reads of kinds and levels, as tables and pages both name them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongshi.domain import standards, units


class Kind(models.TextChoices):
    """What a decision is, as the public reads it."""

    LICENCE = standards.Kind.LICENCE.value, _("Administrative licence")
    PENALTY = standards.Kind.PENALTY.value, _("Administrative penalty")


class Level(models.TextChoices):
    """At which level of government a unit stands."""

    PROVINCE = units.Level.PROVINCE.value, _("Province")
    CITY = units.Level.CITY.value, _("City")
    COUNTY = units.Level.COUNTY.value, _("County, district or zone")
