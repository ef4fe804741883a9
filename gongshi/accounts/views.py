"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from gongshi.accounts.demo import DEMO_LOGINS
from gongshi.accounts.forms import SignInForm


class SignIn(LoginView):
    """Asks for name and password and goes on to the page that was asked for."""

    template_name = "office/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        """Let a page whose session has ended load anew instead of filling in a part."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponseClientRefresh()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Add the time, by which failures are counted."""
        return super().get_form_kwargs() | {"at": timezone.now()}

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Add the sample city's logins, in demo mode only."""
        logins = DEMO_LOGINS if settings.DEMO else ()
        return super().get_context_data(demo_logins=logins, **kwargs)
