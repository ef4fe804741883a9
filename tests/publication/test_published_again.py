"""What comes back to the public as something else says since when."""

from datetime import timedelta

import pytest

from gongshi.domain.lifecycle import State
from gongshi.portal.models import PublishedRecord
from gongshi.publication.actions import defer, publish_record, withdraw
from gongshi.publication.actions_life import correct
from gongshi.records.actions import land_rows, settle_batch
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review.actions import (
    CannotReview,
    Hold,
    approve_record,
    release,
    reopen,
)
from tests.factories import (
    AT,
    REVIEWER,
    BatchFactory,
    UnitFactory,
    licence_rows,
    proposed,
    public_record,
    source_of,
)
from tests.office.desk import checked_batch, licence_file, published_batch

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATER = AT + timedelta(days=10)


def _shown() -> PublishedRecord:
    return PublishedRecord.objects.using("portal").get()


def _publish(record: Record) -> None:
    approve_record(record, by=REVIEWER, at=LATER, secrecy_checked=True)
    publish_record(record, by=REVIEWER, at=LATER)


def _withdrawn() -> Record:
    record = public_record()
    withdraw(record, reason_code="wrong", reason="误", by=REVIEWER, at=AT)
    return record


def test_record_corrected_while_it_was_withdrawn_says_so_when_it_is_public() -> None:
    record = _withdrawn()
    correction = proposed(record, remarks="更正后")
    correct(correction, by=REVIEWER, at=LATER, secrecy_checked=True)
    record.refresh_from_db()

    _publish(record)

    assert (record.version, str(_shown().published_on)) == (2, "2016-03-01")
    assert str(_shown().corrected_on) == "2016-03-11"


def test_record_replaced_by_its_unit_in_review_says_so_when_it_is_public() -> None:
    record = _withdrawn()
    reopen(record, reason="重新审核", by=REVIEWER, at=AT)
    batch = BatchFactory.create(unit=record.unit, state="checking")
    land_rows(licence_rows({"remarks": "更正后"}), source_of(batch))
    settle_batch(batch.pk, at=LATER)
    record.refresh_from_db()

    _publish(record)

    assert (record.version, str(_shown().corrected_on)) == (2, "2016-03-11")


def test_record_that_comes_back_as_it_was_is_not_corrected() -> None:
    record = _withdrawn()
    reopen(record, reason="重新审核", by=REVIEWER, at=AT)

    _publish(record)

    assert _shown().corrected_on is None


def test_what_the_rules_keep_inside_stays_there_after_a_deferral() -> None:
    """However it came there: a correction may say it of what was public."""
    batch = published_batch(UnitFactory.create(), licence_file({}))
    record = Record.objects.get(batch_id=batch.pk)
    hold = Hold(code="privacy", reason="核实", until=LATER.date())
    defer(record, hold=hold, by=REVIEWER, at=AT)
    release(record, by=REVIEWER, at=AT, secrecy_checked=True)
    publish_record(record, by=REVIEWER, at=AT)
    checked_batch(batch.unit, licence_file({"use_scope": "2"}))
    correction = ProposedCorrection.objects.get()
    correct(correction, by=REVIEWER, at=LATER, secrecy_checked=True)
    record.refresh_from_db()

    with pytest.raises(CannotReview) as refused:
        reopen(record, reason="公开", by=REVIEWER, at=LATER)

    assert record.state == State.NOT_PUBLIC
    assert refused.value.code == "kept-by-rule"
