"""How a reader wants the pages: colours and size of type, kept in cookies."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEME_COOKIE, TYPE_COOKIE = "gongshi_theme", "gongshi_type"
THEMES = ("light", "dark")
LARGE = "large"
_AGE = 365 * 24 * 3600
# What the buttons of a page send, and which cookie keeps it; an empty value forgets.
_CHOICES = {
    ("theme", "light"): THEME_COOKIE,
    ("theme", "dark"): THEME_COOKIE,
    ("theme", ""): THEME_COOKIE,
    ("type", LARGE): TYPE_COOKIE,
    ("type", ""): TYPE_COOKIE,
}


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """`theme` is light, dark or empty, where the reader's device decides."""

    theme: str = ""
    is_large: bool = False


def appearance_of(request: HttpRequest) -> Appearance:
    """Return how the reader who asks wants the pages."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Appearance(
        theme=theme if theme in THEMES else "",
        is_large=request.COOKIES.get(TYPE_COOKIE) == LARGE,
    )


def keep_choice(request: HttpRequest, response: HttpResponse) -> None:
    """Let the response keep what the form's button chose; pass over all else."""
    for name in ("theme", "type"):
        value = request.POST.get(name)
        if value is None or (name, value) not in _CHOICES:
            continue
        cookie = _CHOICES[name, value]
        if not value:
            response.delete_cookie(cookie, samesite="Lax")
            continue
        response.set_cookie(
            cookie,
            value,
            max_age=_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
