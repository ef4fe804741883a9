"""The second factor: who must have one, how it is asked for and kept."""

import json
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, User
from gongshi.accounts.permissions import needs_second_factor
from gongshi.accounts.sign_in.factors import (
    owes_second_factor,
    reseal_factors,
    take_factors_away,
)
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from tests.factories import AT, MembershipFactory, UserFactory
from tests.second_factor import SECRET, code, give_factor
from tests.sign_in.conftest import PASSWORD, fresh_browser, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

SET_UP = "/office/account/second-factor/"
STEP = "/office/sign-in/second-factor/"
SAID = "The code was wrong 5 times. Wait 15 minutes"
WITHOUT = {Role.ENTERER, Role.AUDITOR}


@pytest.fixture
def wang() -> User:
    """Return a reviewer who knows a password and has no second factor yet."""
    membership = MembershipFactory.create(
        role=Role.REVIEWER, user__username="wang", second_factor=False
    )
    membership.user.set_password(PASSWORD)
    membership.user.save()
    return membership.user


def _send(client: Client, given: str, address: str = "10.0.0.1") -> str:
    """Send the code; return what the page says, nothing where one is let in."""
    response = client.post(STEP, {"code": given}, REMOTE_ADDR=address)
    return "" if response.status_code == 302 else response.content.decode()


def _set_up(client: Client) -> str:
    """Set the code application up in the pages; return its secret."""
    page = client.get("/office/account/authenticator/").content.decode()
    found = re.search(r'class="secret code">([A-Z2-7]+)<', page)
    assert found is not None
    response = client.post("/office/account/authenticator/", {"code": code(found[1])})
    assert response.headers["Location"] == "/office/account/recovery-codes/"
    return found[1]


@pytest.mark.parametrize("role", Role)
def test_who_reviews_or_administers_needs_one(role: Role) -> None:
    assert needs_second_factor([role]) == (role not in WITHOUT)
    user = MembershipFactory.create(role=role, second_factor=False).user
    assert owes_second_factor(user) == (role not in WITHOUT)


def test_superuser_needs_one() -> None:
    assert owes_second_factor(UserFactory.create(is_superuser=True))


@pytest.mark.parametrize(
    "path",
    ["/office/", "/office/batches/", "/office/account/", "/office/audit/"],
)
def test_reviewer_without_one_is_led_to_the_set_up(
    browser: Client, wang: User, path: str
) -> None:
    sign_in(browser, "wang")

    assert browser.get(path).headers["Location"] == SET_UP
    assert browser.post(path).headers["Location"] == SET_UP
    assert "Set up a second factor" in browser.get(SET_UP).content.decode()


def test_enterer_without_one_works(browser: Client, li: User) -> None:
    sign_in(browser, "li")

    assert browser.get("/office/upload/").status_code == 200


def test_demo_asks_for_none(
    browser: Client, wang: User, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(browser, "wang")

    assert browser.get("/office/batches/").status_code == 200


def test_after_the_set_up_the_work_is_open_and_the_next_sign_in_asks_for_a_code(
    browser: Client, wang: User
) -> None:
    sign_in(browser, "wang")
    secret = _set_up(browser)
    assert browser.get("/office/batches/").status_code == 200

    other = fresh_browser()
    assert sign_in(other, "wang") == STEP
    assert other.get("/office/batches/").status_code == 302

    assert _send(other, code(secret, later=1)) == ""
    assert other.get("/office/batches/").status_code == 200
    added = Event.objects.get(action="accounts.add_factor")
    assert json.loads(added.details) == {"factor": "totp"}
    how = [
        json.loads(e.details)["how"]
        for e in Event.objects.filter(action="accounts.sign_in").in_order()
    ]
    assert how == [["password"], ["password", "totp"]]


def test_without_script_wrong_code_does_not_set_up(browser: Client, wang: User) -> None:
    sign_in(browser, "wang")
    browser.get("/office/account/authenticator/")

    page = browser.post("/office/account/authenticator/", {"code": "000000"})

    assert "This code does not fit." in page.content.decode()
    assert not Authenticator.objects.exists()


def test_after_five_wrong_codes_the_right_one_waits_too_from_anywhere(
    browser: Client, wang: User
) -> None:
    give_factor(wang)
    sign_in(browser, "wang")
    for _ in range(5):
        assert "This code does not fit." in _send(browser, "000000")

    assert SAID in _send(browser, code())
    assert SAID in _send(browser, code(), address="10.9.9.9")
    failed = Event.objects.filter(action="accounts.fail_sign_in")
    assert {json.loads(e.details)["step"] for e in failed} == {"second-factor"}


def test_after_fifteen_minutes_one_may_try_again(
    browser: Client, wang: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_factor(wang)
    sign_in(browser, "wang")
    for _ in range(5):
        _send(browser, "000000")
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(minutes=15))

    assert _send(browser, code()) == ""


def test_a_code_is_good_once(browser: Client, wang: User) -> None:
    give_factor(wang)
    sign_in(browser, "wang")
    used = code()
    assert _send(browser, used) == ""

    other = fresh_browser()
    sign_in(other, "wang")

    assert _send(other, used) != ""
    assert other.get("/office/batches/").status_code == 302


def test_recovery_code_is_good_once(browser: Client, wang: User) -> None:
    sign_in(browser, "wang")
    _set_up(browser)
    saved = browser.get("/office/account/recovery-codes/download").content.decode()
    first, *others = saved.split()
    assert len(others) == 9

    one, two = fresh_browser(), fresh_browser()
    sign_in(one, "wang")
    assert _send(one, first) == ""
    sign_in(two, "wang")
    assert "This code does not fit." in _send(two, first)


def test_secrets_are_sealed_at_rest_and_sealed_anew_with_a_new_key(
    browser: Client, wang: User, settings: LazySettings
) -> None:
    sign_in(browser, "wang")
    secret = _set_up(browser)
    codes = browser.get("/office/account/recovery-codes/download").content
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data")))

    settings.FIELD_KEYS = (("new", b"n" * 32), *settings.FIELD_KEYS)
    assert reseal_factors() == 2
    assert reseal_factors() == 0
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    again = browser.get("/office/account/recovery-codes/download").content
    assert again == codes
    other = fresh_browser()
    sign_in(other, "wang")
    assert _send(other, code(secret, later=1)) == ""


def test_who_removes_it_is_led_to_the_set_up_again(browser: Client, wang: User) -> None:
    sign_in(browser, "wang")
    _set_up(browser)

    browser.post("/office/account/authenticator/remove")

    assert browser.get("/office/batches/").headers["Location"] == SET_UP
    assert not Authenticator.objects.exists()  # recovery codes go with the last factor
    assert Event.objects.filter(action="accounts.remove_factor").exists()


def test_to_remove_it_later_a_code_is_asked_for_and_no_password(
    browser: Client, wang: User
) -> None:
    give_factor(wang)
    browser.force_login(wang)

    response = browser.post("/office/account/authenticator/remove")
    by_password = browser.get("/office/account/confirm/")

    assert response.headers["Location"].startswith("/office/account/confirm/code/")
    assert by_password.headers["Location"].startswith("/office/account/confirm/code/")
    assert Authenticator.objects.exists()

    browser.post(response.headers["Location"], {"code": code()})

    assert not Authenticator.objects.exists()


def test_to_add_one_long_after_signing_in_the_password_is_asked_for(
    browser: Client, li: User
) -> None:
    browser.force_login(li)

    asked = browser.get("/office/account/authenticator/").headers["Location"]
    assert asked.startswith("/office/account/confirm/?next=")
    wrong = browser.post(asked, {"password": "falsch"})
    right = browser.post(asked, {"password": PASSWORD})

    assert "This is not your password." in wrong.content.decode()
    assert right.headers["Location"] == "/office/account/authenticator/"
    assert browser.get("/office/account/authenticator/").status_code == 200


def test_taking_factors_away_ends_sessions_and_asks_for_new_ones(
    browser: Client, wang: User
) -> None:
    give_factor(wang)
    sign_in(browser, "wang")
    _send(browser, code())

    take_factors_away(wang, by=Actor(username="admin"), at=AT)

    assert (
        browser.get("/office/batches/")
        .headers["Location"]
        .startswith("/office/sign-in/")
    )
    sign_in(browser, "wang")
    assert browser.get("/office/batches/").headers["Location"] == SET_UP


def test_secret_of_the_factor_is_no_constant_of_the_code(
    browser: Client, wang: User
) -> None:
    sign_in(browser, "wang")

    assert _set_up(browser) != SECRET


def test_factor_whose_key_is_gone_lets_nobody_in_and_says_why(
    browser: Client, wang: User, settings: LazySettings
) -> None:
    give_factor(wang)
    sign_in(browser, "wang")
    settings.FIELD_KEYS = (("another", bytes(32)),)

    answer = browser.post(STEP, {"code": code()})

    assert answer.status_code == 503
    assert "Its key is missing" in answer.content.decode()
    assert browser.get("/office/batches/").status_code == 302
