"""A morning in March 2016, an officer of one unit, and the browser that they use."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, Unit, User
from tests.factories import AT, MembershipFactory


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


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
