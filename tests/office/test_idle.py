"""A session ends after 30 minutes in which nobody asked for a page."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Unit
from gongshi.intake.models import BatchState
from tests.factories import AT, BatchFactory
from tests.office.desk import address
from tests.office.filled import FORM, typed

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

HTMX = {"HX-Request": "true"}


class _Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def show(self, minutes: float) -> None:
        """Let it be so many minutes after the sign-in."""
        at = AT + timedelta(minutes=minutes)
        self._monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    return _Clock(monkeypatch)


def test_pages_asked_for_prolong_the_session(browser: Client, clock: _Clock) -> None:
    for minutes in (0, 25, 50, 75):
        clock.show(minutes)

        assert browser.get("/office/batches/").status_code == 200


def test_idle_time_ends_the_session(browser: Client, clock: _Clock) -> None:
    browser.get("/office/batches/")
    clock.show(31)

    assert browser.get("/office/batches/").status_code == 302


def test_a_page_that_asks_by_itself_prolongs_nothing(
    browser: Client, unit: Unit, clock: _Clock
) -> None:
    path = address(BatchFactory.create(unit=unit, state=BatchState.CHECKING))
    browser.get(path)

    for minutes in (10, 20, 29):
        clock.show(minutes)
        assert browser.get(path, headers=HTMX).status_code == 200
    clock.show(31)

    assert browser.get(path, headers=HTMX).status_code == 302


def test_typing_in_a_form_prolongs_the_session(
    browser: Client, unit: Unit, clock: _Clock
) -> None:
    data = typed(unit)
    browser.get(FORM)

    for minutes in (10, 20, 29):
        clock.show(minutes)
        assert browser.post(f"{FORM}check", data, headers=HTMX).status_code == 200
    clock.show(50)

    assert browser.get(FORM).status_code == 200


def test_the_browsers_cookie_lives_as_long_as_the_session(
    browser: Client, clock: _Clock
) -> None:
    clock.show(10)

    cookie = browser.get("/office/batches/").cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["max-age"] == 30 * 60


def test_session_is_written_once_a_minute_at_most(
    browser: Client, clock: _Clock
) -> None:
    browser.get("/office/batches/")
    clock.show(0.5)
    within = browser.get("/office/batches/")
    clock.show(1)
    after = browser.get("/office/batches/")

    assert settings.SESSION_COOKIE_NAME not in within.cookies
    assert settings.SESSION_COOKIE_NAME in after.cookies


@pytest.mark.parametrize("path", ["/", "/search?q=a", "/office/sign-in/"])
def test_nobody_gets_a_session_for_looking(stranger: Client, path: str) -> None:
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "0" * 32

    stranger.get(path)

    assert not Session.objects.exists()
