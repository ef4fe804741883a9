"""Pages of signing in and of one's own account, on the way and full of things."""

from collections.abc import Callable, Mapping

from allauth.mfa.models import Authenticator
from django.test import Client

from gongshi.accounts.models import Role, Unit, User
from tests.factories import MembershipFactory
from tests.second_factor import code

PASSWORD = "the sea at dawn 3207"  # noqa: S105 - of people who live for one test
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; HarmonyOS) Chrome/114.0.0.0 Mobile Safari/537.36",
)


def _reviewer(unit: Unit, *, second_factor: bool = True) -> User:
    user = MembershipFactory.create(
        user__unit=unit,
        user__username="wang",
        user__first_name="王山",
        role=Role.REVIEWER,
        second_factor=second_factor,
    ).user
    user.set_password(PASSWORD)
    user.save()
    return user


def _enter(agent: str = _AGENTS[0], *, later: int | None = None) -> Client:
    """Sign in, with the code of so many periods later where one is asked for."""
    client = Client(headers={"User-Agent": agent})
    given = {"username": "wang", "password": PASSWORD}
    client.post("/office/sign-in/", given)
    if later is not None:
        client.post("/office/sign-in/second-factor/", {"code": code(later=later)})
    return client


def _owed(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit, second_factor=False)
    return _enter(), "/office/account/second-factor/"


def _authenticator(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit, second_factor=False)
    return _enter(), "/office/account/authenticator/"


def _passkey(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit)
    return _enter(later=0), "/office/account/passkeys/add"


def _codes(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit)
    client = _enter(later=0)
    client.post("/office/account/recovery-codes/new")
    return client, "/office/account/recovery-codes/"


def _new_codes(unit: Unit) -> tuple[Client, str]:
    client, _path = _codes(unit)
    return client, "/office/account/recovery-codes/new"


def _removal(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit)
    return _enter(later=0), "/office/account/authenticator/remove"


def _step(unit: Unit) -> tuple[Client, str]:
    _reviewer(unit)
    return _enter(), "/office/sign-in/second-factor/"


def _account(unit: Unit) -> tuple[Client, str]:
    user = _reviewer(unit)
    _enter(_AGENTS[1], later=0)
    client, path = _enter(later=1), "/office/account/"
    client.post("/office/account/recovery-codes/new")
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "办公电脑指纹", "credential": {}},
    )
    return client, path


SCENES: Mapping[str, Callable[[Unit], tuple[Client, str]]] = {
    "factor-owed": _owed,
    "authenticator": _authenticator,
    "passkey": _passkey,
    "recovery-codes": _codes,
    "recovery-codes-new": _new_codes,
    "factor-removal": _removal,
    "second-step": _step,
    "account": _account,
}
