"""The frame around every page of the office: menu, reader, last sign-in."""

import re

import pytest
from django.test import Client

from gongshi.accounts.models import Role
from gongshi.accounts.sign_in.sessions import PREVIOUS_SIGN_IN
from tests.factories import MembershipFactory
from tests.office.desk import page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def reader(role: Role) -> Client:
    """Return the browser of somebody who has the role."""
    client = Client()
    client.force_login(MembershipFactory.create(role=role).user)
    return client


def test_menu_has_the_ways_that_the_roles_allow() -> None:
    enterer = page_of(reader(Role.ENTERER), "/office/upload/")
    auditor = page_of(reader(Role.AUDITOR), "/office/batches/")

    assert 'href="/office/upload/"' in enterer.partition("<main")[0]
    assert 'href="/office/upload/"' not in auditor.partition("<main")[0]


def test_menu_marks_where_the_reader_is_once_in_each_of_its_forms() -> None:
    page = page_of(reader(Role.ENTERER), "/office/upload/")

    assert page.count('aria-current="page"') == 2  # beside the page and above it


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/office/", "/office/"),
        ("/office/drafts/", "/office/records/new/"),
        ("/office/account/", None),
    ],
)
def test_menu_marks_the_place_that_a_page_belongs_to(
    path: str, place: str | None
) -> None:
    menu = page_of(reader(Role.ENTERER), path).partition("<main")[0]

    marked = set(re.findall(r'href="([^"]+)" aria-current', menu))
    assert marked == ({place} if place else set())


def test_system_administrator_starts_among_what_the_role_looks_after() -> None:
    page = page_of(reader(Role.SYSTEM_ADMIN), "/office/")

    menu, _, rest = page.partition("<main")
    assert 'href="/office/" aria-current="page"' in menu
    assert 'href="/office/people/"' in rest
    assert 'href="/office/units/"' in rest
    assert "deadline" not in rest


def test_page_without_access_leads_back_to_the_office() -> None:
    refused = reader(Role.ENTERER).get("/office/people/")

    assert refused.status_code == 403
    assert '<a class="btn btn-primary" href="/office/">' in refused.content.decode()


def test_address_without_a_page_leads_back_to_the_office_there_alone() -> None:
    inside = reader(Role.ENTERER).get("/office/units/nowhere/")
    outside = Client().get("/nowhere/")

    assert (inside.status_code, outside.status_code) == (404, 404)
    assert "返回工作平台" in inside.content.decode()
    assert "返回工作平台" not in outside.content.decode()


def test_frame_names_the_readers_unit_and_roles() -> None:
    seat = MembershipFactory.create(role=Role.REVIEWER)
    client = Client()
    client.force_login(seat.user)

    page = page_of(client, "/office/batches/")

    assert seat.unit.name in page
    assert "审核" in page


def test_frame_tells_the_sign_in_before_this_one() -> None:
    client = reader(Role.ENTERER)
    session = client.session
    session[PREVIOUS_SIGN_IN] = "2016-02-29T01:30:00+00:00"
    session.save()

    assert "上次登录：2016-02-29 09:30" in page_of(client, "/office/batches/")


def test_frame_of_the_sign_in_page_has_no_menu() -> None:
    page = page_of(Client(), "/office/sign-in/")

    assert "menu-group" not in page
    assert "退出登录" not in page
