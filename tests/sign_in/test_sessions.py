"""One's own sessions: listed, ended; and when one was here last."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import SignIn, User
from gongshi.accounts.sign_in.browsers import browser_name
from gongshi.audit.models import Event
from tests.factories import AT, MembershipFactory
from tests.sign_in.conftest import fresh_browser, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

ACCOUNT = "/office/account/"


def _page(client: Client) -> str:
    return client.get(ACCOUNT).content.decode()


def test_sessions_are_listed_with_address_and_browser(
    browser: Client, li: User
) -> None:
    sign_in(fresh_browser(), "li", address="10.0.0.7")
    sign_in(browser, "li", address="10.0.0.8")

    page = _page(browser)

    assert "10.0.0.7" in page
    assert page.count("Chrome 120 · Windows</strong>") == 2
    assert page.count("This one") == 1


def test_last_sign_in_is_shown_with_time_and_address(
    browser: Client, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(fresh_browser(), "li", address="10.0.0.7")
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=1))
    sign_in(browser, "li", address="10.0.0.8")

    page = _page(browser)

    assert "Last sign-in: 2016-03-01 10:00" in page
    assert "Last sign-in" in browser.get("/office/upload/").content.decode()


def test_another_session_can_be_ended_and_is_an_event(
    browser: Client, li: User
) -> None:
    other = fresh_browser()
    sign_in(other, "li", address="10.0.0.7")
    sign_in(browser, "li")
    ended = SignIn.objects.get(address="10.0.0.7")

    browser.post(f"{ACCOUNT}sessions/{ended.pk}/end")

    assert other.get("/office/upload/").status_code == 302
    assert browser.get("/office/upload/").status_code == 200
    assert "10.0.0.7" not in _page(browser).partition("Where you are")[2]
    assert Event.objects.filter(action="accounts.end_session").exists()


def test_nobody_ends_the_session_of_another(browser: Client, li: User) -> None:
    other = fresh_browser()
    other.force_login(MembershipFactory.create().user)
    sign_in(browser, "li")
    mine = SignIn.objects.get()

    other.post(f"{ACCOUNT}sessions/{mine.pk}/end")

    assert browser.get("/office/upload/").status_code == 200
    assert not Event.objects.filter(action="accounts.end_session").exists()


def test_use_is_noted_once_a_minute_and_idle_sessions_leave_the_list(
    browser: Client, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(fresh_browser(), "li", address="10.0.0.7")
    sign_in(browser, "li", address="10.0.0.8")
    for minutes in (10, 20, 31):
        later = AT + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda at=later: at)
        page = _page(browser)

    mine = SignIn.objects.get(address="10.0.0.8")
    assert mine.last_used_at == AT + timedelta(minutes=31)
    assert "10.0.0.7" not in page.partition("Where you are")[2]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", "Firefox 128 · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/86.0 Safari/537.36 QIHU 360EE", "360 · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge 120 · Windows"),
        ("Mozilla/5.0 (iPhone) Version/17.1 Mobile/15E Safari/604.1", "Safari 17 · iOS"),
        ("curl/8.0", "curl/8.0"),
        ("x" * 300, "x" * 100),
        ("", ""),
    ],
)  # fmt: skip
def test_browsers_are_named(agent: str, name: str) -> None:
    assert browser_name(agent) == name
