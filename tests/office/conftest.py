"""A morning in March 2016, the people of one unit, and the browsers that they use."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, Unit, User
from tests.factories import AT, MembershipFactory, UnitFactory, UserFactory


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def city() -> Unit:
    """Return the city's government."""
    return UnitFactory.create(code="lyg-zf", name="连云港市人民政府")


@pytest.fixture
def bureau(city: Unit) -> Unit:
    """Return a department of the city."""
    return UnitFactory.create(code="lyg-hbj", name="连云港市环境保护局", superior=city)


@pytest.fixture
def officer() -> User:
    """Return somebody who enters and reviews for one unit."""
    entering = MembershipFactory.create()
    MembershipFactory.create(user=entering.user, unit=entering.unit, role=Role.REVIEWER)
    return entering.user


@pytest.fixture
def unit(officer: User) -> Unit:
    """Return the officer's unit."""
    assert officer.unit is not None
    return officer.unit


@pytest.fixture
def stranger() -> Client:
    """Return a browser that nobody has signed in with; it reads English."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def browser(stranger: Client, officer: User) -> Client:
    """Return the officer's browser; it reads English, the language of the code."""
    stranger.force_login(officer)
    return stranger


@pytest.fixture
def enterer(unit: Unit) -> Client:
    """Return the browser of somebody who enters for the unit, and does nothing else."""
    return _browser_of("enterer", unit, Role.ENTERER)


@pytest.fixture
def reviewer(unit: Unit) -> Client:
    """Return the browser of somebody who reviews for the unit, and does nothing else."""
    return _browser_of("reviewer", unit, Role.REVIEWER)


def _browser_of(name: str, unit: Unit, role: Role) -> Client:
    user = UserFactory.create(username=name, unit=unit)
    MembershipFactory.create(user=user, unit=unit, role=role)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client
