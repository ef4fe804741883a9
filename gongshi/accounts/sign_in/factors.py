"""Second factors: who needs one, how their secrets are kept, who takes them away."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.access import roles_of
from gongshi.accounts.models import User
from gongshi.accounts.permissions import needs_second_factor
from gongshi.accounts.sign_in.sessions import end_sessions
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.sealing import is_current, reseal, seal, unseal

# allauth's hook does not say whose secret it is; it is bound to its purpose only.
_CONTEXT = b"second factor"
# Where the sealed text of each type stands in its data.
_SEALED = {
    Authenticator.Type.TOTP.value: "secret",
    Authenticator.Type.RECOVERY_CODES.value: "seed",
}
# What is a factor by itself; recovery codes stand in for one of these.
FULL = (Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value)


class SecondFactors(DefaultMFAAdapter):
    """Seals secrets with the registry's key; says what is wrong in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code does not fit. Look at the newest one, and whether the clock of"
            " your telephone is right."
        ),
        "cannot_generate_recovery_codes": _("Set up a second factor first."),
    }

    def encrypt(self, text: str) -> str:
        """Return the secret sealed, as text."""
        sealed = seal(text.encode(), context=_CONTEXT)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; raises `CannotUnseal`."""
        sealed = base64.b64decode(encrypted_text)
        return unseal(sealed, context=_CONTEXT).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Return the user name, which stands beside the codes in the application."""
        return user.get_username()

    def generate_authenticator_name(
        self, user: AbstractBaseUser, type: Authenticator.Type
    ) -> str:
        """Return such as `Passkey 2`."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def has_second_factor(user: User) -> bool:
    """Say whether the person has set up a code application or a passkey; one query."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FULL).exists()


def owes_second_factor(user: User) -> bool:
    """Say whether the person's roles need a second factor that is not there yet."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    needs = user.is_superuser or needs_second_factor(roles_of(user))
    return needs and not has_second_factor(user)


@dataclass(frozen=True, kw_only=True)
class ShownFactors:
    """What a person has set up: the code application, passkeys, codes that are left."""

    totp: Authenticator | None
    passkeys: Sequence[Authenticator]
    codes_left: int | None

    @property
    def are_there(self) -> bool:
        """Whether there is any factor; recovery codes alone are none."""
        return bool(self.totp or self.passkeys)


def shown_factors(user: User) -> ShownFactors:
    """Return the person's factors, the oldest first; one query."""
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    by_type = {factor.type: factor for factor in found}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return ShownFactors(
        totp=by_type.get(Authenticator.Type.TOTP),
        passkeys=[f for f in found if f.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


@transaction.atomic
def take_factors_away(user: User, *, by: Actor, at: datetime) -> int:
    """Remove all second factors of somebody who lost them; return how many.

    The person sets up new ones at the next sign-in. All their sessions end.
    """
    removed, _by_table = Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user)
    record_event(
        at=at,
        by=by,
        action="accounts.take_factors_away",
        target=Target(kind="user", key=user.username[:64]),
    )
    return removed


def note_factor(user: User, *, action: str, kind: str, by: Actor, at: datetime) -> None:
    """Note that a person added or removed a factor, or made new recovery codes."""
    record_event(
        at=at,
        by=by,
        action=action,
        target=Target(kind="user", key=user.username[:64]),
        details={"factor": kind},
    )


def reseal_factors() -> int:
    """Reseal all secrets that an older key sealed; return how many.

    Raises:
        CannotUnseal: a key that sealed something is missing from the settings.
    """
    keys = list(
        Authenticator.objects.filter(type__in=_SEALED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_reseal(key) for key in keys)


@transaction.atomic
def _reseal(key: int) -> int:
    factor = Authenticator.objects.select_for_update().filter(pk=key).first()
    if factor is None:
        return 0
    name = _SEALED[factor.type]
    sealed = base64.b64decode(factor.data[name])
    if is_current(sealed):
        return 0
    fresh = base64.b64encode(reseal(sealed, context=_CONTEXT)).decode()
    factor.data = factor.data | {name: fresh}
    factor.save(update_fields=["data"])
    return 1
