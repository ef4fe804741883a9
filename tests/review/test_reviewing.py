"""Approve, return, hold, release: by another person, once, each with an event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of
from gongshi.domain.lifecycle import State
from gongshi.records.models import Record
from gongshi.review.actions import (
    CannotReview,
    Comment,
    Hold,
    approve_batch,
    approve_record,
    defer_unpublished,
    keep_unpublished_private,
    release,
    reopen,
    resubmit,
    return_record,
)
from gongshi.review.models import Notice, ReviewComment
from tests.factories import (
    AT,
    BY,
    REVIEWER,
    BatchFactory,
    RecordFactory,
    standing_as,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

SAME = replace(REVIEWER, username=BY.username)  # the enterer with a reviewer's role
HOLD = Hold(code="privacy", reason="正在核实", until=date(2016, 3, 31))


def _approve(record: Record) -> None:
    approve_record(record, by=REVIEWER, at=AT, secrecy_checked=True)


def test_approval_keeps_who_answers_and_who_checked_secrecy() -> None:
    record = RecordFactory.create()

    _approve(record)

    assert (record.state, record.reviewed_by, record.approved_at) == (
        State.APPROVED,
        "wang",
        AT,
    )
    assert (record.secrecy_checked_by, record.secrecy_checked_at) == ("wang", AT)
    event = Event.objects.get()
    assert (event.action, event.username) == ("review.approve", "wang")


def test_event_of_an_approval_tells_before_and_after() -> None:
    _approve(RecordFactory.create())

    assert changes_of(Event.objects.get()) == {
        "state": {"before": "checked", "after": "approved"},
        "reviewed_by": {"before": None, "after": "wang"},
        "secrecy_checked_by": {"before": None, "after": "wang"},
    }


def test_event_of_a_whole_batch_tells_its_state_before_and_after() -> None:
    batch = BatchFactory.create(state="checked")

    approve_batch(batch, by=REVIEWER, at=AT, secrecy_checked=True)

    assert changes_of(Event.objects.get()) == {
        "state": {"before": "checked", "after": "publishing"}
    }


@pytest.mark.parametrize(
    "act",
    [
        lambda r: approve_record(r, by=SAME, at=AT, secrecy_checked=True),
        lambda r: return_record(r, comments=[Comment(text="误")], by=SAME, at=AT),
        lambda r: defer_unpublished(r, hold=HOLD, by=SAME, at=AT),
        lambda r: keep_unpublished_private(r, hold=HOLD, by=SAME, at=AT),
        lambda r: release(r, by=SAME, at=AT, secrecy_checked=True),
    ],
    ids=["approve", "return", "defer", "keep-private", "release"],
)
def test_nobody_reviews_what_they_entered(act: Callable[[Record], None]) -> None:
    record = RecordFactory.create()

    with pytest.raises(CannotReview) as refused:
        act(record)

    assert refused.value.code == "own-entry"
    assert Record.objects.get().state == State.CHECKED
    assert not Event.objects.exists()


def test_nobody_approves_the_batch_that_they_sent() -> None:
    batch = BatchFactory.create(state="checked")

    with pytest.raises(CannotReview) as refused:
        approve_batch(batch, by=SAME, at=AT, secrecy_checked=True)

    assert refused.value.code == "own-entry"


def test_approval_needs_the_secrecy_check() -> None:
    with pytest.raises(CannotReview) as refused:
        approve_record(
            RecordFactory.create(), by=REVIEWER, at=AT, secrecy_checked=False
        )

    assert refused.value.code == "secrecy-unchecked"


def test_batch_with_unconfirmed_warnings_is_not_approved() -> None:
    batch = BatchFactory.create(state="checked", to_confirm={"late": 1})

    with pytest.raises(CannotReview) as refused:
        approve_batch(batch, by=REVIEWER, at=AT, secrecy_checked=True)

    assert refused.value.code == "unconfirmed"


def test_second_approval_finds_it_moved() -> None:
    record = RecordFactory.create()
    other = Record.objects.get()
    _approve(record)

    with pytest.raises(CannotReview) as refused:
        _approve(other)

    assert refused.value.code == "moved"
    assert Event.objects.count() == 1


def test_version_that_the_reviewer_has_not_seen_is_not_approved() -> None:
    record = RecordFactory.create()
    Record.objects.update(version=2)

    with pytest.raises(CannotReview) as refused:
        _approve(record)

    assert refused.value.code == "moved"


def test_return_keeps_comments_by_field_and_tells_the_enterer() -> None:
    record = RecordFactory.create()
    comments = [Comment(field="remarks", text=" 请补充 "), Comment(text="附件缺失")]

    return_record(record, comments=comments, by=REVIEWER, at=AT)

    assert record.state == State.RETURNED
    kept = ReviewComment.objects.order_by("pk").values_list("field", "text", "version")
    assert list(kept) == [("remarks", "请补充", 1), ("", "附件缺失", 1)]
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.read_at) == ("li", "returned", None)


def test_return_without_a_word_is_refused() -> None:
    with pytest.raises(CannotReview) as refused:
        return_record(
            RecordFactory.create(), comments=[Comment(text=" ")], by=REVIEWER, at=AT
        )

    assert refused.value.code == "no-comment"


def test_approval_is_taken_back_by_a_return() -> None:
    record = RecordFactory.create(**standing_as(State.APPROVED))

    return_record(record, comments=[Comment(text="误")], by=REVIEWER, at=AT)

    assert (record.state, record.reviewed_by, record.approved_at) == (
        State.RETURNED,
        "",
        None,
    )


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WITHDRAWN, State.RETURNED])
def test_what_is_out_or_back_already_is_not_returned(state: State) -> None:
    record = RecordFactory.create(**standing_as(state))

    with pytest.raises(CannotReview) as refused:
        return_record(record, comments=[Comment(text="误")], by=REVIEWER, at=AT)

    assert refused.value.code == "moved"


def test_unit_hands_in_again_with_an_answer() -> None:
    record = RecordFactory.create(**standing_as(State.RETURNED))

    resubmit(record, answer="已核对无误", by=BY, at=AT)

    assert record.state == State.CHECKED
    assert ReviewComment.objects.get().by == "li"


def test_record_does_not_come_back_into_a_batch_that_is_being_published() -> None:
    """Who approved the batch had returned it; it would be published unread."""
    batch = BatchFactory.create(state="checked", waiting=1)
    record = RecordFactory.create(batch_id=batch.pk, unit=batch.unit)
    return_record(record, comments=[Comment(text="误")], by=REVIEWER, at=AT)
    approve_batch(batch, by=REVIEWER, at=AT, secrecy_checked=True)

    with pytest.raises(CannotReview) as refused:
        resubmit(record, answer="无误", by=BY, at=AT)

    assert refused.value.code == "publishing"
    assert Record.objects.get().state == State.RETURNED


def test_deferral_has_a_reason_and_a_day() -> None:
    record = RecordFactory.create()

    defer_unpublished(record, hold=HOLD, by=REVIEWER, at=AT)

    assert (record.state, record.hold_reason, str(record.hold_until)) == (
        State.DEFERRED,
        "正在核实",
        "2016-03-31",
    )


@pytest.mark.parametrize(
    ("hold", "code"),
    [
        (Hold(code="privacy", reason=" ", until=date(2016, 3, 31)), "no-reason"),
        (Hold(code="", reason="因", until=date(2016, 3, 31)), "no-reason"),
        (Hold(code="replaced", reason="因", until=date(2016, 3, 31)), "no-reason"),
        (Hold(code="privacy", reason="因"), "past-day"),
        (Hold(code="privacy", reason="因", until=date(2016, 3, 1)), "past-day"),
    ],
)
def test_deferral_without_reason_or_end_is_refused(hold: Hold, code: str) -> None:
    with pytest.raises(CannotReview) as refused:
        defer_unpublished(RecordFactory.create(), hold=hold, by=REVIEWER, at=AT)

    assert refused.value.code == code


# Midnight in Beijing is 16:00 UTC of the day before.
LATE_ON_MARCH_1 = datetime(2016, 3, 1, 15, 59, tzinfo=UTC)
EARLY_ON_MARCH_2 = datetime(2016, 3, 1, 16, 0, tzinfo=UTC)


def test_deferral_may_end_on_the_day_after_the_one_in_beijing() -> None:
    record, until = RecordFactory.create(), date(2016, 3, 2)
    hold = replace(HOLD, until=until)

    defer_unpublished(record, hold=hold, by=REVIEWER, at=LATE_ON_MARCH_1)

    assert (record.state, record.hold_until) == (State.DEFERRED, until)


def test_deferral_to_the_day_that_has_begun_in_beijing_is_refused() -> None:
    hold = replace(HOLD, until=date(2016, 3, 2))

    with pytest.raises(CannotReview) as refused:
        defer_unpublished(
            RecordFactory.create(), hold=hold, by=REVIEWER, at=EARLY_ON_MARCH_2
        )

    assert refused.value.code == "past-day"


def test_deferred_record_is_released_to_approval() -> None:
    record = RecordFactory.create(**standing_as(State.DEFERRED))

    release(record, by=REVIEWER, at=AT, secrecy_checked=True)

    assert (record.state, record.reviewed_by) == (State.APPROVED, "wang")
    assert (record.hold_reason, record.hold_until) == ("", None)


def test_record_kept_private_says_why_and_is_reopened_by_a_reviewer() -> None:
    record = RecordFactory.create()
    keep_unpublished_private(record, hold=HOLD, by=REVIEWER, at=AT)
    kept = (record.state, record.not_public_reason)

    reopen(record, reason="核实完毕", by=REVIEWER, at=AT)

    assert kept == (State.NOT_PUBLIC, "privacy")
    assert (record.state, record.not_public_reason) == (State.CHECKED, "")


def test_nobody_lets_out_what_the_rules_keep_inside() -> None:
    record = RecordFactory.create(**standing_as(State.NOT_PUBLIC))

    with pytest.raises(CannotReview) as refused:
        reopen(record, reason="公开", by=REVIEWER, at=AT)

    assert refused.value.code == "kept-by-rule"


def test_batch_counts_what_still_waits_in_it() -> None:
    batch = BatchFactory.create(state="checked", waiting=2)
    first, second = (
        RecordFactory.create(batch_id=batch.pk, unit=batch.unit, row_number=row)
        for row in (2, 3)
    )

    _approve(first)
    return_record(second, comments=[Comment(text="误")], by=REVIEWER, at=AT)
    batch.refresh_from_db()
    after_both = batch.waiting
    resubmit(second, answer="无误", by=BY, at=AT)

    batch.refresh_from_db()
    assert (after_both, batch.waiting) == (0, 1)


def test_batch_is_due_when_the_first_that_waits_in_it_is() -> None:
    batch = BatchFactory.create(state="checked", waiting=3)
    first, second, third = (
        RecordFactory.create(
            batch_id=batch.pk,
            unit=batch.unit,
            row_number=row,
            publish_by=date(2016, 3, row),
        )
        for row in (2, 3, 4)
    )
    due = []

    for record in (first, third, second):
        _approve(record)
        batch.refresh_from_db()
        due.append(batch.publish_by)
    return_record(first, comments=[Comment(text="误")], by=REVIEWER, at=AT)
    resubmit(first, answer="无误", by=BY, at=AT)
    batch.refresh_from_db()

    assert due == [date(2016, 3, 3), date(2016, 3, 3), None]
    assert batch.publish_by == date(2016, 3, 2)
