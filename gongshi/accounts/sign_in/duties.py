"""What a person owes before any work: led there, and let in nowhere else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from gongshi.accounts.models import User

# Open to everybody who is signed in, whatever is owed.
_ALWAYS = frozenset({"account_login", "account_logout"})
_PASSWORD = frozenset({"account_change_password"})


class Duties:
    """Leads whoever signed in with a one-time password to choose another one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is owed is asked once the address is known."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Lead to what is owed; nothing: let the view answer."""
        if not request.path.startswith(settings.LOGIN_REDIRECT_URL):
            return None
        user = request.user
        if not isinstance(user, User):
            return None
        match = request.resolver_match
        name = match.url_name if match else None
        if name in _ALWAYS:
            return None
        if user.must_change_password and name not in _PASSWORD:
            return _lead(request, "account_change_password")
        return None


def _lead(request: HttpRequest, view: str) -> HttpResponseBase:
    response = redirect(view)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(response.url)
    return response
