"""The help pages; public, so that one can read how to sign in before one has."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongshi.pipeline.help import (
    INDEX,
    ROLE_PAGES,
    CannotFindHelp,
    help_page,
    help_pages,
)


@require_safe
def page(request: HttpRequest, name: str = INDEX) -> HttpResponse:
    """Show a help page beside the list of all of them."""
    try:
        shown = help_page(name)
    except CannotFindHelp as error:
        raise Http404 from error
    pages = help_pages()
    of_roles = set(ROLE_PAGES.values())
    context = {
        "shown": shown,
        "role_pages": [each for each in pages if each.name in of_roles],
        "task_pages": [each for each in pages if each.name not in of_roles],
    }
    return render(request, "office/help.html", context)
