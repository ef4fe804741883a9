"""Signing in and out, and who is let in at all."""

import pytest
from django.conf import LazySettings
from django.test import Client

from gongshi.accounts.city import read_city
from gongshi.accounts.demo import CITY, DEMO_LOGINS, PASSWORD
from gongshi.accounts.models import Role, User
from tests.factories import BatchFactory, MembershipFactory, UserFactory
from tests.office.desk import address, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

PAGES = (
    "/office/",
    "/office/upload/",
    "/office/batches/0b8b8f3e-6d0f-4f3b-9d5b-2a4a0c6f1a11/",
    "/office/batches/0b8b8f3e-6d0f-4f3b-9d5b-2a4a0c6f1a11/workbook",
    "/office/template/jiangsu-2016/licence",
)


@pytest.fixture
def clerk() -> User:
    """Return somebody who only enters, and so needs no second factor."""
    return MembershipFactory.create().user


@pytest.fixture
def password(clerk: User) -> str:
    """Return the clerk's password."""
    clerk.set_password("苍梧-2016-春")
    clerk.save()
    return "苍梧-2016-春"


@pytest.mark.parametrize("path", PAGES)
def test_office_asks_a_stranger_to_sign_in(stranger: Client, path: str) -> None:
    response = stranger.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/office/sign-in/?next={path}"


def test_publishing_asks_a_stranger_to_sign_in(stranger: Client) -> None:
    batch = BatchFactory.create()

    response = stranger.post(f"{address(batch)}approve")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/office/sign-in/")


def test_sign_in_leads_to_the_page_that_was_asked_for(
    stranger: Client, clerk: User, password: str
) -> None:
    fields = {"username": clerk.username, "password": password}

    response = stranger.post("/office/sign-in/", fields | {"next": "/office/upload/"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/office/upload/"


def test_sign_in_leads_to_no_other_site(
    stranger: Client, clerk: User, password: str
) -> None:
    fields = {"username": clerk.username, "password": password}

    response = stranger.post(
        "/office/sign-in/", fields | {"next": "https://example.org/"}
    )

    assert response.headers["Location"] == "/office/"


def test_wrong_password_keeps_the_name_and_the_page_asked_for(
    stranger: Client, officer: User
) -> None:
    fields = {"username": officer.username, "password": "falsch"}

    response = stranger.post("/office/sign-in/", fields | {"next": "/office/upload/"})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert f'value="{officer.username}"' in page
    assert 'value="/office/upload/"' in page


def test_who_is_signed_in_is_not_asked_again(browser: Client) -> None:
    response = browser.get("/office/sign-in/?next=/office/upload/")

    assert response.headers["Location"] == "/office/upload/"


def test_signing_out_needs_a_post(browser: Client) -> None:
    assert browser.get("/office/sign-out/").status_code == 405
    assert browser.post("/office/sign-out/").status_code == 302
    assert browser.get("/office/batches/").status_code == 302


def test_demo_logins_are_shown_in_demo_mode_only(
    stranger: Client, settings: LazySettings
) -> None:
    settings.DEMO = False
    usual = page_of(stranger, "/office/sign-in/")
    settings.DEMO = True
    shown = page_of(stranger, "/office/sign-in/")

    assert PASSWORD not in usual
    assert PASSWORD in shown
    assert "市食药监局、市质监局" in shown


def test_demo_logins_work_for_units_of_the_sample_city() -> None:
    codes = {unit.code for unit in read_city(CITY)}

    assert all(login.units and codes.issuperset(login.units) for login in DEMO_LOGINS)


def test_demo_has_somebody_for_every_role() -> None:
    assert {login.role for login in DEMO_LOGINS} == {*Role}


def test_a_part_asked_for_after_the_session_ended_loads_the_page_anew(
    stranger: Client,
) -> None:
    response = stranger.get("/office/sign-in/", headers={"HX-Request": "true"})

    assert response.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("path", ["/office/", "/office/upload/"])
def test_without_a_role_the_office_is_closed(stranger: Client, path: str) -> None:
    stranger.force_login(UserFactory.create())

    page = page_of(stranger, path, status=403)

    assert "None of your roles allows this." in page
    assert 'action="/office/sign-out/"' in page


def test_sign_in_without_an_aim_leads_to_none_made_up(stranger: Client) -> None:
    page = stranger.get("/office/sign-in/").content.decode()

    assert '<input type="hidden" name="next" value="">' in page
    assert 'value="None"' not in page


def test_sign_in_without_an_aim_leads_to_the_to_do_page(
    stranger: Client, clerk: User, password: str
) -> None:
    fields = {"username": clerk.username, "password": password, "next": ""}

    response = stranger.post("/office/sign-in/", fields)

    assert response.status_code == 302
    assert response.headers["Location"] == "/office/"
