"""What the office API answers where it refuses: always a code and a sentence."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gongshi.validation.api_problems import problem

MOST_ROWS = 5000

_MESSAGES: Mapping[str, tuple[int, Promise]] = {
    "token-missing": (
        401,
        _("The call carries no token. Send “Authorization: Bearer <token>”."),
    ),
    "token-unknown": (
        401,
        _("The token is not known. Compare it with the one issued."),
    ),
    "token-expired": (
        401,
        _("The token has expired. Ask your unit's administrator for a new one."),
    ),
    "token-revoked": (
        401,
        _("The token was revoked. Ask your unit's administrator for a new one."),
    ),
    "scope-missing": (
        403,
        _("The token only reads. Use one that may hand in records."),
    ),
    "not-found": (404, _("There is nothing at this address for your unit.")),
    "method-not-allowed": (405, _("This address does not answer to this method.")),
    "key-reused": (
        409,
        _("The idempotency key came with other content before. Use a new key."),
    ),
    "length-missing": (
        411,
        _(
            "The call does not say how long it is. Send it whole, with a"
            " “Content-Length”, not in chunks."
        ),
    ),
    "too-large": (
        413,
        _("The call is larger than %(limit)s MB. Send the rows in several batches."),
    ),
    "too-many-rows": (
        413,
        _("The batch has more than %(limit)s rows. Send them in several batches."),
    ),
    "bad-json": (400, _("The body cannot be read as JSON in UTF-8. Correct it.")),
    "bad-request": (
        422,
        _("The call does not have the form that is described. See `details`."),
    ),
    "too-many-calls": (
        429,
        _("More than %(limit)s calls came in a minute. Wait %(wait)s seconds."),
    ),
}


class Refused(Exception):
    """The call is refused; `code` is one of the messages above."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _MESSAGES[self.code][0]

    def body(self) -> dict[str, Any]:
        """Return the answer, in the language of the call."""
        message = str(_MESSAGES[self.code][1])
        return {"code": self.code, "message": message % self.values, "details": []}


class WrongParts(Refused):
    """Parts of the call are not as described; `problems` says how, place by place."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("bad-request")
        self.problems = problems

    def body(self) -> dict[str, Any]:
        """Return the answer, which names them."""
        details = [{"place": p, "problem": text} for p, text in self.problems.items()]
        return super().body() | {"details": details}


def refusals() -> list[dict[str, Any]]:
    """Return every code with its status and sentence, for the description."""
    values = {"limit": "…", "wait": "…"}
    return [
        {"code": code, "status": status, "message": str(message) % values}
        for code, (status, message) in _MESSAGES.items()
    ]


def answer_refusals(api: NinjaAPI) -> None:
    """Give every refusal of the API, and of the library below it, the same form."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        response = api.create_response(request, error.body(), status=error.status)
        if "wait" in error.values:
            response.headers["Retry-After"] = str(error.values["wait"])
        return _with_challenge(response)

    @api.exception_handler(AuthenticationError)
    def unauthenticated(
        request: HttpRequest, error: AuthenticationError
    ) -> HttpResponse:
        body = Refused("token-missing").body()
        return _with_challenge(api.create_response(request, body, status=401))

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return api.create_response(request, Refused("bad-json").body(), status=400)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        if any(_is_too_long(fault) for fault in error.errors):
            too_many = Refused("too-many-rows", limit=MOST_ROWS)
            return api.create_response(request, too_many.body(), status=413)
        body = Refused("bad-request").body()
        body["details"] = [_place(fault) for fault in error.errors]
        return api.create_response(request, body, status=422)


def _is_too_long(fault: Mapping[str, Any]) -> bool:
    return fault["type"] == "too_long" and tuple(fault["loc"])[-1:] == ("rows",)


def _place(fault: Mapping[str, Any]) -> dict[str, str]:
    # Where and what, but never the value: it may be an identity number.
    place = ".".join(str(part) for part in fault["loc"])
    return {"place": place, "problem": problem(fault["type"], fault.get("ctx", {}))}


def _with_challenge(response: HttpResponse) -> HttpResponse:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="gongshi"'
    return response
