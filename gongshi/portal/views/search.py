"""Searching: all records of legal persons; a natural person's by name and number."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gongshi.portal import finding, narrowing, presentation
from gongshi.portal.counting import moment
from gongshi.portal.pages import page, public_page, refused
from gongshi.portal.queries import CannotRead


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what a search finds, or how to search."""
    query = finding.read_query(request.GET, on=timezone.localdate())
    choices = narrowing.choices()
    chosen = narrowing.chosen(query, choices)
    context: dict[str, Any] = {
        "query": query,
        "params": query.to_params(),
        "kind": query.kind,
        "q": query.text,
        "term": query.term,
        "choices": choices,
        "chosen": chosen,
        "path": request.path,
    }
    if query.term or chosen:
        after = request.GET.get("after")
        now = moment()
        found = finding.find(query, after=after, now=now)
        context["page"] = found
        context["results"] = presentation.results(found.records, query.term)
        context["found"] = finding.count(query, first=None if after else found, now=now)
    return page(request, "portal/search.html", context, part="portal/_results.html")


# Changes nothing: posted only so that a person's name stands in no address and no log.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """Show the records of the person whose full name and decision number were given."""
    name = request.POST.get("name", "")
    number = request.POST.get("number", "")
    is_offered = bool(settings.PERSON_SEARCH_KEY)
    is_asked = is_offered and request.method == "POST"
    context: dict[str, Any] = {
        "is_asked": is_asked,
        "is_offered": is_offered,
        "term": "",
    }
    try:
        if is_asked:
            found = finding.find_person(name, number, on=timezone.localdate())
            context["results"] = presentation.results(found)
    except CannotRead as error:
        return _unkept(refused(request, error))
    return _unkept(page(request, "portal/person.html", context))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
