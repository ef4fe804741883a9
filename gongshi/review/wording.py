"""The words of the review pages: states, marks, reasons."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.domain.lifecycle import NAMES, Mark, State
from gongshi.review.reasons import REPLACED

STATES: Mapping[State, Promise] = {state: _(name) for state, name in NAMES.items()}
TONES: Mapping[State, str] = {
    State.CHECKED: "warn",
    State.RETURNED: "bad",
    State.APPROVED: "warn",
    State.PUBLISHED: "good",
    State.DEFERRED: "note",
    State.NOT_PUBLIC: "quiet",
    State.WITHDRAWN: "bad",
    State.ENDED: "quiet",
}
ICONS: Mapping[State, str] = {
    State.CHECKED: "hourglass-split",
    State.RETURNED: "arrow-counterclockwise",
    State.APPROVED: "patch-check",
    State.PUBLISHED: "check-circle",
    State.DEFERRED: "pause-circle",
    State.NOT_PUBLIC: "eye-slash",
    State.WITHDRAWN: "slash-circle",
    State.ENDED: "archive",
}
MARKS: Mapping[Mark, Promise] = {
    Mark.DISPUTED: _("Objection (disputed)"),
    Mark.REVOKED: _("Decision revoked"),
    Mark.OTHER: _("Other change of state"),
}
# Why a record stays inside: found by the rules, the catalogue, or decided by people.
NOT_PUBLIC: Mapping[str, Promise] = {
    "not-public": _("Simple procedure, or for sharing or enquiry only"),
    "minor-subject": _("A minor"),
    "item-not-public": _("The catalogue keeps this item from the public"),
    "state-secret": _("State secret"),
    "trade-secret": _("Trade secret"),
    "privacy": _("Personal privacy"),
    "safety": _("National or public safety, economic or social stability"),
    "other-law": _("Another law or regulation"),
    REPLACED: _("Entered wrongly; another record takes its place"),
}
