"""What waits otherwise than by a known deadline: counted, listed, led to."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.domain.lifecycle import State
from tests.factories import RecordFactory, standing_as
from tests.office.desk import page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

RECORDS = "/office/records/"
TODAY = date(2016, 3, 1)
PUBLIC = standing_as(State.PUBLISHED)


def _names(page: str) -> list[str]:
    return re.findall(r'href="/office/records/[0-9a-f-]{36}/">([^<]+)<', page)


@pytest.fixture
def waiting(unit: Unit) -> Unit:
    """Return the unit with a record, or two, in each of these lists."""
    for name, values in {
        "甲公司": {"publish_by": None, "decision_date": date(2016, 1, 1)},
        "乙公司": {"publish_by": None, **standing_as(State.RETURNED)},
        "丙公司": {"kind": "penalty", **PUBLIC, "revoked_on": TODAY},
        "丁公司": {**PUBLIC, "revoked_on": TODAY},  # a licence may stay
        "戊公司": {**PUBLIC, "disputed_on": TODAY},
        "己公司": standing_as(State.DEFERRED) | {"hold_until": date(2016, 2, 29)},
        "庚公司": standing_as(State.DEFERRED) | {"hold_until": TODAY},
    }.items():
        RecordFactory.create(unit=unit, subject_name=name, **values)
    return unit


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("due=unknown", ["甲公司", "乙公司"]),
        ("due=unknown&state=returned", ["乙公司"]),
        ("due=unknown&since=2016-02-01", ["乙公司"]),
        ("due=unknown&until=2016-02-01", ["甲公司"]),
        ("due=unknown&kind=penalty", []),
        ("due=withdraw", ["丙公司"]),
        ("due=disputed", ["戊公司"]),
        ("due=held", ["己公司"]),
        ("due=held&text=己", ["己公司"]),
        ("due=disputed&text=戊", ["戊公司"]),
        ("due=withdraw&text=戊", []),
        ("due=unknown&text=甲", ["甲公司"]),
    ],
)
def test_list_shows_what_waits(
    browser: Client, waiting: Unit, query: str, names: list[str]
) -> None:
    assert _names(page_of(browser, f"{RECORDS}?{query}")) == names


def test_pages_of_what_waits_show_every_record_once(
    browser: Client, unit: Unit
) -> None:
    for number in range(30):
        RecordFactory.create(
            unit=unit,
            subject_name=f"{number}公司",
            kind="penalty",
            **PUBLIC,
            revoked_on=TODAY - timedelta(days=number % 3),
        )

    first = page_of(browser, f"{RECORDS}?due=withdraw")
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more is not None
    second = page_of(browser, RECORDS + more[1].replace("&amp;", "&"))

    assert sorted(_names(first) + _names(second)) == sorted(
        f"{number}公司" for number in range(30)
    )


@pytest.mark.parametrize("waits", ["unknown", "withdraw", "disputed", "held"])
def test_to_do_page_leads_to_all_that_waits(
    browser: Client, waiting: Unit, waits: str
) -> None:
    page = page_of(browser, "/office/")

    section = page.split(f'id="{waits}-title"')[1].split("</section>")[0]
    assert f'href="/office/records/?due={waits}"' in section


def test_returned_record_without_a_known_deadline_stands_on_the_to_do_page(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(
        unit=unit,
        subject_name="年末公司",
        publish_by=None,
        **standing_as(State.RETURNED),
    )

    page = page_of(browser, "/office/")

    assert "年末公司" in page
    assert "Nothing waits for you." not in page


def test_revoked_penalty_without_a_known_day_stands_on_the_to_do_page(
    browser: Client, waiting: Unit
) -> None:
    section = page_of(browser, "/office/").split('id="withdraw-title"')[1]

    assert "Deadline not known yet" in section.split("</section>")[0]


def test_order_of_deadlines_tells_what_it_leaves_out(
    browser: Client, waiting: Unit
) -> None:
    by_deadline = page_of(browser, f"{RECORDS}?order=deadline")
    by_decision = page_of(browser, RECORDS)

    assert 'href="?due=unknown">Show them (2)</a>' in by_deadline
    assert "Show them" not in by_decision
