"""The list of batches."""

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


def test_list_has_pages_of_twenty(browser: Client, unit: Unit) -> None:
    BatchFactory.create_batch(21, unit=unit)

    first = page_of(browser, "/office/batches/")
    second = page_of(browser, "/office/batches/?page=2")

    assert first.count('class="batch-link"') == 20
    assert second.count('class="batch-link"') == 1
    assert "?page=2" in first


@pytest.mark.parametrize("page", ["0", "-1", "9999", "zwei", ""])
def test_a_page_that_is_not_there_shows_one_that_is(
    browser: Client, unit: Unit, page: str
) -> None:
    BatchFactory.create(unit=unit)

    assert 'class="batch-link"' in page_of(browser, f"/office/batches/?page={page}")


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

    assert len(many) == len(one) <= 8
