"""The to-do page: what waits, how pressing it is, for whom."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role, Unit
from gongshi.domain.lifecycle import State
from gongshi.records.models import Record
from gongshi.review.models import Notice
from tests.factories import (
    AT,
    BatchFactory,
    MembershipFactory,
    ProposedCorrectionFactory,
    RecordFactory,
    UnitFactory,
    standing_as,
)
from tests.office.desk import checked_batch, licence_file, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

TODAY = date(2016, 3, 1)


def _counts(page: str) -> dict[str, str]:
    found = re.findall(
        r'count-number">([\d,+]+)</span><span class="count-name">([^<]+)<', page
    )
    return {name: number for number, name in found}


def _section(page: str, name: str) -> str:
    return page.split(f'id="{name}-title"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("publish_by", "words"),
    [
        (date(2016, 2, 29), "1 working day late"),
        (date(2016, 2, 26), "2 working days late"),
        (date(2016, 3, 1), "Due today"),
        (date(2016, 3, 2), "1 working day left"),
        (date(2016, 3, 8), "5 working days left"),
    ],
)
def test_deadline_is_told_in_words(
    browser: Client, unit: Unit, publish_by: date, words: str
) -> None:
    RecordFactory.create(unit=unit, publish_by=publish_by)

    assert words in _section(page_of(browser, "/office/"), "due")


def test_counts_tell_what_is_late_due_and_soon(browser: Client, unit: Unit) -> None:
    for days in (-4, -1, 0, 1, 2, 30):
        RecordFactory.create(unit=unit, publish_by=TODAY + timedelta(days=days))
    RecordFactory.create(
        unit=unit, **standing_as(State.PUBLISHED), publish_by=TODAY - timedelta(days=9)
    )

    counts = _counts(page_of(browser, "/office/"))

    assert (counts["late"], counts["due today"]) == ("2", "1")
    assert counts["due within 2 working days"] == "2"
    assert counts["wait for review"] == "6"


def test_record_whose_years_holidays_are_unknown_is_counted_apart(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(unit=unit, publish_by=None)

    page = page_of(browser, "/office/")

    assert _counts(page)["without a known deadline"] == "1"
    assert _counts(page)["late"] == "0"


def test_what_is_due_first_stands_first(browser: Client, unit: Unit) -> None:
    for days, name in ((5, "后来公司"), (-5, "最先公司"), (0, "今日公司")):
        RecordFactory.create(
            unit=unit, subject_name=name, publish_by=TODAY + timedelta(days=days)
        )

    due = _section(page_of(browser, "/office/"), "due")

    assert due.index("最先公司") < due.index("今日公司") < due.index("后来公司")


def test_revoked_penalty_runs_against_its_clock(browser: Client, unit: Unit) -> None:
    RecordFactory.create(
        unit=unit,
        kind="penalty",
        subject_name="某公司",
        **standing_as(State.PUBLISHED),
        status_mark="revoked",
        revoked_on=TODAY,
        withdraw_by=date(2016, 3, 4),
    )

    section = _section(page_of(browser, "/office/"), "withdraw")

    assert "某公司" in section
    assert "3 working days left" in section


@pytest.mark.parametrize(
    ("values", "section"),
    [
        (standing_as(State.RETURNED), "returned"),
        (
            standing_as(State.PUBLISHED) | {"disputed_on": TODAY},
            "disputed",
        ),
        (
            standing_as(State.DEFERRED) | {"hold_until": date(2016, 2, 29)},
            "held",
        ),
    ],
)
def test_what_came_back_stands_under_its_heading(
    browser: Client, unit: Unit, values: dict[str, Any], section: str
) -> None:
    RecordFactory.create(unit=unit, subject_name="某公司", **values)

    assert "某公司" in _section(page_of(browser, "/office/"), section)


def test_deferral_that_still_runs_is_not_asked_about(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(unit=unit, **standing_as(State.DEFERRED))

    assert 'id="held-title"' not in page_of(browser, "/office/")


def test_reviewer_sees_batches_with_their_first_deadline_and_enterer_does_not(
    reviewer: Client, enterer: Client, unit: Unit
) -> None:
    checked_batch(unit, licence_file({}, {"decision_date": "2016/02/22"}))

    section = _section(page_of(reviewer, "/office/"), "batches")

    assert "许可.csv" in section
    assert re.search(r'class="number"[^>]*>2<', section)
    assert "1 working day left" in section
    assert 'id="batches-title"' not in page_of(enterer, "/office/")


def test_batch_leaves_the_page_when_its_records_were_approved_one_by_one(
    reviewer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))
    record = Record.objects.get(batch_id=batch.pk)

    reviewer.post(
        f"/office/records/{record.pk}/approve",
        {"version": "1", "secrecy_checked": "yes"},
    )

    batch.refresh_from_db()
    assert batch.waiting == 0
    assert 'id="batches-title"' not in page_of(reviewer, "/office/")


LATE = {"decision_date": "2016/01/05"}


def test_enterer_sees_the_batches_that_wait_for_reasons(
    enterer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, LATE))

    section = _section(page_of(enterer, "/office/"), "unexplained")

    assert f"/office/batches/{batch.pk}/#to-confirm" in section
    assert re.search(r'class="number"[^>]*>1<', section)


def test_batch_leaves_the_enterer_when_its_reasons_are_given(
    enterer: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, LATE))

    enterer.post(
        f"/office/batches/{batch.pk}/confirm", {"code": "late", "reason": "补报"}
    )

    batch.refresh_from_db()
    assert batch.unexplained == 0
    assert 'id="unexplained-title"' not in page_of(enterer, "/office/")


def test_reviewer_is_told_which_batches_wait_for_reasons(
    reviewer: Client, unit: Unit
) -> None:
    checked_batch(unit, licence_file({}, LATE))

    page = page_of(reviewer, "/office/")

    assert "waits for the unit's reasons" in _section(page, "batches")
    assert 'id="unexplained-title"' not in page


def test_reviewer_sees_corrections_to_decide(reviewer: Client, unit: Unit) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.PUBLISHED))
    ProposedCorrectionFactory.create(record=record)

    assert record.subject_name in _section(page_of(reviewer, "/office/"), "corrections")


def test_correction_from_another_unit_reaches_the_reviewers_of_the_records_unit(
    reviewer: Client, unit: Unit
) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.PUBLISHED))
    ProposedCorrectionFactory.create(record=record, unit=UnitFactory.create())

    assert record.subject_name in _section(page_of(reviewer, "/office/"), "corrections")


def test_correction_of_another_units_record_is_not_shown_to_those_who_proposed_it(
    reviewer: Client, unit: Unit
) -> None:
    theirs = RecordFactory.create(**standing_as(State.PUBLISHED))
    ProposedCorrectionFactory.create(record=theirs, unit=unit)

    page = page_of(reviewer, "/office/")

    assert 'id="corrections-title"' not in page
    assert theirs.subject_name not in page
    assert theirs.decision_number not in page


def test_correction_names_the_unit_that_proposed_it_where_it_is_another(
    reviewer: Client, unit: Unit
) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.PUBLISHED))
    other = UnitFactory.create()
    ProposedCorrectionFactory.create(record=record, unit=other)

    assert other.name in _section(page_of(reviewer, "/office/"), "corrections")


def test_correction_shows_the_deadline_of_a_record_that_still_waits(
    reviewer: Client, unit: Unit
) -> None:
    record = RecordFactory.create(
        unit=unit, publish_by=date(2016, 3, 2), **standing_as(State.APPROVED)
    )
    ProposedCorrectionFactory.create(record=record)

    section = _section(page_of(reviewer, "/office/"), "corrections")

    assert "1 working day left" in section


def test_correction_of_a_public_record_has_no_deadline(
    reviewer: Client, unit: Unit
) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.PUBLISHED))
    ProposedCorrectionFactory.create(record=record)

    assert 'class="due ' not in _section(page_of(reviewer, "/office/"), "corrections")


def test_corrections_that_came_first_are_decided_first(
    reviewer: Client, unit: Unit
) -> None:
    for hours, name in ((2, "后来公司"), (0, "最先公司"), (1, "其次公司")):
        record = RecordFactory.create(
            unit=unit, subject_name=name, **standing_as(State.PUBLISHED)
        )
        ProposedCorrectionFactory.create(
            record=record, received_at=AT + timedelta(hours=hours)
        )

    section = _section(page_of(reviewer, "/office/"), "corrections")

    assert (
        section.index("最先公司")
        < section.index("其次公司")
        < section.index("后来公司")
    )


def test_news_is_unread_until_the_record_was_opened(
    enterer: Client, unit: Unit
) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.RETURNED))
    Notice.objects.create(
        recipient="enterer", record=record, kind="returned", by="wang", at=AT
    )

    before = page_of(enterer, "/office/")
    page_of(enterer, f"/office/records/{record.pk}/")
    after = page_of(enterer, "/office/")

    assert "Returned to you" in before
    assert "Returned to you" not in after


def test_nobody_sees_what_waits_in_other_units(browser: Client) -> None:
    RecordFactory.create(subject_name="别处公司")
    BatchFactory.create(name="别处.csv", state="checked", waiting=3)

    page = page_of(browser, "/office/")

    assert "别处" not in page
    assert "Nothing waits for you." in page


def test_page_costs_the_same_queries_for_few_and_for_many(
    reviewer: Client, unit: Unit
) -> None:
    _one_of_each(unit)
    few = _cost(reviewer)
    for _ in range(20):
        _one_of_each(unit)

    assert _cost(reviewer) == few <= 25


def test_city_office_sees_all_units_below_it(stranger: Client, unit: Unit) -> None:
    city = MembershipFactory.create(role=Role.CREDIT_OFFICE)
    unit.superior = city.unit
    unit.save()
    RecordFactory.create(unit=unit, subject_name="某公司")
    stranger.force_login(city.user)

    assert "某公司" in _section(page_of(stranger, "/office/"), "due")


def _one_of_each(unit: Unit) -> None:
    record = RecordFactory.create(unit=unit, publish_by=TODAY)
    ProposedCorrectionFactory.create(record=record)
    RecordFactory.create(unit=unit, **standing_as(State.RETURNED))
    RecordFactory.create(unit=unit, **standing_as(State.PUBLISHED), disputed_on=TODAY)
    BatchFactory.create(unit=unit, state="checked", waiting=1)


def _cost(client: Client) -> int:
    client.get("/office/")  # the first page of a minute prolongs the session
    with CaptureQueriesContext(connection) as queries:
        client.get("/office/")
    return len(queries)
