"""The sign-in form: name and password, not too often wrong."""

from datetime import datetime
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.requests import address_of
from gongshi.accounts.throttle import MOST, WITHIN, Attempt

_TOO_MANY = _(
    "The password was wrong %(most)s times. Wait %(minutes)s minutes and try again, or"
    " ask your administrator for a new one."
)


class SignInForm(AuthenticationForm):
    """Django's form, which does not look at the password after too many failures."""

    def __init__(
        self, request: HttpRequest, *, at: datetime, **options: object
    ) -> None:
        super().__init__(request, **options)
        self._address = address_of(request)
        self._at = at

    def clean(self) -> dict[str, Any]:
        """Refuse, or ask whether name and password belong together."""
        name = self.cleaned_data.get("username", "")
        attempt = Attempt(username=name, address=self._address, at=self._at)
        if attempt.is_refused:
            figures = {"most": MOST, "minutes": int(WITHIN.total_seconds()) // 60}
            raise ValidationError(_TOO_MANY, "too-many", figures)
        try:
            cleaned = super().clean()
        except ValidationError:
            attempt.note_failure()
            raise
        if self.user_cache is not None:
            attempt.forget_failures()
        return cleaned
