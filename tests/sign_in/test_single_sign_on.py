"""Single sign-on against a real OpenID provider, which runs on this machine."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client

from gongshi import environment
from gongshi.accounts.models import Role, User
from gongshi.audit.models import Event
from tests.factories import MembershipFactory, UserFactory
from tests.ports import free_port
from tests.sign_in.conftest import fresh_browser

pytestmark = [
    pytest.mark.django_db(databases=["default", "portal"]),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("provider"),
]

BEGIN = "/office/sign-in/sso/login/"
PEOPLE = (
    {"sub": "s-1", "preferred_username": "li", "id_number": "320703198001010015"},
    {"sub": "s-2", "preferred_username": "niemand"},
    {"sub": "s-3", "preferred_username": "li"},
    {"sub": "s-4"},
)


@dataclass(frozen=True, kw_only=True)
class _Provider:
    """A provider with people, and the browser's way through its pages."""

    address: str

    def allow(self, client: Client, subject: str, next_page: str = "") -> str:
        """Sign in there as the subject; return where our site leads afterwards."""
        page = client.post(BEGIN, {"next": next_page} if next_page else {})
        assert page.status_code == 200
        found = re.search(
            r'<a[^>]* href="([^"]+)"[^>]*data-leave', page.content.decode()
        )
        assert found is not None
        there = found[1].replace("&amp;", "&")
        assert there.startswith(self.address)
        back = requests.post(
            there, data={"sub": subject}, allow_redirects=False, timeout=10
        )
        target = urlsplit(back.headers["Location"])
        answer = client.get(f"{target.path}?{target.query}")
        assert answer.status_code == 302
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of a provider that runs in a process of its own."""
    port = free_port()
    people = [f"--user-claims={json.dumps(person)}" for person in PEOPLE]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            _wait_for(address)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    patience = time.monotonic() + 60
    while True:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=10)
        except requests.ConnectionError:
            assert time.monotonic() < patience, "the provider does not answer"
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def provider(server: str, settings: LazySettings) -> _Provider:
    """Return the provider, made known to the site."""
    _configure(settings, server)
    return _Provider(address=server)


def _configure(
    settings: LazySettings, server: str, *, second_factor: bool = False
) -> None:
    settings.SINGLE_SIGN_ON = environment.SingleSignOn(
        name="连云港政务统一认证",
        issuer=server,
        client_id="gongshi",
        client_secret="not to be seen",
        username_claim="preferred_username",
        second_factor=second_factor,
    )
    settings.SOCIALACCOUNT_PROVIDERS = settings.SINGLE_SIGN_ON.providers


def test_sign_in_page_offers_it(provider: _Provider) -> None:
    page = fresh_browser().get("/office/sign-in/").content.decode()

    assert "连云港政务统一认证" in page
    assert "not to be seen" not in page


def test_person_with_the_user_name_is_let_in_and_remembered_by_the_subject(
    provider: _Provider, li: User, browser: Client
) -> None:
    assert provider.allow(browser, "s-1", "/office/upload/") == "/office/upload/"
    assert browser.get("/office/upload/").status_code == 200

    li.username = "li.hai"
    li.save()

    assert provider.allow(fresh_browser(), "s-1") == "/office/"
    assert SocialAccount.objects.get().user == li
    assert Event.objects.filter(action="accounts.sign_in").count() == 2


def test_nothing_else_that_the_provider_tells_is_kept(
    provider: _Provider, li: User, browser: Client
) -> None:
    provider.allow(browser, "s-1")
    provider.allow(fresh_browser(), "s-1")

    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize("subject", ["s-2", "s-4"])
def test_who_has_no_account_gets_none(
    provider: _Provider, li: User, browser: Client, subject: str
) -> None:
    assert provider.allow(browser, subject) == "/office/sign-in/"

    page = browser.get("/office/sign-in/").content.decode()
    assert "you have no account here" in page
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    event = Event.objects.get()
    assert (event.action, event.username) == ("accounts.fail_sign_in", "unknown")


def test_another_subject_with_the_same_user_name_is_not_let_in(
    provider: _Provider, li: User, browser: Client
) -> None:
    provider.allow(browser, "s-1")

    assert provider.allow(fresh_browser(), "s-3") == "/office/sign-in/"


def test_account_that_was_closed_stays_closed(
    provider: _Provider, li: User, browser: Client
) -> None:
    provider.allow(browser, "s-1")
    li.is_active = False
    li.save()

    assert provider.allow(fresh_browser(), "s-1") == "/office/sign-in/"


def test_second_factor_is_still_asked_for(provider: _Provider, browser: Client) -> None:
    MembershipFactory.create(role=Role.REVIEWER, user__username="li")

    assert provider.allow(browser, "s-1") == "/office/sign-in/second-factor/"
    assert browser.get("/office/batches/").status_code == 302


def test_reviewer_without_one_is_led_to_the_set_up(
    provider: _Provider, browser: Client
) -> None:
    MembershipFactory.create(
        role=Role.REVIEWER, user__username="li", second_factor=False
    )
    provider.allow(browser, "s-1")

    location = browser.get("/office/batches/").headers["Location"]
    assert location == "/office/account/second-factor/"


@pytest.mark.parametrize("has_one", [True, False])
def test_provider_that_asks_for_the_second_factor_itself_is_trusted(
    server: str, settings: LazySettings, browser: Client, has_one: bool
) -> None:
    MembershipFactory.create(
        role=Role.REVIEWER, user__username="li", second_factor=has_one
    )
    _configure(settings, server, second_factor=True)

    assert _Provider(address=server).allow(browser, "s-1") == "/office/"
    assert browser.get("/office/batches/").status_code == 200


def test_trust_is_for_this_way_in_only(
    server: str, settings: LazySettings, browser: Client
) -> None:
    user = MembershipFactory.create(role=Role.REVIEWER, second_factor=False).user
    _configure(settings, server, second_factor=True)
    browser.force_login(user)

    location = browser.get("/office/batches/").headers["Location"]
    assert location == "/office/account/second-factor/"


def test_made_up_answer_is_refused(browser: Client, li: User) -> None:
    response = browser.get(f"{BEGIN}callback/?code=abc&state=made-up")

    assert response.headers["Location"] == "/office/sign-in/"
    assert "did not succeed" in browser.get("/office/sign-in/").content.decode()


def test_a_link_alone_does_not_leave(browser: Client) -> None:
    assert browser.get(BEGIN).status_code == 405


def test_without_settings_there_is_no_single_sign_on(settings: LazySettings) -> None:
    settings.SINGLE_SIGN_ON = None
    settings.SOCIALACCOUNT_PROVIDERS = {}
    client = fresh_browser()
    UserFactory.create()

    assert client.post(BEGIN).status_code == 404
    assert client.get(f"{BEGIN}callback/").status_code == 404
    assert BEGIN not in client.get("/office/sign-in/").content.decode()
