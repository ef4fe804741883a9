"""Ends a session after idle time: what a person does prolongs it, polling does not."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gongshi.accounts.sign_in.sessions import note_use

_MINUTE = "minute"  # of the last use; the session is written once a minute at most


class IdleTime:
    """Counts SESSION_COOKIE_AGE from the last page of the office that was asked for.

    A page that htmx keeps current would live for ever on a forgotten screen: what
    htmx fetches by itself prolongs nothing. What it posts, a person has typed. Public
    pages open no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Prolong the session where a person asks, then answer."""
        if _is_persons_own(request):
            now = timezone.now()  # noqa: TID251 - a middleware is an edge, as a view is
            minute = int(now.timestamp()) // 60
            is_old = request.session.get(_MINUTE) != minute
            # Asked after the first look into it: one that has ended is empty by now.
            if is_old and not request.session.is_empty():
                request.session[_MINUTE] = minute
                note_use(request.session.session_key or "", now)
        return self._get_response(request)


def _is_persons_own(request: HttpRequest) -> bool:
    return (
        request.path.startswith(settings.LOGIN_REDIRECT_URL)
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and (request.method == "POST" or request.headers.get("HX-Request") != "true")
    )
