"""What a page says where something sealed does not open."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.sealing import CannotUnseal

_log = logging.getLogger(__name__)


class Sealed:
    """Says that a key is missing, instead of an error nobody understands.

    Whoever reads can do nothing about it; the operator can, so the log says it, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the views do."""
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Return the page that says so; nothing: it is another error."""
        if not isinstance(exception, CannotUnseal):
            return None
        _log.error(
            "A sealed value did not open (%s). Add the key that sealed it to"
            " GONGSHI_FIELD_KEYS.",
            exception.code,
        )
        return render(request, "office/sealed.html", status=503)
