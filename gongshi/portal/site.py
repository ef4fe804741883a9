"""What every public page knows of the site it belongs to."""

from django.conf import settings
from django.http import HttpRequest

_PUBLIC = {"portal", "open", "open-api"}


def context(request: HttpRequest) -> dict[str, object]:
    """Say whether an office is behind this site, and whether this page is public.

    A public page links to an office only where there is one, and never opens a
    session: it must not ask for messages.
    """
    match = request.resolver_match
    return {
        "has_office": not settings.APART,
        "is_public": match is None or match.namespace in _PUBLIC,
    }
