"""Somebody with a password, and browsers that nobody signed in with yet."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Role, User
from tests.factories import AT, MembershipFactory

PASSWORD = "苍梧之滨-2016-春"  # noqa: S105 - of people who live for one test


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture(autouse=True)
def _quick_hashes(request: pytest.FixtureRequest, settings: LazySettings) -> None:
    # Hashing slowly is what Argon2 is for; the test that is about it asks for it.
    if "argon2" not in request.node.name:
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.PASSWORD_HASHERS = hashers


@pytest.fixture
def li() -> User:
    """Return an enterer who knows a password."""
    user = MembershipFactory.create(role=Role.ENTERER, user__username="li").user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def fresh() -> Callable[[], Client]:
    """Return a way to open browsers; they read English and say who they are."""
    return fresh_browser


def fresh_browser() -> Client:
    """Return a browser that nobody has signed in with."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36"
    client = Client(headers={"User-Agent": agent})
    client.cookies[project.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def browser() -> Client:
    """Return a browser that nobody has signed in with."""
    return fresh_browser()


def sign_in(
    client: Client, name: str, password: str = PASSWORD, address: str = "10.0.0.1"
) -> str:
    """Send the sign-in form; return where it leads, or nothing where it stays."""
    fields = {"username": name, "password": password}
    response = client.post("/office/sign-in/", fields, REMOTE_ADDR=address)
    return response.headers.get("Location", "")
