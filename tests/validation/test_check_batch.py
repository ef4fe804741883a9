"""Checking a batch: how far it is, and the settings that it goes by."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import translation

from gongshi.audit.models import Event
from gongshi.domain.working_days import Calendar, DayKind, default_calendar
from gongshi.intake.actions import Lease, Progress, receive_file, save_progress
from gongshi.intake.models import Batch, BatchState
from gongshi.validation import actions
from gongshi.validation.queries import rule_groups
from gongshi.validation.tasks import check_batch
from tests.factories import AT, BY, UnitFactory, upload
from tests.office.desk import WRONG_CODE, check, checked_batch, licence_file

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

DECIDED = {"decision_date": "2016/02/26"}
NINTH_OF_MARCH = AT + timedelta(days=8)  # the deadline was the 8th


def _wide(columns: int) -> bytes:
    header = licence_file().rstrip()
    return header + b"," * (columns - header.count(b",") - 1) + b"x\n"


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[Progress]:
    """Return what is saved of a check's progress, as it goes on."""
    told: list[Progress] = []

    def save(batch: Batch, progress: Progress, *, lease: Lease) -> None:
        told.append(progress)
        save_progress(batch, progress, lease=lease)

    monkeypatch.setattr(actions, "save_progress", save)
    return told


def test_rows_are_known_before_the_first_is_checked(saved: list[Progress]) -> None:
    batch = checked_batch(UnitFactory.create(), licence_file({}, WRONG_CODE, {}))

    assert (saved[0].rows_done, saved[0].rows_total) == (0, 3)
    assert (batch.rows_done, batch.rows_total) == (3, 3)


def test_rows_done_are_never_more_than_all(saved: list[Progress]) -> None:
    content = licence_file({}, {}).replace(b"\r\n", b"\r")

    batch = checked_batch(UnitFactory.create(), content)

    assert batch.counts["rows"] == 2
    assert all(p.rows_done <= (p.rows_total or 0) for p in saved)


def test_calendar_of_the_settings_decides_what_is_late(settings: LazySettings) -> None:
    usual = checked_batch(
        UnitFactory.create(), licence_file(DECIDED), at=NINTH_OF_MARCH
    )
    settings.CALENDAR = _with_holiday(date(2016, 3, 7))
    longer = checked_batch(
        UnitFactory.create(), licence_file(DECIDED), at=NINTH_OF_MARCH
    )

    assert "warning late" in usual.rule_counts
    assert "warning late" not in longer.rule_counts


def test_a_unit_hands_in_no_decision_made_after_its_end() -> None:
    ended = UnitFactory.create(valid_until=date(2016, 2, 25))

    batch = checked_batch(ended, licence_file({"decision_date": "2016/02/25"}, DECIDED))

    assert batch.counts["good"] == 1
    assert batch.rule_counts["error unit-absent"] == 1


def test_a_unit_hands_in_no_decision_made_before_it_began() -> None:
    new = UnitFactory.create(valid_from=date(2016, 2, 27))

    batch = checked_batch(new, licence_file(DECIDED))

    assert batch.counts["good"] == 0
    assert "error unit-absent" in batch.rule_counts


def _with_holiday(day: date) -> Calendar:
    return default_calendar().extended([(day, DayKind.HOLIDAY)])


@pytest.mark.parametrize(
    ("limit", "state"), [(1000, BatchState.CHECKED), (100, BatchState.FAILED)]
)
def test_upload_limit_of_the_settings_is_that_of_the_reader(
    settings: LazySettings, limit: int, state: BatchState
) -> None:
    content = licence_file({})
    batch = receive_file(upload(content), unit=UnitFactory.create(), by=BY, at=AT)
    settings.UPLOAD_LIMIT_BYTES = len(content) * limit // 1000

    check(batch)

    assert batch.state == state


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n", "文件无法读取：这是 PDF 文件。请"),
        (_wide(300), "文件超过上限：300 列，上限为 256 列。请"),
    ],
)
def test_why_a_file_cannot_be_used_is_said_in_the_readers_language(
    content: bytes, message: str
) -> None:
    batch = checked_batch(UnitFactory.create(), content)

    with translation.override("zh-hans"):
        (group,) = rule_groups(batch)

    assert group.listed[0].message.startswith(message)


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_check_by_the_worker_is_told_as_of_the_batchs_unit() -> None:
    unit = UnitFactory.create()
    batch = receive_file(upload(licence_file({})), unit=unit, by=BY, at=AT)
    check_batch.enqueue(str(batch.pk))

    call_command("db_worker", batch=True, startup_delay=False)

    told = Event.objects.get(action="intake.finish_checking")
    assert (told.username, told.unit_code) == ("worker", unit.code)


def test_findings_on_the_page_are_those_of_the_report() -> None:
    batch = checked_batch(UnitFactory.create(), licence_file(WRONG_CODE, WRONG_CODE))

    with translation.override("en"):
        groups = {group.code: group for group in rule_groups(batch)}

    places = [(found.place, found.row) for found in groups["credit-code"].listed]
    assert [row for _, row in places] == [2, 3]
    assert replace(groups["credit-code"].listed[0], row=None).expected == "R"
