"""The list of batches."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Unit, User
from gongshi.intake.models import BatchState
from tests.factories import AT, BatchFactory, MembershipFactory, UnitFactory
from tests.office.desk import address, page_of

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
