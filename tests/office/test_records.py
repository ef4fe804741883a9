"""The list of records: filters, order, pages."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role, Unit, User
from gongshi.domain.lifecycle import State
from tests.factories import (
    MembershipFactory,
    RecordFactory,
    UnitFactory,
    standing_as,
)
from tests.office.desk import page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

RECORDS = "/office/records/"
TODAY = date(2016, 3, 1)


def _names(client: Client, query: str = "") -> list[str]:
    page = page_of(client, f"{RECORDS}?{query}")
    return re.findall(r'href="/office/records/[0-9a-f-]{36}/">([^<]+)<', page)


@pytest.fixture
def filled(unit: Unit) -> Unit:
    """Return the unit with four records, each telling in one way from the others."""
    RecordFactory.create(
        unit=unit,
        subject_name="甲公司",
        decision_date=date(2016, 2, 1),
        publish_by=TODAY - timedelta(days=4),
    )
    RecordFactory.create(
        unit=unit,
        subject_name="乙公司",
        kind="penalty",
        decision_date=date(2016, 2, 2),
        **standing_as(State.PUBLISHED),
    )
    RecordFactory.create(
        unit=unit,
        subject_name="丙公司",
        decision_date=date(2016, 2, 3),
        decision_number="连安监罚〔2016〕7号",
        **standing_as(State.RETURNED),
        publish_by=TODAY,
    )
    RecordFactory.create(
        unit=unit,
        subject_name="丁公司",
        decision_date=date(2016, 2, 4),
        credit_code="91320700139000000X",
        **standing_as(State.NOT_PUBLIC),
    )
    return unit


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["丁公司", "丙公司", "乙公司", "甲公司"]),
        ("kind=penalty", ["乙公司"]),
        ("kind=licence", ["丁公司", "丙公司", "甲公司"]),
        ("state=published", ["乙公司"]),
        ("state=returned", ["丙公司"]),
        ("state=not_public", ["丁公司"]),
        ("state=not_public&kind=penalty", []),
        ("since=2016-02-02&until=2016-02-03", ["丙公司", "乙公司"]),
        ("order=deadline", ["甲公司", "丙公司"]),
        ("due=late", ["甲公司"]),
        ("due=today", ["丙公司"]),
        ("due=soon", ["丙公司"]),
        ("due=late&kind=penalty", []),
        ("text=丙", ["丙公司"]),
        ("text=连安监罚", ["丙公司"]),
        ("text=公司", []),
        ("text=91320700139000000x", ["丁公司"]),
        ("text=甲&state=returned", []),
        ("text=丙&order=deadline", ["丙公司"]),
        ("kind=wish&state=lost&due=never&order=odd&since=x", None),
    ],
)
def test_list_shows_what_is_asked_for(
    browser: Client, filled: Unit, query: str, names: list[str] | None
) -> None:
    expected = ["丁公司", "丙公司", "乙公司", "甲公司"] if names is None else names

    assert _names(browser, query) == expected


def test_list_leaves_out_other_units_and_what_is_landing(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(subject_name="别处公司")
    RecordFactory.create(unit=unit, subject_name="未定公司", state=State.RECEIVED)

    assert _names(browser) == []


def test_unit_is_chosen_among_those_of_the_reader(
    browser: Client, officer: User, filled: Unit
) -> None:
    second = MembershipFactory.create(user=officer, unit=UnitFactory.create()).unit
    RecordFactory.create(unit=second, subject_name="戊公司")
    elsewhere = UnitFactory.create()

    assert _names(browser, f"unit={second.code}") == ["戊公司"]
    assert len(_names(browser, f"unit={elsewhere.code}")) == 5


@pytest.mark.parametrize("query", ["", "state=checked&order=deadline", "text=公司"])
def test_pages_show_every_record_once(
    browser: Client, officer: User, unit: Unit, query: str
) -> None:
    second = MembershipFactory.create(user=officer, unit=UnitFactory.create()).unit
    for number in range(60):
        RecordFactory.create(
            unit=unit if number % 3 else second,
            kind="licence" if number % 2 else "penalty",
            subject_name=f"公司{number}",
            decision_date=date(2016, 2, 1 + number % 4),
            publish_by=date(2016, 3, 1 + number % 4),
        )

    seen, address = [], f"{RECORDS}?{query}"
    while address:
        page = page_of(browser, address)
        seen += re.findall(r'/">(公司\d+)<', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = RECORDS + more[1].replace("&amp;", "&") if more else ""

    assert len(seen) == len(set(seen)) == 60


def test_place_that_somebody_made_up_begins_at_the_beginning(
    browser: Client, filled: Unit
) -> None:
    assert len(_names(browser, "after=nonsense~x")) == 4


def test_every_row_shows_its_deadline_and_state(browser: Client, filled: Unit) -> None:
    page = page_of(browser, RECORDS)

    for words in ("2 working days late", "Due today", "Not public", "Returned"):
        assert words in page


def test_list_costs_the_same_queries_for_one_and_for_many(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(unit=unit)
    few = _cost(browser)
    RecordFactory.create_batch(40, unit=unit)

    assert _cost(browser) == few <= 10


def test_auditor_reads_the_list_of_the_units_below(
    stranger: Client, filled: Unit
) -> None:
    auditor = MembershipFactory.create(role=Role.AUDITOR)
    filled.superior = auditor.unit
    filled.save()
    stranger.force_login(auditor.user)

    assert len(_names(stranger)) == 4


def _cost(client: Client) -> int:
    client.get(RECORDS)  # the first page of a minute prolongs the session
    with CaptureQueriesContext(connection) as queries:
        client.get(RECORDS)
    return len(queries)
