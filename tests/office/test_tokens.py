"""The page of tokens: made, shown once, revoked, each by whom it belongs to."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from gongshi.accounts.models import Role, Unit, User
from gongshi.intake.models import ApiToken
from tests.factories import MembershipFactory, UnitFactory
from tests.office.desk import page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

PAGE = "/office/tokens/"


@pytest.fixture
def admin(officer: User, unit: Unit) -> User:
    """Return the officer, who manages the unit's tokens, too."""
    MembershipFactory.create(user=officer, unit=unit, role=Role.UNIT_ADMIN)
    return officer


def wish(unit: Unit, **changes: str) -> dict[str, str]:
    """Return what the form sends."""
    values = {
        "unit": unit.code, "name": "oa", "scope": "submit", "expires_on": "2016-12-31",
    }  # fmt: skip
    return values | changes


def test_secret_is_shown_once(browser: Client, admin: User, unit: Unit) -> None:
    made = browser.post(PAGE, wish(unit)).content.decode()

    secret = re.search(r'id="token-secret">(gst_[\w-]+)<', made)
    after = page_of(browser, PAGE)
    assert secret is not None
    assert secret[1] not in after
    assert ApiToken.objects.get().beginning in after


def test_page_without_a_token_says_so(browser: Client, admin: User) -> None:
    assert "Your units have no token yet." in page_of(browser, PAGE)


def test_form_is_ready_for_the_next_token(
    browser: Client, admin: User, unit: Unit
) -> None:
    made = browser.post(PAGE, wish(unit)).content.decode()

    assert 'name="expires_on" type="date" value="2017-03-01"' in made
    assert '<option value="submit" selected>' in made


@pytest.mark.parametrize(
    "change", [{"name": "O A"}, {"expires_on": "2016-02-01"}, {"expires_on": "x"}]
)
def test_wrong_wish_is_refused_in_words(
    browser: Client, admin: User, unit: Unit, change: dict[str, str]
) -> None:
    response = browser.post(PAGE, wish(unit, **change))

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not ApiToken.objects.exists()


def test_token_is_revoked(browser: Client, admin: User, unit: Unit) -> None:
    browser.post(PAGE, wish(unit))
    token = ApiToken.objects.get()

    browser.post(f"{PAGE}{token.pk}/revoke")

    token.refresh_from_db()
    assert token.revoked_by == admin.username
    assert f"{token.pk}/revoke" not in page_of(browser, PAGE)


def test_other_units_tokens_are_not_there(browser: Client, admin: User) -> None:
    other = UnitFactory.create()

    refused = browser.post(PAGE, wish(other)).status_code

    assert refused == 422
    assert browser.post(f"{PAGE}{uuid4()}/revoke").status_code == 404


def test_enterer_manages_no_tokens(browser: Client) -> None:
    assert browser.get(PAGE).status_code == 403
