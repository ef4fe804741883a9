"""What a person owes before any work: led there, and let in nowhere else."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.factors import owes_second_factor
from gongshi.accounts.sign_in.steps import provider_asked

# Open to everybody who is signed in, whatever is owed.
_ALWAYS = frozenset({"account_login", "account_logout"})
_FOR_PASSWORD = frozenset({"account_change_password"})
_FOR_FACTOR = _FOR_PASSWORD | {
    "second-factor",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_add_webauthn",
}


class Duties:
    """Leads to the password of one's own first, then to the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is owed is asked once the address is known."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Lead to what is owed; nothing: let the view answer."""
        match = request.resolver_match
        name = match.url_name if match else None
        if not request.path.startswith(settings.LOGIN_REDIRECT_URL) or name in _ALWAYS:
            return None
        owed = _owed(request)
        if owed is None or name in owed[1]:
            return None
        return _lead(request, owed[0])


def _owed(request: HttpRequest) -> tuple[str, frozenset[str]] | None:
    """Return the page where to do what is owed, and the addresses open meanwhile."""
    user = request.user
    if not isinstance(user, User):
        return None
    if user.must_change_password:
        return "account_change_password", _FOR_PASSWORD
    if not provider_asked(request) and owes_second_factor(user):
        return "second-factor", _FOR_FACTOR
    return None


def _lead(request: HttpRequest, view: str) -> HttpResponseBase:
    response = redirect(view)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(response.url)
    return response
