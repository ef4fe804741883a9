"""A morning in March 2016, a unit and its token."""

import pytest
from django.utils import timezone

from gongshi.accounts.models import Unit
from tests.factories import AT, UnitFactory
from tests.office_api.calls import secret_of


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def unit() -> Unit:
    """Return a unit."""
    return UnitFactory.create()


@pytest.fixture
def secret(unit: Unit) -> str:
    """Return a token that may hand in."""
    return secret_of(unit)
