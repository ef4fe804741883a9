"""Signing in and choosing a password: allauth's views with our pages."""

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from gongshi.accounts.demo import DEMO_LOGINS
from gongshi.accounts.models import User
from gongshi.accounts.sign_in.sessions import end_sessions, follow_session


class SignIn(LoginView):
    """Asks for name and password and goes on to the page that was asked for."""

    template_name = "office/sign_in.html"

    def dispatch(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        """Let a page whose session has ended load anew instead of filling in a part."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponseClientRefresh()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Add where to go on, and the sample city's logins in demo mode only."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        logins = DEMO_LOGINS if settings.DEMO else ()
        return found | {
            "next": found["redirect_field_value"],
            "demo_logins": logins,
        }


class ChangePassword(PasswordChangeView):
    """Asks for the present password and, twice, for the new one."""

    template_name = "office/account/password.html"

    def form_valid(self, form: Form) -> HttpResponse:
        """Let it hold, go on in this session and end the person's others."""
        user, before = self.request.user, self.request.session.session_key
        assert isinstance(user, User)
        response: HttpResponse = super().form_valid(form)
        after = self.request.session.session_key
        follow_session(before or "", after or "")
        end_sessions(user, but=after or "")
        messages.success(
            self.request,
            _("Your new password holds. Other sign-ins of yours have ended."),
        )
        return response

    def get_default_success_url(self) -> str:
        """Go on to the work."""
        return settings.LOGIN_REDIRECT_URL
