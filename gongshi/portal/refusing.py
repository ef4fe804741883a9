"""What machines are told whose request has no meaning: 400, and how to ask instead."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from gongshi.portal.queries import CannotRead

_SENTENCES = {
    "bad-number": _("Write the number with digits only, such as 1200."),
    "bad-limit": _("Ask for 1 to 5,000 changes at a time."),
    "too-long": _("The search is too long; part of the name is enough."),
    "not-text": _("The search holds characters that are no text; type it again."),
    "unknown-kind": _("The kind is licence or penalty."),
    "unknown-option": _("The address holds an option that this page does not have."),
    "unknown-level": _("The level is province, city or county."),
    "unknown-region": _("Write the region as its code of 2 to 12 digits."),
    "unknown-order": _("The order is newest or oldest."),
    "bad-date": _("Write days as 2016-03-01."),
    "bad-period": _("The period ends before it begins; exchange the two days."),
    "too-slow": _(
        "The search took too long and was broken off; add a word or a filter."
    ),
    "bad-cursor": _("Use the cursor as an earlier page gave it, or leave it out."),
}
_ANY = _("The address is incomplete or mistyped.")


def sentence(code: str) -> str:
    """Return what is wrong and what to do, in the reader's language."""
    return str(_SENTENCES.get(code, _ANY))


def only_reading(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that an address of a portal apart is for reading only.

    What is posted there is looked up or kept in the reader's own cookie, and needs no
    token; all else that would write comes to nothing.
    """
    return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})


def refused_json(error: CannotRead, **more: object) -> JsonResponse:
    """Return what is wrong with the address, and `more` members."""
    body = {"code": error.code, "message": sentence(error.code), **more}
    response = JsonResponse(body, status=400)
    response["Access-Control-Allow-Origin"] = "*"
    return response
