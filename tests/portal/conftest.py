"""What tests of the public portal share."""

import pytest

from gongshi.portal.search import keys, planning, postgresql, sqlite


@pytest.fixture(params=[False, True], ids=["newest-first", "index-too"])
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let the newest rows alone answer, or every step of each search have its turn."""
    if request.param:
        monkeypatch.setattr(postgresql, "_WINDOW", 2)
        monkeypatch.setattr(postgresql, "_FEW", 1)
        monkeypatch.setattr(postgresql, "_RARE", 2)
        for module in (postgresql, keys):
            monkeypatch.setattr(module, "SPAN", 2)
            monkeypatch.setattr(module, "STRETCH", 4)
    monkeypatch.setattr(sqlite, "_COMMON", 1 if request.param else 1000)
    # All tokens are rare, or none is.
    monkeypatch.setattr(planning, "_RARE", 2.0 if request.param else -1.0)
    monkeypatch.setattr(planning, "_COMMON", 2.0)
    return bool(request.param)
