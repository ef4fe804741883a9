"""For which reasons a public record is withdrawn or its display ended early."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.domain.lifecycle import State
from gongshi.domain.privacy import mask_text
from gongshi.review.models import NoticeKind


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


# What the public reads of a decision that is kept back: not why.
HELD_IN_PUBLIC: Mapping[State, Promise] = {
    State.DEFERRED: _("Publication deferred"),
    State.NOT_PUBLIC: _("Not public by law"),
}
NOTICES: Mapping[State, NoticeKind] = {
    State.WITHDRAWN: NoticeKind.WITHDRAWN,
    State.ENDED: NoticeKind.WITHDRAWN,
    State.DEFERRED: NoticeKind.HELD,
    State.NOT_PUBLIC: NoticeKind.HELD,
}


def public_reason(label: str | Promise, text: str = "") -> str:
    """Return the sentence of a tombstone, in the language of the site, masked."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{label}：{mask_text(text.strip())}" if text.strip() else str(label)
