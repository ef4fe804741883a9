"""The list of batches."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Unit, User
from gongshi.intake.models import Batch, BatchState
from gongshi.intake.queries import BatchOrder, list_batches
from tests.factories import AT, BatchFactory, MembershipFactory, UnitFactory
from tests.office.desk import address, page_of
from tests.plans import indexes_wherever_possible, scans, steps

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

COUNTS = {
    "rows": 1240,
    "good": 1223,
    "bad": 17,
    "new": 1200,
    "unchanged": 23,
    "corrections": 0,
    "not_public": 3,
}


def test_empty_list_explains_the_first_step(browser: Client) -> None:
    page = page_of(browser, "/office/batches/")

    assert "No file was sent yet" in page
    assert 'href="/office/upload/"' in page


def test_list_shows_the_units_batches_newest_first(browser: Client, unit: Unit) -> None:
    BatchFactory.create(unit=unit, name="older.xlsx")
    BatchFactory.create(
        unit=unit, name="newer.xlsx", received_at=AT + timedelta(hours=1)
    )

    page = page_of(browser, "/office/batches/")

    assert 0 < page.index("newer.xlsx") < page.index("older.xlsx")


def test_list_shows_state_figures_sender_and_time(browser: Client, unit: Unit) -> None:
    BatchFactory.create(unit=unit, state=BatchState.CHECKED, counts=COUNTS, waiting=9)

    page = page_of(browser, "/office/batches/")

    for text in ("1,240", "1,223", "17", "23", "To be published", "li", "2016-03-01"):
        assert text in page


def test_list_leaves_out_other_units(browser: Client) -> None:
    other = BatchFactory.create(name="theirs.xlsx")

    page = page_of(browser, "/office/batches/")

    assert "theirs.xlsx" not in page
    assert address(other) not in page


def test_list_shows_the_batches_of_all_units_where_the_officer_has_a_role(
    browser: Client, officer: User, unit: Unit
) -> None:
    second = MembershipFactory.create(user=officer, unit=UnitFactory.create()).unit
    BatchFactory.create(unit=unit, name="first.xlsx")
    BatchFactory.create(unit=second, name="second.xlsx")

    page = page_of(browser, "/office/batches/")

    assert "first.xlsx" in page
    assert "second.xlsx" in page
    assert second.short_name in page


def test_pages_of_twenty_show_every_batch_once(
    browser: Client, officer: User, unit: Unit
) -> None:
    second = MembershipFactory.create(user=officer, unit=UnitFactory.create()).unit
    BatchFactory.create_batch(23, unit=unit)  # all received in the same moment
    BatchFactory.create_batch(22, unit=second)

    seen, query = [], ""
    while True:
        page = page_of(browser, f"/office/batches/{query}")
        seen.append(re.findall(r'class="batch-link" href="([^"]+)"', page))
        more = re.search(r'rel="next" href="([^"]+)"', page)
        if more is None:
            break
        query = more[1]

    assert [len(batches) for batches in seen] == [20, 20, 5]
    assert len({address for batches in seen for address in batches}) == 45
    assert "From the beginning" in page


def test_pages_keep_the_filter(browser: Client, unit: Unit) -> None:
    BatchFactory.create_batch(21, unit=unit, state=BatchState.CHECKED)
    BatchFactory.create(
        unit=unit, name="failed.xlsx", state=BatchState.FAILED, failure="unreadable"
    )

    first = page_of(browser, "/office/batches/?state=checked")
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page_of(browser, f"/office/batches/{more.replace('&amp;', '&')}")

    assert second.count('class="batch-link"') == 1
    assert "failed.xlsx" not in first + second


@pytest.mark.parametrize("place", ["0", "zwei", "", "0" * 32])
def test_a_place_that_is_not_there_begins_at_the_beginning(
    browser: Client, unit: Unit, place: str
) -> None:
    BatchFactory.create(unit=unit)

    assert 'class="batch-link"' in page_of(browser, f"/office/batches/?after={place}")


def test_list_costs_the_same_queries_for_one_and_for_many(
    browser: Client, unit: Unit
) -> None:
    BatchFactory.create(unit=unit, state=BatchState.CHECKED, counts=COUNTS)
    browser.get("/office/batches/")  # the first page of a minute prolongs the session
    with CaptureQueriesContext(connection) as one:
        browser.get("/office/batches/")
    BatchFactory.create_batch(15, unit=unit, state=BatchState.CHECKED, counts=COUNTS)

    with CaptureQueriesContext(connection) as many:
        browser.get("/office/batches/")

    assert len(many) == len(one) <= 9


TODAY = date(2016, 3, 1)


def _waiting(unit: Unit, publish_by: date | None, **values: object) -> Batch:
    waits = {"state": BatchState.CHECKED, "waiting": 1}
    return BatchFactory.create(unit=unit, publish_by=publish_by, **(waits | values))


def _listed(page: str) -> list[str]:
    return re.findall(r'class="batch-link" href="[^"]+">([^<]+)<', page)


@pytest.mark.parametrize(
    ("publish_by", "look", "words"),
    [
        (date(2016, 2, 29), "late", "1 working day late"),
        (date(2016, 3, 1), "today", "Due today"),
        (date(2016, 3, 2), "soon", "1 working day left"),
        (date(2016, 3, 8), "far", "5 working days left"),
        (None, "unknown", "Deadline not known yet"),
    ],
)
def test_list_shows_the_first_deadline_of_what_waits(
    browser: Client, unit: Unit, publish_by: date | None, look: str, words: str
) -> None:
    _waiting(unit, publish_by)

    page = page_of(browser, "/office/batches/")

    assert f'<span class="due due-{look}"' in page
    assert words in page


@pytest.mark.parametrize(
    "values",
    [
        {
            "state": BatchState.PUBLISHED,
            "published_by": "wang",
            "approved_at": AT,
            "published_at": AT,
        },
        {"state": BatchState.CHECKED, "waiting": 0},
        {"state": BatchState.FAILED, "failure": "unreadable", "waiting": 0},
    ],
)
def test_batch_of_which_nothing_waits_has_no_deadline(
    browser: Client, unit: Unit, values: dict[str, Any]
) -> None:
    _waiting(unit, TODAY, **values)

    every = page_of(browser, "/office/batches/")
    due = page_of(browser, "/office/batches/?order=deadline")

    assert 'class="batch-link"' in every
    assert 'class="due ' not in every
    assert 'class="batch-link"' not in due


def test_list_in_the_order_of_deadlines_begins_with_what_is_due_first(
    browser: Client, unit: Unit
) -> None:
    for days in (5, -5, 0):
        _waiting(unit, TODAY + timedelta(days=days), name=f"{days}.xlsx")
    _waiting(unit, None, name="unknown.xlsx")

    page = page_of(browser, "/office/batches/?order=deadline")

    assert _listed(page) == ["-5.xlsx", "0.xlsx", "5.xlsx"]


def test_pages_in_the_order_of_deadlines_show_every_batch_once(
    browser: Client, officer: User, unit: Unit
) -> None:
    second = MembershipFactory.create(user=officer, unit=UnitFactory.create()).unit
    for number in range(45):
        day = TODAY + timedelta(days=number // 15)  # fifteen are due on each day
        _waiting((unit, second)[number % 2], day, name=f"{day} {number}.xlsx")
    seen, query = [], "?order=deadline"
    while query:
        page = page_of(browser, f"/office/batches/{query}")
        seen.append(_listed(page))
        more = re.search(r'rel="next" href="([^"]+)"', page)
        query = more[1].replace("&amp;", "&") if more else ""

    names = [name for batches in seen for name in batches]
    assert [len(batches) for batches in seen] == [20, 20, 5]
    assert len(set(names)) == 45
    assert [name[:10] for name in names] == sorted(name[:10] for name in names)


def test_next_page_by_deadline_stays_the_same_when_the_last_batch_is_done(
    browser: Client, unit: Unit
) -> None:
    for number in range(22):
        _waiting(unit, TODAY + timedelta(days=number), name=f"{number}.xlsx")
    first = page_of(browser, "/office/batches/?order=deadline")
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)

    Batch.objects.filter(name="19.xlsx").update(waiting=0)

    second = page_of(browser, f"/office/batches/{more.replace('&amp;', '&')}")
    assert _listed(second) == ["20.xlsx", "21.xlsx"]


def test_order_of_deadlines_is_none_among_what_cannot_wait(
    browser: Client, unit: Unit
) -> None:
    BatchFactory.create(unit=unit, state=BatchState.FAILED, failure="unreadable")

    page = page_of(browser, "/office/batches/?order=deadline&state=failed")

    assert 'class="batch-link"' in page
    assert "Batches of your units, newest first" in page


@pytest.mark.parametrize("place", ["0", "2016-03-01~x", "2016-13-01~" + "0" * 32])
def test_a_deadline_that_is_no_place_begins_at_the_beginning(
    browser: Client, unit: Unit, place: str
) -> None:
    _waiting(unit, TODAY)

    page = page_of(browser, f"/office/batches/?order=deadline&after={place}")

    assert 'class="batch-link"' in page


def test_list_in_the_order_of_deadlines_reads_an_index_of_what_waits() -> None:
    units = [unit.pk for unit in UnitFactory.create_batch(3)]
    place = f"{TODAY}~{'0' * 32}"

    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        for after in ("", place):
            list_batches(units, order=BatchOrder.DEADLINE, after=after, size=20)

        found = [step for step, _ in steps(queries, "intake_batch")]
        assert any("batch_to_review" in step for step in found)
        assert scans(queries, "intake_batch") == []
