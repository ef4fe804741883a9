"""The step of the second factor, which a provider may have done already."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


def provider_asked(request: HttpRequest, user: AbstractBaseUser | None = None) -> bool:
    """Say whether this session came by a provider that asks for a second factor."""
    if settings.SINGLE_SIGN_ON is None or not settings.SINGLE_SIGN_ON.second_factor:
        return False
    who = user or request.user
    if not isinstance(who, AbstractBaseUser):
        return False
    records = get_authentication_records(request, who)
    return any(record["method"] == "socialaccount" for record in records)


class SecondFactor(AuthenticateStage):
    """Asks for the second factor of whoever has one, unless the provider did."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if provider_asked(request, self.login.user):
            return False
        asks: bool = super()._should_handle(request)
        return asks
