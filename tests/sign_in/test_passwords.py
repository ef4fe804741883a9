"""One-time passwords, and the person's own after them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.passwords import give_one_time_password
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from tests.factories import AT
from tests.sign_in.conftest import PASSWORD, fresh_browser, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NEW = "花果山下的海风-三月-2016"
ADMIN = Actor(username="admin", role="system_admin")
CHANGE = "/office/account/password/"


@pytest.fixture
def one_time(li: User) -> str:
    """Return the one-time password that li was given."""
    return give_one_time_password(li, by=ADMIN, at=AT)


def _change(client: Client, old: str, new: str, again: str | None = None) -> str:
    """Send the form; return what the page says, nothing where it is done."""
    fields = {"oldpassword": old, "password1": new, "password2": again or new}
    response = client.post(CHANGE, fields)
    return "" if response.status_code == 302 else response.content.decode()


@pytest.mark.parametrize("path", ["/office/", "/office/upload/", "/office/drafts/"])
def test_one_time_password_leads_to_the_change_and_nowhere_else(
    browser: Client, one_time: str, path: str
) -> None:
    sign_in(browser, "li", one_time)

    response = browser.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == CHANGE


def test_a_part_of_a_page_is_led_there_as_a_whole(
    browser: Client, one_time: str
) -> None:
    sign_in(browser, "li", one_time)

    response = browser.get("/office/upload/", headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == CHANGE


def test_nothing_is_written_before_the_change(browser: Client, one_time: str) -> None:
    sign_in(browser, "li", one_time)

    response = browser.post("/office/upload/", {})

    assert response.headers["Location"] == CHANGE


def test_after_the_change_the_work_is_open_and_the_old_password_is_gone(
    browser: Client, one_time: str
) -> None:
    sign_in(browser, "li", one_time)

    assert _change(browser, one_time, NEW) == ""

    assert browser.get("/office/upload/").status_code == 200
    assert sign_in(fresh_browser(), "li", one_time) == ""
    assert sign_in(fresh_browser(), "li", NEW) == "/office/"


def test_one_time_password_expires_after_seven_days(
    browser: Client, one_time: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=7, seconds=1))
    fields = {"username": "li", "password": one_time}

    page = browser.post("/office/sign-in/", fields).content.decode()

    assert "The one-time password has expired." in page


def test_a_one_time_password_ends_the_persons_sessions(
    browser: Client, li: User
) -> None:
    sign_in(browser, "li")

    give_one_time_password(li, by=ADMIN, at=AT)

    assert browser.get("/office/upload/").status_code == 302


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("短", "at least 12"),
        ("elevenchars", "at least 12"),
        ("1234567890123456", "entirely numeric"),
        ("1qaz2wsx3edc", "too common"),
    ],
)
def test_weak_password_is_refused(
    browser: Client, li: User, new: str, sentence: str
) -> None:
    sign_in(browser, "li")

    assert sentence in _change(browser, PASSWORD, new)


def test_password_like_the_name_is_refused(browser: Client, li: User) -> None:
    li.first_name = "欧阳海燕连云港市环保局"
    li.save()
    sign_in(browser, "li")

    assert "too similar" in _change(browser, PASSWORD, "欧阳海燕连云港市环保局1")


def test_wrong_present_password_changes_nothing(browser: Client, li: User) -> None:
    sign_in(browser, "li")

    assert "not your present password" in _change(browser, "falsch", NEW)


def test_changing_the_password_ends_the_other_sessions_only(
    browser: Client, li: User
) -> None:
    other = fresh_browser()
    sign_in(browser, "li")
    sign_in(other, "li")

    _change(browser, PASSWORD, NEW)

    assert browser.get("/office/upload/").status_code == 200
    assert other.get("/office/upload/").status_code == 302


def test_password_is_hashed_by_argon2_and_stands_in_no_event(
    browser: Client, one_time: str, li: User
) -> None:
    sign_in(browser, "li", one_time)
    _change(browser, one_time, NEW)

    li.refresh_from_db()
    told = "".join(e.details + e.changes + e.reason for e in Event.objects.all())
    assert li.password.startswith("argon2")
    assert one_time not in told
    assert NEW not in told


def test_coming_going_and_failing_are_events(browser: Client, li: User) -> None:
    sign_in(browser, "li", "falsch")
    sign_in(browser, "li")
    _change(browser, PASSWORD, NEW)
    browser.post("/office/sign-out/")

    events = Event.objects.in_order().values_list("action", "username", "address")
    assert list(events) == [
        ("accounts.fail_sign_in", "li", "10.0.0.1"),
        ("accounts.sign_in", "li", "10.0.0.1"),
        ("accounts.change_password", "li", "127.0.0.1"),
        ("accounts.sign_out", "li", "127.0.0.1"),
    ]


def test_a_name_that_nobody_has_is_not_kept(browser: Client) -> None:
    sign_in(browser, "my secret typed into the wrong field", "x")

    event = Event.objects.get()
    assert event.username == "unknown"
    assert "secret" not in event.target_id + event.details
