"""The sentences with which a review is refused."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: Mapping[str, Promise] = {
    "own-entry": _("Nobody reviews what they entered. Ask another reviewer."),
    "secrecy-unchecked": _(
        "Tick that the secrecy check was made; without it nothing is published."
    ),
    "unconfirmed": _(
        "A warning is not confirmed yet. Who entered it confirms it with a reason, on"
        " the page of the batch."
    ),
    "moved": _("Somebody was quicker: the record has moved on. Look at its state now."),
    "no-comment": _("Say what is wrong, at least once."),
    "no-reason": _("Choose a reason and write what it is."),
    "past-day": _("Give a day after today until which it waits."),
    "future-day": _("The day lies in the future. Give the day on which it happened."),
    "before-decision": _(
        "The day lies before the decision. Give the day on which it happened."
    ),
    "kept-by-rule": _("The rules keep this record inside; nobody can let it out."),
    "not-published": _("The record is not public, or not any more."),
    "marked-already": _("This is noted on the record already."),
    "names-its-item": _(
        "The row itself says which item it is. Correct it there if that is wrong."
    ),
    "no-such-item": _("The catalogue had no such item on the day of the decision."),
    "item-not-public": _(
        "The catalogue keeps this item from the public. Ask a reviewer to keep the"
        " record from the public, with the reason."
    ),
    "publishing": _(
        "The batch of this record is just being published. Try again in a minute."
    ),
    "not-ended": _("Its display has not ended early, or is on again."),
    "not-marked": _("This is not noted on the record, or not any more."),
}


def sentence(code: str) -> str:
    """Return what is wrong and what to do."""
    return str(_SENTENCES[code])
