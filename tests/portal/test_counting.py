"""How many records a search finds: exactly, up to a number and an effort."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.domain.feed import Operation
from gongshi.portal import finding
from gongshi.portal.actions import apply_changes
from gongshi.portal.counting import KnownCounts, Moment, known_counts, moment
from gongshi.portal.queries import PAGE_SIZE
from gongshi.portal.search import BoundedCount, backend, postgresql, sqlite
from gongshi.portal.templatetags.portal_page import bounded
from tests.portal.changes import TODAY, change, publish, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


_ENDLESS = (
    "FROM (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
    " SELECT n FROM numbers)"
)


@pytest.fixture
def _nothing_known() -> Iterator[None]:
    known_counts.clear()
    yield
    known_counts.clear()


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


def test_page_tells_with_a_plus_sign_that_there_are_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (backend, sqlite, postgresql):
        monkeypatch.setattr(module, "COUNT_LIMIT", PAGE_SIZE + 2)
    monkeypatch.setattr(sqlite, "ROUND", (1,))
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    publish({"content": "甲乙"}, *({} for _ in range(PAGE_SIZE + 4)))

    more, all_ = (
        Client().get("/search", {"q": term}).content.decode()
        for term in ("食品", "甲乙")
    )

    assert f"“食品”共有 {PAGE_SIZE + 2}+ 条记录" in more
    assert "“甲乙”共有 1 条记录" in all_


@pytest.mark.parametrize(
    ("is_exact", "written"), [(False, "10,000+"), (True, "10,000")]
)
def test_bounded_count_is_written_with_a_plus_sign(
    is_exact: bool, written: str
) -> None:
    assert bounded(BoundedCount(number=10_000, is_exact=is_exact)) == written


@pytest.mark.parametrize("window", [True], indirect=True)
def test_count_that_costs_too_much_is_more_than_what_was_shown(
    window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(*({"content": "甲乙"} for _ in range(30)))
    query = _query("甲乙")
    first, none = finding.find(query), finding.find(_query("丙丁"))
    monkeypatch.setattr(sqlite, "_source", lambda *_: (_ENDLESS, []))
    monkeypatch.setattr(sqlite, "ROUND", ())
    monkeypatch.setattr(sqlite, "COUNT_LIMIT", 10**12)
    monkeypatch.setattr(postgresql, "_COUNTING_SECONDS", -1.0)

    count = finding.count(query, first=first)

    assert (count.number, count.is_exact) == (PAGE_SIZE, False)
    assert finding.count(_query("丙丁"), first=none).is_exact


@pytest.mark.parametrize(
    ("seen", "told"),
    [(0, 0), (100, 0), (101, 100), (1_000, 100), (1_001, 1_000), (9_999, 1_000)],
)
def test_count_that_was_broken_off_is_a_round_number_below(
    seen: int, told: int
) -> None:
    count = backend.more_than(seen)

    assert (count.number, count.is_exact) == (told, False)


def _moment(change: int, records: int = 50) -> Moment:
    return Moment(change=change, records=records)


@pytest.mark.parametrize(
    ("change", "is_known"), [(4, False), (5, True), (7, True), (8, False)]
)
def test_count_holds_for_as_many_changes_as_it_can_spare(
    change: int, is_known: bool
) -> None:
    counts = KnownCounts(10)
    counts.put(
        _query("甲"), BoundedCount(number=100, is_exact=False, spare=2), _moment(5)
    )

    assert (counts.get(_query("甲"), _moment(change)) is not None) is is_known
    assert counts.get(_query("乙"), _moment(change)) is None


@pytest.mark.parametrize(
    ("now", "is_known"),
    [
        (_moment(5, 50), True),
        (_moment(8, 53), True),
        (_moment(8, 52), False),  # one was corrected, or one withdrawn
        (_moment(2_506, 2_551), False),
    ],
    ids=["same", "three came", "not all came", "long ago"],
)
def test_exact_count_holds_while_records_only_come(now: Moment, is_known: bool) -> None:
    counts = KnownCounts(10)
    counts.put(_query("甲"), BoundedCount(number=7, is_exact=True), _moment(5, 50))

    assert (counts.get(_query("甲"), now) is not None) is is_known


def test_counts_asked_for_last_are_remembered() -> None:
    counts, now = KnownCounts(2), _moment(5)
    for text in ("甲", "乙"):
        counts.put(_query(text), BoundedCount(number=1, is_exact=True), now)
    counts.get(_query("甲"), now)

    counts.put(_query("丙"), BoundedCount(number=1, is_exact=True), now)

    assert counts.get(_query("乙"), now) is None
    assert counts.get(_query("甲"), now) is not None


def test_count_of_far_more_than_the_bound_can_spare_some() -> None:
    assert backend.bounded(10_000) == BoundedCount(number=10_000, is_exact=True)
    assert backend.bounded(12_501).spare == 2_500
    assert backend.more_than(1_251).spare == 250
    assert backend.more_than(50).spare == 49


@pytest.mark.usefixtures("_nothing_known")
@pytest.mark.parametrize("text", ["甲乙", "甲", ""])
def test_newer_records_are_added_to_a_count_that_is_known(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(*({"content": "甲乙"} for _ in range(3)))
    query = finding.read_query({"q": text, "kind": "licence"}, on=TODAY)
    before = finding.count(query, now=moment())
    monkeypatch.setattr(finding, "_counted", _never)

    apply_changes([change(4, content="甲乙"), change(5, content="甲乙")])
    apply_changes([change(6, kind="penalty", content="甲乙")])

    assert before.number == 3
    assert finding.count(query, now=moment()).number == 5
    assert finding.count(query, now=moment()).number == 5


@pytest.mark.usefixtures("_nothing_known")
def test_search_counts_again_after_one_was_withdrawn_or_corrected() -> None:
    publish(*({"content": "甲乙"} for _ in range(3)))
    query = _query("甲乙")
    assert finding.count(query, now=moment()).number == 3

    apply_changes([change(4, content="甲乙"), withdrawal(5, record=1)])
    withdrawn = finding.count(query, now=moment())
    apply_changes([change(6, record=2, operation=Operation.CORRECT, content="丙丁")])

    assert withdrawn.number == 3
    assert finding.count(query, now=moment()).number == 2


@pytest.mark.usefixtures("_nothing_known")
def test_count_is_of_its_own_moment_though_others_came() -> None:
    publish(*({"content": "甲乙"} for _ in range(3)))
    query, earlier = _query("甲乙"), moment()
    apply_changes([change(4, content="甲乙")])

    assert finding.count(query, now=earlier).number == 3
    assert finding.count(query, now=moment()).number == 4


@pytest.mark.usefixtures("_nothing_known")
def test_count_that_spares_what_went_is_not_taken_for_newer() -> None:
    publish(*({"content": "甲乙"} for _ in range(3)))
    query, now = _query("甲乙"), moment()
    known_counts.put(query, BoundedCount(number=2, is_exact=False, spare=1), now)

    withdrawn = []
    for sequence, record in ((4, 1), (5, 2)):
        apply_changes([withdrawal(sequence, record=record)])
        withdrawn.append(finding.count(query, now=moment()))

    assert [count.number for count in withdrawn] == [2, 1]
    assert [count.is_exact for count in withdrawn] == [False, True]


def _never(query: finding.Query, now: Moment | None) -> BoundedCount:
    raise AssertionError("counted again")
