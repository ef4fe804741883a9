"""The government's single sign-on (OpenID Connect): who it may let in, and how."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.noting import note_unknown
from gongshi.addresses import address_of


class GovernmentSignOn(DefaultSocialAccountAdapter):
    """Lets in those who have an account, by the subject or else by the user name."""

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        """Say no: administrators create people."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person, or send them back with a sentence.

        The subject is remembered at the first time: whoever is given the user name in
        the provider later is somebody else. What the provider tells of the person
        beyond that is not kept.
        """
        claims = _claims(sociallogin.account.extra_data)
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            self._connect(request, sociallogin, claims)
        if sociallogin.user is None or not sociallogin.user.is_active:
            self._refuse(request)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: object = None,
        extra_context: object = None,
    ) -> None:
        """Go back to the sign-in page and say that it failed."""
        messages.error(
            request,
            _(
                "The single sign-on did not succeed. Try again, or sign in with your"
                " password."
            ),
        )
        raise ImmediateHttpResponse(redirect("account_login"))

    def _connect(
        self, request: HttpRequest, sociallogin: SocialLogin, claims: Mapping[str, Any]
    ) -> None:
        configured = settings.SINGLE_SIGN_ON
        assert configured is not None  # nobody comes this way without
        name = claims.get(configured.username_claim)
        user = (
            User.objects.filter(
                username=name, is_active=True, socialaccount=None
            ).first()
            if isinstance(name, str) and name
            else None
        )
        if user is None:
            self._refuse(request)
        sociallogin.connect(request, user)

    def _refuse(self, request: HttpRequest) -> NoReturn:
        note_unknown(address_of(request), step="single-sign-on", at=_now())
        messages.error(
            request,
            _(
                "The single sign-on knows you, but you have no account here. Ask your"
                " unit's administrator for one."
            ),
        )
        raise ImmediateHttpResponse(redirect("account_login"))


def _claims(extra_data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is told of the person, by name; both sources together."""
    found: dict[str, Any] = {}
    for source in ("id_token", "userinfo"):
        told = extra_data.get(source)
        found |= told if isinstance(told, dict) else {}
    return found


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - an adapter is an edge, as a view is
