"""What ended early by mistake is shown again."""

from datetime import timedelta

import pytest

from gongshi.domain.feed import Operation
from gongshi.domain.lifecycle import State
from gongshi.portal.models import PublishedRecord, Tombstone
from gongshi.publication.actions import CannotWithdraw, end_early, resume
from tests.factories import AT, REVIEWER, public_record

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATER = AT + timedelta(days=10)


def test_ended_record_is_shown_again_under_its_first_dates() -> None:
    record = public_record()
    first = record.published_on
    end_early(record, reason_code="repair", reason="已修复", by=REVIEWER, at=AT)

    change = resume(record, reason="修复决定被撤销", by=REVIEWER, at=LATER)

    shown = PublishedRecord.objects.using("portal").get()
    assert change is not None
    assert change.operation is Operation.PUBLISH
    assert (record.state, record.published_on) == (State.PUBLISHED, first)
    assert (shown.pk, shown.published_on) == (record.pk, first)
    assert not Tombstone.objects.using("portal").exists()


@pytest.mark.parametrize(
    ("reason", "code"), [("", "no-reason"), ("已撤销", "not-ended")]
)
def test_only_what_ended_is_shown_again_and_for_a_reason(
    reason: str, code: str
) -> None:
    record = public_record()

    with pytest.raises(CannotWithdraw) as refused:
        resume(record, reason=reason, by=REVIEWER, at=AT)

    assert refused.value.code == code
    assert record.state == State.PUBLISHED
