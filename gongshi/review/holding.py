"""For which reasons a decision may wait, or stay from the public."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldReason(models.TextChoices):
    """Why a decision is not published, or not yet (notice 二(一); 政府信息公开条例)."""

    STATE_SECRET = "state-secret", _("State secret")
    TRADE_SECRET = "trade-secret", _("Trade secret")
    PRIVACY = "privacy", _("Personal privacy")
    SAFETY = "safety", _("National or public safety, economic or social stability")
    OTHER_LAW = "other-law", _("Another law or regulation")
