"""Guessing passwords: five failures for a name from an address, then a pause."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import FailedSignIn
from tests.factories import AT, MembershipFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

RIGHT = "苍梧-2016-春"
SAID = "The password was wrong 5 times. Wait 15 minutes"


@pytest.fixture
def name() -> str:
    """Return the name of a clerk, who needs no second factor, with that password."""
    user = MembershipFactory.create().user
    user.set_password(RIGHT)
    user.save()
    return user.username


def _try(client: Client, name: str, password: str, address: str = "10.0.0.1") -> str:
    """Return what the page says; nothing where one is let in."""
    fields = {"username": name, "password": password}
    response = client.post("/office/sign-in/", fields, REMOTE_ADDR=address)
    return "" if response.status_code == 302 else response.content.decode()


def _fail(client: Client, name: str, times: int = 5) -> None:
    for _ in range(times):
        assert SAID not in _try(client, name, "falsch")


def test_after_five_failures_the_right_password_waits_too(
    stranger: Client, name: str
) -> None:
    _fail(stranger, name)

    assert SAID in _try(stranger, name, RIGHT)


def test_a_name_that_nobody_has_is_treated_alike(stranger: Client) -> None:
    _fail(stranger, "niemand")

    assert SAID in _try(stranger, "niemand", "falsch")


def test_another_address_and_another_name_are_not_held_up(
    stranger: Client, name: str
) -> None:
    _fail(stranger, name)

    assert SAID not in _try(stranger, "niemand", "falsch")
    assert _try(stranger, name, RIGHT, address="10.0.0.2") == ""


def test_after_fifteen_minutes_one_may_try_again_and_nothing_is_kept(
    stranger: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail(stranger, name)
    later = AT + timedelta(minutes=15)
    monkeypatch.setattr(timezone, "now", lambda: later)

    _fail(stranger, "niemand", times=1)

    assert FailedSignIn.objects.get().username == "niemand"
    assert _try(stranger, name, RIGHT) == ""


def test_the_right_password_begins_the_count_anew(stranger: Client, name: str) -> None:
    _fail(stranger, name, times=4)
    assert _try(stranger, name, RIGHT) == ""
    stranger.post("/office/sign-out/")

    _fail(stranger, name, times=4)

    assert _try(stranger, name, RIGHT) == ""


def test_an_empty_form_is_no_failure(stranger: Client, name: str) -> None:
    _try(stranger, name, "")

    assert not FailedSignIn.objects.exists()
