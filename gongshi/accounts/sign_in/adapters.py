"""Where django-allauth asks us: who is let in, what is counted, what is noted."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Step, User
from gongshi.accounts.sign_in import passwords
from gongshi.accounts.sign_in.browsers import browser_name
from gongshi.accounts.sign_in.noting import note_failure, note_sign_out
from gongshi.accounts.sign_in.sessions import (
    PREVIOUS_ADDRESS,
    PREVIOUS_SIGN_IN,
    as_themselves,
    last_sign_in,
    note_sign_in,
)
from gongshi.accounts.throttle import MOST, WITHIN, Attempt
from gongshi.addresses import address_of

_TOO_MANY = _(
    "The password was wrong %(most)s times. Wait %(minutes)s minutes and try again, or"
    " ask your administrator for a new one."
)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - an adapter is an edge, as a view is


class OfficeAccounts(DefaultAccountAdapter):
    """Nobody signs up; every try is counted; every coming and going is an event."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "User name and password do not belong together. Look at capital letters, or"
            " ask your administrator for a new password."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "There were too many failures under this name or from your address. Wait a"
            " few minutes and try again."
        ),
        "rate_limited": _("That was too often. Wait a minute and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: administrators create people."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the audit trail has it."""
        return address_of(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Say no: pages are answered with pages."""
        return False

    def add_message(self, *arguments: object, **options: object) -> None:
        """Say nothing: the pages say what happened."""

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Refuse after too many failures, whether the password is right or not."""
        if self._attempt(request, credentials).is_refused:
            figures = {"most": MOST, "minutes": int(WITHIN.total_seconds()) // 60}
            raise ValidationError(_TOO_MANY, "too-many", figures)
        super().pre_authenticate(request, **credentials)

    def authenticate(
        self, request: HttpRequest, **credentials: object
    ) -> AbstractBaseUser | None:
        """Return whom name and password belong to; a one-time password ends by time."""
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        if user.one_time_until is not None and user.one_time_until < _now():
            raise ValidationError(
                _(
                    "The one-time password has expired. Ask your administrator for a new"
                    " one."
                ),
                "expired",
            )
        self._attempt(request, credentials).forget_failures()
        return user

    def authentication_failed(
        self, request: HttpRequest, **credentials: object
    ) -> None:
        """Count and note a wrong password."""
        attempt = self._attempt(request, credentials)
        attempt.note_failure()
        note_failure(attempt)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session and note it; show when and from where the last one began."""
        assert isinstance(user, User)
        before = last_sign_in(user)
        super().login(request, user)
        if before is not None:
            request.session[PREVIOUS_SIGN_IN] = before.at.isoformat()
            request.session[PREVIOUS_ADDRESS] = before.address
        records = get_authentication_records(request, user)
        assert request.session.session_key is not None
        note_sign_in(
            user,
            request.session.session_key,
            by=as_themselves(user, address_of(request)),
            browser=browser_name(request.headers.get("User-Agent", "")),
            how=[str(record.get("type") or record["method"]) for record in records],
            at=_now(),
        )

    def logout(self, request: HttpRequest) -> None:
        """End the session and note it."""
        user = request.user
        if isinstance(user, User):
            note_sign_out(user, by=as_themselves(user, address_of(request)), at=_now())
        super().logout(request)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """Ask for the second factor where there is one, never for the password alone."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_factor = [one for one in methods if one["id"] != "reauthenticate"]
        described = {
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [
            one | {"description": described.get(one["id"], one["description"])}
            for one in by_factor or methods
        ]

    def is_reauthentication_required(self, *, app: str, **options: object) -> bool:
        """Ask again only some minutes after the person came in by all that they have."""
        request = self.request
        records = get_authentication_records(request, request.user)
        latest = max((float(record["at"]) for record in records), default=0.0)
        since: float = time.time() - latest
        return since >= float(account_settings.REAUTHENTICATION_TIMEOUT)

    def get_login_stages(self) -> list[str]:
        """Name the one step between the password and being in."""
        return ["gongshi.accounts.sign_in.steps.SecondFactor"]

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Let the password that the person chose hold."""
        assert isinstance(user, User)
        by = as_themselves(user, address_of(self.request))
        passwords.choose_password(user, password, by=by, at=_now())

    def _attempt(
        self, request: HttpRequest, credentials: Mapping[str, object]
    ) -> Attempt:
        return Attempt(
            username=str(credentials.get("username", ""))[:150],
            address=address_of(request),
            at=_now(),
            step=Step.PASSWORD,
        )
