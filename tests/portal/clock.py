"""A clock that stands at a moment of a test's choosing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


def beijing(text: str) -> datetime:
    """Return the moment that clocks in Beijing show so, such as 2016-03-10 23:59:59."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


def stand_at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let every clock that views read show this time of Beijing."""
    moment = beijing(text)
    monkeypatch.setattr(timezone, "now", lambda: moment)
