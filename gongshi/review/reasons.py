"""For which reasons a decision waits, stays inside, is withdrawn or ends early."""

from django.db import models
from django.utils.translation import gettext_lazy as _

REPLACED = "replaced"  # why a record is not public whose successor was handed in


class HoldReason(models.TextChoices):
    """Why a decision is not published, or not yet (notice 二(一); 政府信息公开条例)."""

    STATE_SECRET = "state-secret", _("State secret")
    TRADE_SECRET = "trade-secret", _("Trade secret")
    PRIVACY = "privacy", _("Personal privacy")
    SAFETY = "safety", _("National or public safety, economic or social stability")
    OTHER_LAW = "other-law", _("Another law or regulation")


class WithdrawalReason(models.TextChoices):
    """Why a decision is taken back from the public."""

    REVOKED = "revoked", _("The decision was revoked or changed by law")
    WRONG = "wrong", _("Published by mistake")
    NOT_FOR_PUBLIC = "not-for-public", _("Not to be public by law")
    DUPLICATE = "duplicate", _("Published twice")
    OTHER = "other", _("Other reason")


class EndReason(models.TextChoices):
    """Why the display of a decision ends before its time."""

    REPAIR = "repair", _("Credit repair granted")
    LAW = "law", _("The law ends the period")
    OTHER = "other", _("Other reason")
