"""What the public and the enterer are told of a decision that leaves the public."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.domain.lifecycle import State
from gongshi.domain.privacy import mask_text
from gongshi.review.models import NoticeKind

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
