"""Public pages: made once, and answered from what is kept while nothing has changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongshi.portal import finding, following, holding, queries
from gongshi.portal.keeping import KeptPage, kept_pages
from gongshi.portal.queries import CannotRead, FeedHead
from gongshi.portal.refusing import only_reading
from gongshi.portal.search import CannotFinish, bounded_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_KEPT_STATUSES = frozenset({200, 410})


def public_page(view: View[P]) -> View[P]:
    """Answer reading requests, from what is known where nothing has changed.

    A `CannotRead` that the view raises becomes a page that says so in a sentence.
    """

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if request.method not in holding.READING:
            return only_reading(request)
        hold = holding.hold_of(request)
        unchanged = holding.unchanged(request, hold)
        if unchanged is not None:
            return unchanged
        key = holding.key_of(request)
        kept = kept_pages.get(key)
        if kept is None or kept.tag != hold.tag:
            response = _made(view, request, *args, **kwargs)
            if response.status_code not in _KEPT_STATUSES:
                return response
            is_for_all = holding.is_for_all(request)
            kept = KeptPage.of(response, tag=hold.tag, is_for_all=is_for_all)
            kept_pages.put(key, kept)
        return holding.answer(request, kept, hold)

    return answered


def bounded_view(view: View[P]) -> View[P]:
    """Answer in time; a page that is not kept says in a sentence that it could not."""

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        return _made(view, request, *args, **kwargs)

    return answered


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or for htmx the part of it that has changed."""
    if part is not None and holding.asks_for_part(request):
        template = part
    else:
        context["feed_head"] = holding.head_of(request)
        context["feeds"] = following.announced(context)
    context["max_term"] = finding.MAX_TERM
    context["canonical"] = request.build_absolute_uri(request.path)
    return render(request, template, context, status=status)


def refused(request: HttpRequest, error: CannotRead) -> HttpResponse:
    """Say in a sentence why the request cannot be answered."""
    context = {"code": error.code, "q": request.GET.get("q", "")[: finding.MAX_TERM]}
    return page(request, "portal/refused.html", context, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that an address leads to nothing; its foot is that of every page."""
    return render(request, "404.html", {"feed_head": known_head()}, status=404)


def known_head() -> FeedHead | None:
    """Return the feed's head, if the store can be asked: a refusal needs no store."""
    try:
        return queries.feed_head()
    except Error:
        return None


def _made(
    view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        with bounded_page():
            return view(request, *args, **kwargs)
    except CannotRead as error:
        return refused(request, error)
    except CannotFinish:
        return refused(request, CannotRead("too-slow"))
