"""The feeds' addresses: of everything, a kind, a region, a unit, a subject."""

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongshi.portal import syndication
from gongshi.portal.answers import answer, open_to_all
from gongshi.portal.queries import feed_head
from gongshi.portal.syndication import ATOM, SCOPES, Feed


@require_safe
def everything(request: HttpRequest, form: str) -> HttpResponseBase:
    """Answer with what was published in the last ten days."""
    return _answer(request, form, syndication.everything)


@require_safe
def of_scope(request: HttpRequest, scope: str, key: str, form: str) -> HttpResponseBase:
    """Answer with what is of one kind, region, unit or subject."""
    if "\x00" in key:
        raise Http404("No such feed.")
    return _answer(request, form, lambda on: SCOPES[scope](key, on))


def _answer(
    request: HttpRequest, form: str, find: Callable[[date], Feed]
) -> HttpResponseBase:
    head, on = feed_head(), timezone.localdate()
    site = request.build_absolute_uri("/").rstrip("/")
    address = request.build_absolute_uri(request.path)

    def make() -> HttpResponseBase:
        feed = find(on)
        if form == ATOM:
            text = syndication.atom(feed, site=site, address=address, head=head)
            return HttpResponse(text, content_type="application/atom+xml")
        values = syndication.json_feed(feed, site=site, address=address, head=head)
        return JsonResponse(
            values,
            content_type="application/feed+json",
            json_dumps_params={"ensure_ascii": False},
        )

    return open_to_all(answer(request, head, on, make))
