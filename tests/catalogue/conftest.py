"""A department's drafter and approver, each with a browser that reads English."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, Unit, User
from tests.factories import AT, MembershipFactory, UnitFactory, UserFactory


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be a morning in March 2016."""
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def department() -> Unit:
    """Return a department without a catalogue."""
    return UnitFactory.create(code="lyg-hbj", name="连云港市环境保护局")


def browser_of(user: User) -> Client:
    """Return the user's browser."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def person(username: str, role: Role, unit: Unit) -> User:
    """Return somebody with that role in the unit."""
    user = UserFactory.create(username=username, unit=unit)
    MembershipFactory.create(user=user, unit=unit, role=role)
    return user


@pytest.fixture
def drafter(morning: None, department: Unit) -> Client:
    """Return the browser of one who drafts."""
    return browser_of(person("li", Role.ENTERER, department))


@pytest.fixture
def approver(morning: None, department: Unit) -> Client:
    """Return the browser of one who approves."""
    return browser_of(person("wang", Role.REVIEWER, department))
