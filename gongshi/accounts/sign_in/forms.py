"""The forms of signing in: names of fields that browsers remember, and counting."""

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.forms import (
    AuthenticateForm,
    BaseAuthenticateForm,
    ReauthenticateForm,
)
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Step
from gongshi.accounts.sign_in.noting import note_failure
from gongshi.accounts.throttle import MOST, WITHIN, Attempt
from gongshi.addresses import address_of

_TOO_MANY = _(
    "The code was wrong %(most)s times. Wait %(minutes)s minutes and try again, or ask"
    " your administrator."
)
_USED = _("This code was used already. Wait for the next one.")


class SignInForm(LoginForm):
    """Asks for name and password; what is checked stands in the adapter."""

    def add_prefix(self, field_name: str) -> str:
        """Call the name `username` in the page."""
        return "username" if field_name == "login" else super().add_prefix(field_name)


class _Counted(BaseAuthenticateForm):
    """Counts wrong codes for the person, wherever they come from."""

    def clean_code(self) -> str:
        """Refuse after too many failures, or ask whether the code fits."""
        attempt = self._attempt()
        if attempt.is_refused:
            figures = {"most": MOST, "minutes": int(WITHIN.total_seconds()) // 60}
            raise ValidationError(_TOO_MANY, "too-many", figures)
        try:
            code: str = super().clean_code()
            self._use_up(code)
        except ValidationError:
            attempt.note_failure()
            note_failure(attempt)
            raise
        attempt.forget_failures()
        return code

    def _attempt(self) -> Attempt:
        return Attempt(
            username=self.user.username,
            address=address_of(context.request),
            at=timezone.now(),  # noqa: TID251 - allauth makes the form, no view of ours
            step=Step.SECOND_FACTOR,
        )

    def _use_up(self, code: str) -> None:
        # allauth forgets a used code after one period; with some tolerance for slow
        # clocks it would be good a little longer.
        if self.authenticator.type != Authenticator.Type.TOTP:
            return
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        key = f"gongshi.code:{self.user.pk}:{code.strip()}"
        if not cache.add(key, "used", timeout=periods * app_settings.TOTP_PERIOD):
            raise ValidationError(_USED, "used")


class SecondFactorForm(_Counted, AuthenticateForm):
    """Asks for a code while signing in."""


class ConfirmForm(_Counted, ReauthenticateForm):
    """Asks for a code before something that needs care."""
