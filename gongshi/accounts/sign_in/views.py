"""Signing in, choosing a password, one's own account: allauth's views, our pages."""

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from gongshi.accounts.demo import DEMO_LOGINS
from gongshi.accounts.models import User
from gongshi.accounts.sign_in import sessions
from gongshi.accounts.sign_in.factors import owes_second_factor, shown_factors
from gongshi.addresses import address_of


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
            "single_sign_on": settings.SINGLE_SIGN_ON,
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
        sessions.follow_session(before or "", after or "")
        sessions.end_sessions(user, but=after or "")
        messages.success(
            self.request,
            _("Your new password holds. Other sign-ins of yours have ended."),
        )
        return response

    def get_default_success_url(self) -> str:
        """Go on to the work."""
        return settings.LOGIN_REDIRECT_URL


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Show the password's, the factors' and the sessions' state, and the last sign-in."""
    user = request.user
    assert isinstance(user, User)
    session = request.session
    return render(
        request,
        "office/account/account.html",
        {
            "factors": shown_factors(user),
            "sessions": sessions.open_sessions(user, timezone.now()),
            "current": session.session_key,
            "last_address": session.get(sessions.PREVIOUS_ADDRESS, ""),
        },
    )


@login_required
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say why a second factor is needed and offer the ways to set one up."""
    user = request.user
    assert isinstance(user, User)
    return render(
        request,
        "office/account/second_factor.html",
        {
            "is_owed": owes_second_factor(user),
            "has_totp": Authenticator.objects.filter(
                user_id=user.pk, type=Authenticator.Type.TOTP
            ).exists(),
        },
    )


@login_required
@require_POST
def end_session(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    """End one of the person's own other sessions."""
    user = request.user
    assert isinstance(user, User)
    by = sessions.as_themselves(user, address_of(request))
    sessions.end_session(
        user,
        sign_in_id,
        but=request.session.session_key or "",
        by=by,
        at=timezone.now(),
    )
    messages.success(request, _("That sign-in has ended."))
    return redirect("account")
