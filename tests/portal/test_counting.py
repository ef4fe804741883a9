"""How many records a search finds: exactly, up to a number and an effort."""

from datetime import date

import pytest

from gongshi.portal import finding
from gongshi.portal.queries import PAGE_SIZE
from gongshi.portal.search import backend, bounds, postgresql, sqlite
from tests.portal.changes import publish

pytestmark = pytest.mark.django_db(databases=["portal"])


def _query(text: str) -> finding.Query:
    return finding.read_query({"q": text}, on=date(2016, 3, 1))


def test_count_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (backend, sqlite, postgresql):
        monkeypatch.setattr(module, "COUNT_LIMIT", 3)
    monkeypatch.setattr(sqlite, "ROUND", (1,))
    publish({"content": "甲乙"}, {"content": "甲"}, *({} for _ in range(4)))

    assert finding.count(_query("甲")).is_exact
    assert finding.count(_query("食品")).number == 3
    assert not finding.count(_query("食品")).is_exact


@pytest.mark.parametrize("window", [True], indirect=True)
def test_count_that_costs_too_much_is_more_than_what_was_shown(
    window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "COUNTING_SECONDS", -1.0)
    monkeypatch.setattr(bounds, "_COUNTING_STEPS", 1)
    monkeypatch.setattr(postgresql, "_COUNTING_SECONDS", -1.0)
    publish(*({"content": "甲乙"} for _ in range(30)))
    query = _query("甲乙")

    count = finding.count(query, first=finding.find(query))

    assert (count.number, count.is_exact) == (PAGE_SIZE, False)
    assert finding.count(_query("丙丁"), first=finding.find(_query("丙丁"))).is_exact


@pytest.mark.parametrize(
    ("seen", "told"),
    [(0, 0), (100, 0), (101, 100), (1_000, 100), (1_001, 1_000), (9_999, 1_000)],
)
def test_count_that_was_broken_off_is_a_round_number_below(
    seen: int, told: int
) -> None:
    count = backend.more_than(seen)

    assert (count.number, count.is_exact) == (told, False)
