"""Changes of state: told in their order, taken back where they were a mistake."""

from datetime import date, timedelta

import pytest

from gongshi.audit.models import Event
from gongshi.domain.lifecycle import Mark
from gongshi.portal.models import PublishedRecord
from gongshi.publication.actions_life import CannotMark, mark, take_mark_back
from gongshi.publication.queries import verify_feed
from gongshi.records.models import Record
from tests.factories import AT, REVIEWER, public_record

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATER = AT + timedelta(days=10)
ON = date(2016, 2, 29)


def _status() -> str:
    return PublishedRecord.objects.using("portal").get().status


def _mark(record: Record, kind: Mark, *, on: date = ON) -> None:
    mark(record, kind, on=on, reason="复议", by=REVIEWER, at=AT)


def _penalty() -> Record:
    record = public_record()
    Record.objects.update(kind="penalty")
    record.refresh_from_db()
    return record


@pytest.mark.parametrize(
    "kinds", [(Mark.REVOKED, Mark.OTHER), (Mark.OTHER, Mark.REVOKED)]
)
def test_revocation_is_told_whatever_else_is_noted(kinds: tuple[Mark, Mark]) -> None:
    record = public_record()

    for kind in kinds:
        _mark(record, kind)

    assert _status() == "撤销"


def test_day_before_the_decision_is_no_day_of_a_mark() -> None:
    record = public_record()

    with pytest.raises(CannotMark) as refused:
        _mark(record, Mark.REVOKED, on=record.decision_date - timedelta(days=1))

    assert refused.value.code == "before-decision"


def test_revocation_noted_by_mistake_is_taken_back_with_its_clock() -> None:
    record = _penalty()
    _mark(record, Mark.REVOKED)

    take_mark_back(record, Mark.REVOKED, reason="记错案号", by=REVIEWER, at=LATER)

    assert _status() == "正常"
    assert (record.revoked_on, record.withdraw_by) == (None, None)
    assert record.marks.get().outcome == "记错案号"
    assert verify_feed() is None
    event = Event.objects.get(action="publication.unmark")
    assert "记错案号" in event.details


def test_what_else_is_noted_is_told_once_the_revocation_is_taken_back() -> None:
    record = public_record()
    _mark(record, Mark.OTHER)
    _mark(record, Mark.REVOKED)

    take_mark_back(record, Mark.REVOKED, reason="误", by=REVIEWER, at=LATER)

    assert _status() == "其他"


def test_revocation_is_noted_again_with_the_right_day() -> None:
    record = _penalty()
    _mark(record, Mark.REVOKED)
    take_mark_back(record, Mark.REVOKED, reason="日期有误", by=REVIEWER, at=AT)

    _mark(record, Mark.REVOKED, on=date(2016, 2, 26))

    assert str(record.withdraw_by) == "2016-03-02"


@pytest.mark.parametrize(
    ("kind", "reason", "code"),
    [
        (Mark.REVOKED, " ", "no-reason"),
        (Mark.OTHER, "误", "not-marked"),
        (Mark.DISPUTED, "误", "not-marked"),
    ],
)
def test_only_what_is_noted_is_taken_back_for_a_reason(
    kind: Mark, reason: str, code: str
) -> None:
    record = public_record()
    _mark(record, Mark.REVOKED)

    with pytest.raises(CannotMark) as refused:
        take_mark_back(record, kind, reason=reason, by=REVIEWER, at=LATER)

    assert refused.value.code == code
    assert _status() == "撤销"
