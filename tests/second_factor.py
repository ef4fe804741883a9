"""A code application for tests: its secret, and the codes that it shows."""

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from gongshi.accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of people in tests
_PERIOD = 30


def give_factor(user: User) -> None:
    """Let the person have set up the code application."""
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": get_adapter().encrypt(SECRET)}},
    )


def code(secret: str = SECRET, *, later: int = 0) -> str:
    """Return the code of now, or of some periods later or earlier."""
    counter = int(time.time()) // _PERIOD + later
    return str(format_hotp_value(hotp_value(secret, counter)))
