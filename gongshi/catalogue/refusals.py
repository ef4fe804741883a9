"""What the pages answer where a catalogue does not take something, or no more."""

from collections.abc import Mapping
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from gongshi.accounts.models import Unit
from gongshi.accounts.requests import P, View
from gongshi.catalogue.access import NoDraft

NO_EDIT: Mapping[str, object] = {
    "entrusted": gettext_lazy(
        "This body acts for its superior. Its items stand in the superior's catalogue."
    ),
    "has-draft": gettext_lazy("There is a draft already. Go on with that one."),
    "not-a-draft": gettext_lazy(
        "This version was approved or discarded meanwhile. Begin a new draft."
    ),
}
_REASONS: Mapping[str, object] = {
    **NO_EDIT,
    "not-entrusted-by-unit": gettext_lazy(
        "A body was taken from the unit meanwhile, so that nothing can be entrusted to"
        " it. Import the list again."
    ),
}
NO_APPROVAL: Mapping[str, object] = {
    "not-a-draft": gettext_lazy("This version was approved or discarded meanwhile."),
    "own-draft": gettext_lazy(
        "You have worked on this draft. Another person has to approve it."
    ),
    "changed-meanwhile": gettext_lazy(
        "The draft was changed after you opened it. Look at it again, then approve."
    ),
    "no-date": gettext_lazy(
        "The draft does not say from which day it shall be in force."
    ),
    "too-far": gettext_lazy(
        "The day lies more than a year ahead. Have an earlier one proposed."
    ),
    "too-early": gettext_lazy(
        "The version before comes into force on the same day or later. Choose a later"
        " day."
    ),
    "no-items": gettext_lazy("The draft has no items. Add or import some."),
}


def refused(request: HttpRequest, unit: Unit, code: str) -> HttpResponse:
    """Lead to the unit's catalogue and say why; `code` as in `CannotEdit`."""
    messages.error(request, str(_REASONS[code]))
    return redirect("catalogue:catalogue", code=unit.code)


def edits_draft(view: View[P]) -> View[P]:
    """Lead to the unit's catalogue and say so where its draft is gone meanwhile."""

    @wraps(view)
    def leading(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoDraft as error:
            return refused(request, error.unit, "not-a-draft")

    return leading
