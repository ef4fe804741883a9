"""What a process remembers of a search never shows other records than looking anew."""

import random
from collections.abc import Iterator, Sequence
from itertools import count

import pytest
from django.db import connections

from gongshi.domain.feed import Operation, PublicChange
from gongshi.portal import finding, matching
from gongshi.portal.actions import apply_changes
from gongshi.portal.counting import moment
from gongshi.portal.matching import known_matches
from gongshi.portal.queries import PAGE_SIZE, Page
from gongshi.portal.search import Criteria, index_of
from tests.portal.changes import TODAY, change, publish, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_SIZE = 3
_CONTENTS = ("甲乙丙", "乙丙丁", "甲乙 2016号", "丙丁戊 12号", "食品")
_ASKED = [
    {"q": text, "order": order, **narrowed}
    for text in ("甲", "乙丙", "2016号", "12", "食品经营许可", "没有的")
    for order in ("", "oldest")
    for narrowed in ({}, {"kind": "penalty"})
]


@pytest.mark.parametrize("seed", range(4))
def test_every_page_is_the_one_that_is_found_without_memory(seed: int) -> None:
    at_random = random.Random(seed)  # noqa: S311 - which order things come in
    for changes in _town(at_random, rounds=14):
        apply_changes(changes)
        for asked in _ASKED:
            query = finding.read_query(asked, on=TODAY)
            after: str | None = None
            for _ in range(3):
                now = moment()
                remembered = finding.find(query, after=after, size=_SIZE, now=now)
                fresh = finding.find(query, after=after, size=_SIZE)

                assert remembered == fresh, (asked, after)
                after = fresh.next
                if after is None:
                    break


def test_only_what_is_newer_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(*({"content": "甲乙"} for _ in range(5)))
    queries = [
        finding.read_query({"q": "甲乙", "order": order}, on=TODAY)
        for order in ("", "oldest")
    ]
    firsts = [finding.find(query, size=_SIZE, now=moment()) for query in queries]
    deeper = finding.find(queries[0], after=firsts[0].next, size=_SIZE, now=moment())
    monkeypatch.setattr(matching, "_looked_for", _never)

    apply_changes([change(6, content="甲乙"), change(7)])

    newest, oldest = (
        finding.find(query, size=_SIZE, now=moment()) for query in queries
    )
    assert _positions(newest) == [6, 5, 4]
    assert oldest == firsts[1]
    again = finding.find(queries[0], after=firsts[0].next, size=_SIZE, now=moment())
    assert again == deeper


def test_more_newer_matches_than_a_page_has_are_looked_for_anew() -> None:
    publish({"content": "甲乙"})
    query = finding.read_query({"q": "甲乙"}, on=TODAY)
    finding.find(query, size=_SIZE, now=moment())

    apply_changes([change(number, content="甲乙") for number in range(2, 9)])

    page = finding.find(query, size=_SIZE, now=moment())
    assert _positions(page) == [8, 7, 6]


def test_cursor_ahead_of_its_time_hides_no_newer_record() -> None:
    publish({"content": "甲乙"})
    query = finding.read_query({"q": "甲乙"}, on=TODAY)
    finding.find(query, after="s.999", size=_SIZE, now=moment())

    apply_changes([change(2, content="甲乙")])

    page = finding.find(query, after="s.999", size=_SIZE, now=moment())
    assert _positions(page) == [2, 1]


def test_search_is_of_its_own_moment_though_others_came() -> None:
    publish({"content": "甲乙"}, {"content": "甲乙"})
    earlier = moment()
    apply_changes([change(3, content="甲乙")])

    for order, then, later in (("", [2, 1], [3, 2, 1]), ("oldest", [1, 2], [1, 2, 3])):
        query = finding.read_query({"q": "甲乙", "order": order}, on=TODAY)
        assert _positions(finding.find(query, now=earlier)) == then
        assert _positions(finding.find(query, now=moment())) == later


def test_search_during_which_one_went_and_one_moved_is_not_remembered() -> None:
    publish({"content": "甲乙"}, {"content": "甲乙"})
    earlier = moment()
    moved = change(4, record=2, operation=Operation.CORRECT, content="甲乙")
    apply_changes([withdrawal(3, record=1), moved])
    query = finding.read_query({"q": "甲乙"}, on=TODAY)

    assert _positions(finding.find(query, now=earlier)) == [4]
    assert known_matches.get((_criteria(query), PAGE_SIZE + 1)) is None


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        *(("甲", [3, 4, 5]), ("甲乙", [3, 4, 5]), ("2016号", [3, 4, 5])),
        ("连食药许(2016)7号", []),
    ],
)
def test_index_finds_the_newer_matches_oldest_first(
    term: str, expected: list[int]
) -> None:
    publish(*({"content": "甲乙 2016号"} for _ in range(6)))

    connection = connections["portal"]
    query = finding.read_query({"q": term}, on=TODAY)
    criteria = Criteria(term=query.term, on=TODAY, oldest_first=True, beyond=2)
    index = index_of(connection)

    found = index.newer(connection, criteria, 3)

    assert found == index.positions(connection, criteria, 3) == expected


def _positions(page: Page) -> list[int]:
    return [record.position for record in page.records]


def _criteria(query: finding.Query) -> Criteria:
    return Criteria(
        term=query.term, on=query.on, filters=query.filters, without_exact=True
    )


def _town(at_random: random.Random, *, rounds: int) -> Iterator[list[PublicChange]]:
    """Yield what is published, withdrawn and corrected, round after round."""
    numbers, present = count(1), list[int]()
    for _ in range(rounds):
        changes = []
        # Mostly records only come, so that what is remembered is built upon.
        for _ in range(at_random.randint(1, 5)):
            number = next(numbers)
            changes.append(change(number, **_values(at_random)))
            present.append(number)
        if present and at_random.random() < 0.25:
            gone = present.pop(at_random.randrange(len(present)))
            changes.append(withdrawal(next(numbers), record=gone))
        if present and at_random.random() < 0.25:
            changes.append(
                change(
                    next(numbers),
                    record=at_random.choice(present),
                    operation=Operation.CORRECT,
                    **_values(at_random),
                )
            )
        yield changes


def _values(at_random: random.Random) -> dict[str, object]:
    return {
        "content": at_random.choice(_CONTENTS),
        "kind": at_random.choice(["licence", "penalty"]),
        # Now and then a decision whose number is what is searched for.
        "decision_number": at_random.choice(["2016号", "12", "连食药许〔2016〕1号"]),
    }


def _never(criteria: Criteria, limit: int) -> Sequence[int]:
    raise AssertionError("looked for again")
