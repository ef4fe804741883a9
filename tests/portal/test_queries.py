"""The rolling list shows ten days, decided by the day of the request."""

from datetime import timedelta

import pytest

from gongshi.portal import queries
from gongshi.portal.actions import apply_changes
from gongshi.portal.models import Tombstone
from gongshi.portal.queries import CannotRead, Listing
from tests.portal.changes import TODAY, change, publish, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


def _pages(**wanted: str) -> list[int]:
    found: list[int] = []
    after: str | None = None
    while True:
        page = queries.rolling_list(TODAY, Listing(**wanted), after=after)
        found += [record.position for record in page.records]
        if page.next is None:
            return found
        after = page.next


def _day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_list_ends_with_the_last_listed_day() -> None:
    publish({"listed_until": _day(0)}, {"listed_until": _day(-1)})

    assert _pages() == [1]


def test_list_shows_the_latest_published_first_across_pages() -> None:
    publish(*({"listed_until": _day(number % 3)} for number in range(50)))

    found = _pages()

    expected = sorted(range(1, 51), key=lambda n: ((n - 1) % 3, n), reverse=True)
    assert found == expected


def test_list_of_one_kind_has_no_other() -> None:
    publish({}, {"kind": "penalty"}, {})

    assert _pages(kind="penalty") == [2]
    assert _pages(kind="licence") == [3, 1]


def test_list_of_a_unit_region_or_item_has_no_other() -> None:
    publish(
        {"unit_code": "lyg-hbj"},
        {"region_code": "320706"},
        {"catalogue_item": "XK-7", "unit_code": "lyg-hbj"},
    )

    assert _pages(unit_code="lyg-hbj") == [3, 1]
    assert _pages(region_code="320706") == [2]
    assert _pages(unit_code="lyg-hbj", item="XK-7") == [3]


def test_list_leaves_out_natural_persons() -> None:
    publish({"person": "natural"}, {})

    assert _pages() == [2]


def test_list_leaves_out_what_is_no_longer_displayed() -> None:
    publish({"display_until": _day(-1)}, {"display_until": None}, {})

    assert _pages() == [3, 2]


def test_counts_tell_the_kinds_apart() -> None:
    publish({}, {"kind": "penalty"}, {}, {"listed_until": _day(-1)})

    counts = queries.listed_counts(TODAY)

    assert (counts["licence"].number, counts["penalty"].number) == (2, 1)


def test_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNT_LIMIT", 2)
    publish({}, {}, {})

    count = queries.listed_counts(TODAY)["licence"]

    assert (count.number, count.is_exact) == (2, False)


@pytest.mark.parametrize("after", ["1", "20160230.1", "20160301.", "20160301.-1"])
def test_list_cursor_that_no_page_made_is_refused(after: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        queries.rolling_list(TODAY, after=after)

    assert refusal.value.code == "bad-cursor"


def test_empty_store_has_a_head_and_totals() -> None:
    assert queries.feed_head().sequence == 0
    assert queries.published_totals() == {"licence": 0, "penalty": 0}


def test_withdrawn_record_is_found_as_its_tombstone() -> None:
    apply_changes([change(1), withdrawal(2, record=1)])

    assert isinstance(queries.find_record(record_id(1)), Tombstone)
    assert queries.find_record(record_id(2)) is None
