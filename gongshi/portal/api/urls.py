"""Addresses of the public interface, below /open/api/v1/; reading only."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.utils import timezone

from gongshi.portal.answers import answer, open_to_all
from gongshi.portal.api.documentation import page
from gongshi.portal.api.operations import api, refusal_of_unknown
from gongshi.portal.queries import feed_head

View = Callable[..., HttpResponseBase]
_READING = "GET, HEAD, OPTIONS"


def _for_everybody(view: View, operation: str) -> View:
    """Let all sites read the answers, and keep them as long as the feed's head holds."""

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = _READING
            response["Access-Control-Allow-Headers"] = "If-None-Match"
        elif request.method not in ("GET", "HEAD"):
            response = HttpResponse(status=405)
        elif (refusal := refusal_of_unknown(request, operation)) is not None:
            response = refusal
        else:
            request.method = "GET"  # the server sends no body where none is wanted
            response = answer(
                request,
                feed_head(),
                timezone.localdate(),
                lambda: view(request, *args, **kwargs),
            )
        response["Allow"] = _READING
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return open_to_all(response)

    return answered


def _pattern(made: URLPattern | URLResolver) -> URLPattern:
    assert isinstance(made, URLPattern)
    made.callback = _for_everybody(made.callback, made.name or "")
    return made


_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("open/api/", page, name="api-documentation"),
    path(
        "open/api/v1/",
        include(([_pattern(each) for each in _patterns], _namespace), _namespace),
    ),
]
