"""All addresses of Gongshi, and `/empty`: what any page is measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from gongshi.urls import urlpatterns as addresses


def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: what server, middleware and Django cost by themselves."""
    return HttpResponse()


urlpatterns = [path("empty", empty), *addresses]
