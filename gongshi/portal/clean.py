"""Refuses addresses and forms that hold what no text does, before any page looks."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from gongshi.portal.queries import CannotRead
from gongshi.portal.refusing import refused_json

# Where programs ask, and what else a refusal has there.
_FOR_PROGRAMS: Mapping[str, Mapping[str, object]] = {
    "/open/api/v1/": {},
    "/api/v1/": {"details": []},
}


class CleanAddress:
    """Answers 400 where the path holds a NUL: databases refuse it in a value.

    Queries are read more carefully, by the pages that know what they ask for; a NUL
    in one is refused here too, as no page has use for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, or refuse it."""
        query: str = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or b"\x00" in unquote_to_bytes(query):
            return _refusal(request)
        return self._get_response(request)


class CleanForm:
    """Answers 400 where a form that was sent holds a NUL, in a name or a value.

    Stands behind `CsrfViewMiddleware`, which has read the form, within the bounds of
    uploads, to find its token: nothing is read here that was not read before. Views
    without that protection read what comes to them themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _args: object,
        _kwargs: object,
    ) -> HttpResponseBase | None:
        """Refuse the form, or let the view look at it."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        texts = (text for name, sent in request.POST.lists() for text in (name, *sent))
        return _refusal(request) if any("\x00" in text for text in texts) else None


def _refusal(request: HttpRequest) -> HttpResponse:
    for prefix, more in _FOR_PROGRAMS.items():
        if request.path.startswith(prefix):
            return refused_json(CannotRead("not-text"), **more)
    return HttpResponseBadRequest(render_to_string("400.html"))
