"""What happens to a record once it is public: each a change, each with an event."""

import json
from datetime import date, timedelta

import pytest

from gongshi.audit.models import Event
from gongshi.domain.feed import Operation
from gongshi.domain.lifecycle import Mark, State
from gongshi.portal.models import PublishedRecord, Tombstone
from gongshi.publication.actions import (
    CannotWithdraw,
    defer,
    end_early,
    keep_private,
    publish_approved,
    publish_record,
    withdraw,
)
from gongshi.publication.actions_life import (
    CannotMark,
    correct,
    mark,
    refuse_correction,
    settle,
)
from gongshi.publication.models import Change
from gongshi.publication.queries import verify_feed
from gongshi.records.models import Record, RecordVersion
from gongshi.review.actions import CannotReview, Hold, approve_record, release
from gongshi.review.models import Notice
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import (
    AT,
    BY,
    LICENCE,
    REVIEWER,
    RecordFactory,
    UnitFactory,
    proposed,
    public_record,
    standing_as,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATER = AT + timedelta(days=10)
HOLD = Hold(code="privacy", reason="涉及个人13812345678", until=date(2016, 3, 31))


def _shown() -> PublishedRecord:
    return PublishedRecord.objects.using("portal").get()


def _operations() -> list[str]:
    return list(Change.objects.in_order().values_list("operation", flat=True))


def test_approved_record_is_published_and_searchable_at_once() -> None:
    record = RecordFactory.create()
    approve_record(record, by=REVIEWER, at=AT, secrecy_checked=True)

    change = publish_record(record, by=REVIEWER, at=AT)

    assert change is not None
    assert (record.state, str(record.published_on)) == (State.PUBLISHED, "2016-03-01")
    assert _shown().record_id == record.pk
    assert publish_record(record, by=REVIEWER, at=AT) is None
    assert Change.objects.count() == 1


def test_unapproved_record_is_not_published() -> None:
    record = RecordFactory.create()

    assert publish_record(record, by=REVIEWER, at=AT) is None
    assert not Change.objects.exists()


def test_worker_publishes_what_was_approved_and_left_behind() -> None:
    RecordFactory.create(**standing_as(State.APPROVED))
    minute = timedelta(minutes=1)

    early = publish_approved(AT, grace=minute)
    counts = [publish_approved(AT + minute, grace=minute) for _ in range(2)]

    assert (early, counts) == (0, [1, 0])
    assert Record.objects.get().state == State.PUBLISHED
    assert Event.objects.get().username == REVIEWER.username


def test_correction_keeps_the_first_dates_and_the_version_before() -> None:
    record = public_record(remarks="原")
    correction = proposed(record, remarks="更正后")

    change = correct(correction, by=REVIEWER, at=LATER, secrecy_checked=True)

    record.refresh_from_db()
    assert change is not None
    assert change.operation is Operation.CORRECT
    assert (record.state, record.version) == (State.PUBLISHED, 2)
    assert (str(record.published_on), record.published_at) == ("2016-03-01", AT)
    assert str(record.corrected_on) == "2016-03-11"
    assert json.loads(RecordVersion.objects.get().content)["remarks"] == "原"
    shown = _shown()
    assert (shown.version, str(shown.published_on), str(shown.corrected_on)) == (
        2,
        "2016-03-01",
        "2016-03-11",
    )
    assert Notice.objects.filter(recipient="li", kind="correction_taken").count() == 1
    assert verify_feed() is None


def test_items_own_term_holds_from_publication_and_through_a_correction() -> None:
    unit = UnitFactory.create()
    version = CatalogueVersionFactory.create(unit=unit)
    CatalogueItemFactory.create(
        version=version, code=LICENCE["item_code"], display_years=3
    )

    record = public_record(unit=unit, valid_until=None)
    published = _shown().display_until
    correct(
        proposed(record, valid_until=None, remarks="更正后"),
        by=REVIEWER,
        at=LATER,
        secrecy_checked=True,
    )

    assert (str(published), _shown().version) == ("2019-03-01", 2)
    assert str(_shown().display_until) == "2019-03-01"


def test_corrected_decision_date_does_not_move_the_deadline() -> None:
    record = public_record()
    correction = proposed(record, decision_date="2016/02/29")

    correct(correction, by=REVIEWER, at=LATER, secrecy_checked=True)

    record.refresh_from_db()
    assert (str(record.decision_date), str(record.publish_by)) == (
        "2016-02-29",
        "2016-03-08",
    )


def test_nobody_decides_on_their_own_correction() -> None:
    correction = proposed(public_record(), remarks="更正后")

    with pytest.raises(CannotReview) as taking:
        correct(correction, by=BY, at=AT, secrecy_checked=True)
    with pytest.raises(CannotReview) as refusing:
        refuse_correction(correction, reason="误", by=BY, at=AT)

    assert taking.value.code == refusing.value.code == "own-entry"


def test_correction_is_decided_once() -> None:
    correction = proposed(public_record(), remarks="更正后")
    correct(correction, by=REVIEWER, at=AT, secrecy_checked=True)

    with pytest.raises(CannotReview) as refused:
        correct(correction, by=REVIEWER, at=AT, secrecy_checked=True)

    assert refused.value.code == "moved"
    assert RecordVersion.objects.count() == 1


def test_correction_needs_the_secrecy_check() -> None:
    correction = proposed(public_record(), remarks="更正后")

    with pytest.raises(CannotReview) as refused:
        correct(correction, by=REVIEWER, at=AT, secrecy_checked=False)

    assert refused.value.code == "secrecy-unchecked"


def test_refused_correction_changes_nothing_and_says_why() -> None:
    record = public_record()
    correction = proposed(record, remarks="更正后")

    refuse_correction(correction, reason="与决定书不符", by=REVIEWER, at=AT)

    record.refresh_from_db()
    assert (record.version, correction.state) == (1, "refused")
    assert correction.refusal == "与决定书不符"
    assert Notice.objects.get(kind="correction_refused").recipient == "li"
    assert _operations() == ["publish"]


def test_correction_of_a_withdrawn_record_comes_back_to_review() -> None:
    record = public_record()
    withdraw(record, reason_code="wrong", reason="误", by=REVIEWER, at=AT)
    correction = proposed(record, remarks="更正后")

    assert correct(correction, by=REVIEWER, at=AT, secrecy_checked=True) is None
    record.refresh_from_db()
    assert (record.state, record.version, record.reviewed_by) == (State.CHECKED, 2, "")
    assert not PublishedRecord.objects.using("portal").exists()


def test_republished_record_keeps_its_first_day() -> None:
    record = public_record()
    defer(record, hold=HOLD, by=REVIEWER, at=AT)

    release(record, by=REVIEWER, at=LATER, secrecy_checked=True)
    publish_record(record, by=REVIEWER, at=LATER)

    assert (str(record.published_on), record.published_at) == ("2016-03-01", AT)
    assert str(_shown().published_on) == "2016-03-01"
    assert _operations() == ["publish", "withdraw", "publish"]


@pytest.mark.parametrize("hold", [defer, keep_private])
def test_public_record_that_is_held_leaves_the_public_without_telling_why(
    hold: object,
) -> None:
    record = public_record()
    assert callable(hold)

    hold(record, hold=HOLD, by=REVIEWER, at=AT)

    stone = Tombstone.objects.using("portal").get()
    assert not PublishedRecord.objects.using("portal").exists()
    assert "个人" not in stone.reason
    assert stone.reason in ("暂缓公开", "依法不予公开")
    assert record.hold_reason == HOLD.reason
    assert verify_feed() is None


def test_reason_of_a_hold_is_masked_in_the_audit_trail() -> None:
    record = public_record()

    defer(record, hold=HOLD, by=REVIEWER, at=AT)

    event = Event.objects.in_order().last()
    assert event is not None
    assert "13812345678" not in event.details + event.reason


def test_early_end_leaves_a_tombstone_that_says_so() -> None:
    record = public_record()

    change = end_early(
        record, reason_code="repair", reason="已修复", by=REVIEWER, at=LATER
    )

    stone = Tombstone.objects.using("portal").get()
    assert change.operation is Operation.END
    assert (record.state, stone.operation) == (State.ENDED, "end")
    assert stone.reason == "信用修复：已修复"


def test_ended_record_can_still_be_withdrawn() -> None:
    record = public_record()
    end_early(record, reason_code="law", reason="届满", by=REVIEWER, at=AT)

    withdraw(record, reason_code="revoked", reason="撤销", by=REVIEWER, at=AT)

    assert record.state == State.WITHDRAWN
    assert Tombstone.objects.using("portal").get().operation == "withdraw"


@pytest.mark.parametrize(
    ("code", "reason"), [("", "误"), ("nonsense", "误"), ("wrong", "")]
)
def test_withdrawal_needs_a_reason_of_the_list_and_words(
    code: str, reason: str
) -> None:
    record = public_record()

    with pytest.raises(CannotWithdraw) as refused:
        withdraw(record, reason_code=code, reason=reason, by=REVIEWER, at=AT)

    assert refused.value.code == "no-reason"


def test_objection_is_shown_until_it_is_settled() -> None:
    record = public_record()
    on = date(2016, 2, 29)

    change = mark(record, Mark.DISPUTED, on=on, reason="不服", by=REVIEWER, at=AT)
    disputed = _shown()
    settle(record, outcome="维持原决定", by=REVIEWER, at=LATER)

    assert change.operation is Operation.MARK
    assert (str(disputed.disputed_on), disputed.status) == ("2016-02-29", "异议")
    assert (_shown().disputed_on, _shown().status) == (None, "正常")
    assert record.marks.get().outcome == "维持原决定"
    assert _operations() == ["publish", "mark", "mark"]


def test_revoked_licence_stays_public_and_says_so() -> None:
    record = public_record()

    mark(record, Mark.REVOKED, on=AT.date(), reason="撤销", by=REVIEWER, at=AT)

    assert _shown().status == "撤销"
    assert (record.revoked_on, record.withdraw_by) == (AT.date(), None)


def test_revoked_penalty_must_be_withdrawn_within_three_working_days() -> None:
    record = public_record()
    Record.objects.update(kind="penalty")
    record.refresh_from_db()

    mark(
        record,
        Mark.REVOKED,
        on=date(2016, 2, 26),
        reason="复议撤销",
        by=REVIEWER,
        at=AT,
    )

    assert str(record.withdraw_by) == "2016-03-02"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "no-reason"),
        ({"on": date(2016, 3, 2)}, "future-day"),
    ],
)
def test_mark_needs_a_reason_and_a_day_that_has_come(
    changes: dict[str, object], code: str
) -> None:
    values = {"on": AT.date(), "reason": "不服"} | changes

    with pytest.raises(CannotMark) as refused:
        mark(public_record(), Mark.DISPUTED, by=REVIEWER, at=AT, **values)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_mark_is_noted_once() -> None:
    record = public_record()
    mark(record, Mark.DISPUTED, on=AT.date(), reason="不服", by=REVIEWER, at=AT)

    with pytest.raises(CannotMark) as refused:
        mark(record, Mark.DISPUTED, on=AT.date(), reason="不服", by=REVIEWER, at=AT)

    assert refused.value.code == "marked-already"
    assert _operations() == ["publish", "mark"]


def test_nothing_is_noted_on_what_is_not_public() -> None:
    with pytest.raises(CannotMark) as refused:
        mark(
            RecordFactory.create(),
            Mark.DISPUTED,
            on=AT.date(),
            reason="不服",
            by=REVIEWER,
            at=AT,
        )

    assert refused.value.code == "not-published"
    assert not Change.objects.exists()


def test_every_step_of_a_life_leaves_one_event() -> None:
    record = public_record()
    before = Event.objects.count()

    mark(record, Mark.OTHER, on=AT.date(), reason="变更", by=REVIEWER, at=AT)
    end_early(record, reason_code="law", reason="届满", by=REVIEWER, at=AT)
    withdraw(record, reason_code="wrong", reason="误", by=REVIEWER, at=AT)

    actions = Event.objects.in_order().values_list("action", flat=True)[before:]
    assert list(actions) == [
        "publication.mark",
        "publication.end_early",
        "publication.withdraw",
    ]


def test_change_of_state_without_a_name_of_its_own_is_shown_as_other() -> None:
    record = public_record()

    change = mark(record, Mark.OTHER, on=AT.date(), reason="变更", by=REVIEWER, at=AT)

    told = json.loads(change.payload)
    assert (change.operation, told["status"]) == (Operation.MARK, "其他")
    assert (_shown().status, _shown().disputed_on) == ("其他", None)
    assert "变更" not in change.payload  # why is for the office
