"""Corrects and marks what is held or public; each is a change of the feed if public."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from gongshi.audit.actors import Actor
from gongshi.audit.wording import Changes, differences
from gongshi.domain.deadlines import withdraw_by
from gongshi.domain.feed import Operation, PublicChange
from gongshi.domain.lifecycle import Mark, State
from gongshi.domain.standards import Kind
from gongshi.intake.actions import move_waiting
from gongshi.publication.actions import Removal, tombstone
from gongshi.publication.building import entry_of
from gongshi.publication.consumers import hand_over
from gongshi.publication.feed import Entry, append, lock_feed
from gongshi.publication.removals import HELD_IN_PUBLIC, public_reason
from gongshi.records.actions_corrections import decide, keep_version, replacement
from gongshi.records.models import (
    NOTED,
    CorrectionState,
    ProposedCorrection,
    Record,
    RecordMark,
)
from gongshi.records.telling import (
    life_of,
    whole_of,
    withheld_differing,
    withheld_or_nothing,
)
from gongshi.review.actions import CannotReview, join_waiting, note
from gongshi.review.models import NoticeKind
from gongshi.review.notices import notify, tell
from gongshi.validation.queries import unconfirmed

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NEWS = {
    Mark.DISPUTED: NoticeKind.DISPUTED,
    Mark.REVOKED: NoticeKind.REVOKED,
    Mark.OTHER: NoticeKind.REVOKED,
}


class CannotMark(Exception):
    """The mark is refused; `code` says why.

    `not-published`, `no-reason`, `marked-already`, `not-marked`, `future-day`,
    `before-decision`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def correct(
    correction: ProposedCorrection, *, by: Actor, at: datetime, secrecy_checked: bool
) -> PublicChange | None:
    """Put a proposed correction in the record's place; the version before is kept.

    A published record stays published under its first dates, and the public reads
    since when it is corrected; what may not be public as corrected is withdrawn. Any
    other record comes back to review. Returns the change of the feed, if any.

    Raises:
        CannotReview: `own-entry`, `secrecy-unchecked`, `unconfirmed`, `publishing` (the
            correction's batch, into which the record would come), or `moved` (somebody
            decided already, or the record has ended).
    """
    record = Record.objects.select_related("unit__superior").get(
        pk=correction.record_id
    )
    if correction.entered_by == by.username:
        raise CannotReview("own-entry")
    if not secrecy_checked:
        raise CannotReview("secrecy-unchecked")
    if unconfirmed(correction):
        raise CannotReview("unconfirmed")
    with transaction.atomic(durable=True):
        head = lock_feed()
        if not decide(correction, state=CorrectionState.TAKEN, by=by.username, at=at):
            raise CannotReview("moved")
        before, withheld = whole_of(record), withheld_or_nothing(record)
        was_public = _replace(record, correction, by=by, at=at)
        change = None
        if was_public:
            operation, entry = _corrected_entry(record, at)
            (change,) = append(head, [entry], operation=operation, at=at)
        news = NoticeKind.CORRECTION_TAKEN
        notify(correction.entered_by, record, news, by=by, at=at)
        details: dict[str, object] = {
            "version": record.version,
            "change": change.sequence if change else None,
        }
        if differing := withheld_differing(withheld, record):
            details["withheld"] = differing
        changes = differences(before, whole_of(record))
        note(record, "publication.correct", changes, by=by, at=at, details=details)
    if change:
        hand_over([change])
    return change


def refuse_correction(
    correction: ProposedCorrection, *, reason: str, by: Actor, at: datetime
) -> None:
    """Leave the record as it is, for a reason that its proposer reads.

    Raises:
        CannotReview: `own-entry`, `no-reason` or `moved`.
    """
    if correction.entered_by == by.username:
        raise CannotReview("own-entry")
    if not reason.strip():
        raise CannotReview("no-reason")
    with transaction.atomic():
        if not decide(
            correction,
            state=CorrectionState.REFUSED,
            by=by.username,
            at=at,
            refusal=reason.strip(),
        ):
            raise CannotReview("moved")
        record = correction.record
        news = NoticeKind.CORRECTION_REFUSED
        notify(correction.entered_by, record, news, by=by, at=at)
        details = {"reason": reason}
        changes = {"correction": (CorrectionState.OPEN, CorrectionState.REFUSED)}
        action = "publication.refuse_correction"
        note(record, action, changes, by=by, at=at, details=details)


def mark(
    record: Record, kind: Mark, *, on: date, reason: str, by: Actor, at: datetime
) -> PublicChange:
    """Note an objection or a change of state on a published record, since a day.

    A revoked penalty gets the day by which it must be withdrawn.

    Raises:
        CannotMark: `not-published`, `no-reason`, `future-day`, `before-decision` or
            `marked-already`.
    """
    if kind not in NOTED or not reason.strip():
        raise CannotMark("no-reason")
    if on > at.astimezone(_SHANGHAI).date():
        raise CannotMark("future-day")
    if on < record.decision_date:
        raise CannotMark("before-decision")
    with transaction.atomic(durable=True):
        change = _mark(record, kind, on=on, reason=reason.strip(), by=by, at=at)
    hand_over([change])
    return change


def settle(record: Record, *, outcome: str, by: Actor, at: datetime) -> PublicChange:
    """Take the note of an objection off; its outcome is kept inside.

    Raises:
        CannotMark: `not-published`, `no-reason` or `not-marked`.
    """
    return _end_mark(record, Mark.DISPUTED, "publication.settle", outcome, by=by, at=at)


def take_mark_back(
    record: Record, kind: Mark, *, reason: str, by: Actor, at: datetime
) -> PublicChange:
    """Take off a change of state that was noted by mistake; the note is kept inside.

    Raises:
        CannotMark: `not-published`, `no-reason` or `not-marked`.
    """
    if kind not in (Mark.REVOKED, Mark.OTHER):
        raise CannotMark("not-marked")
    return _end_mark(record, kind, "publication.unmark", reason, by=by, at=at)


def _end_mark(
    record: Record, kind: Mark, action: str, outcome: str, *, by: Actor, at: datetime
) -> PublicChange:
    if not outcome.strip():
        raise CannotMark("no-reason")
    with transaction.atomic(durable=True):
        head = lock_feed()
        ended = RecordMark.objects.filter(
            record=record, kind=kind, settled_at__isnull=True
        ).update(settled_at=at, settled_by=by.username, outcome=outcome.strip())
        if ended != 1:
            raise CannotMark("not-marked")
        changes = _update_public(record, **_marked(record))
        entry = entry_of(record, on=at.astimezone(_SHANGHAI).date())
        (change,) = append(head, [entry], operation=Operation.MARK, at=at)
        details = {"mark": str(kind), "outcome": outcome, "change": change.sequence}
        note(record, action, changes, by=by, at=at, details=details)
    hand_over([change])
    return change


def _mark(
    record: Record, kind: Mark, *, on: date, reason: str, by: Actor, at: datetime
) -> PublicChange:
    head = lock_feed()
    try:
        with transaction.atomic():
            RecordMark.objects.create(
                record=record,
                kind=kind,
                on=on,
                reason=reason,
                noted_by=by.username,
                noted_at=at,
            )
    except IntegrityError as error:
        raise CannotMark("marked-already") from error
    changes = _update_public(record, **_marked(record))
    entry = entry_of(record, on=at.astimezone(_SHANGHAI).date())
    (change,) = append(head, [entry], operation=Operation.MARK, at=at)
    tell(record, _NEWS[kind], by=by, at=at)
    details = {
        "mark": str(kind),
        "on": on.isoformat(),
        "reason": reason,
        "change": change.sequence,
    }
    note(record, "publication.mark", changes, by=by, at=at, details=details)
    return change


def _marked(record: Record) -> dict[str, object]:
    """Return what the open marks of a record write on it; a revocation goes first."""
    marks = RecordMark.objects.filter(record=record, settled_at__isnull=True)
    days = {Mark(mark.kind): mark.on for mark in marks}
    named = [kind for kind in (Mark.REVOKED, Mark.OTHER) if kind in days]
    revoked = days.get(Mark.REVOKED)
    due = revoked and withdraw_by(
        revoked, calendar=settings.CALENDAR, kind=Kind(record.kind)
    )
    return {
        "disputed_on": days.get(Mark.DISPUTED),
        "status_mark": str(named[0]) if named else "",
        "revoked_on": revoked,
        "withdraw_by": due,
    }


def _update_public(record: Record, **values: object) -> Changes:
    """Write on a public record; return what changed."""
    before = life_of(Record.objects.get(pk=record.pk))
    updated = Record.objects.filter(pk=record.pk, state=State.PUBLISHED).update(
        **values
    )
    if updated != 1:
        raise CannotMark("not-published")
    record.refresh_from_db()
    return differences(before, life_of(record))


def _replace(
    record: Record, correction: ProposedCorrection, *, by: Actor, at: datetime
) -> bool:
    """Write the correction on the record; say whether it is, or was, public."""
    keep_version(record, at=at)
    is_public = record.state == State.PUBLISHED
    values = replacement(correction) | {"version": record.version + 1}
    if is_public:
        # The first dates stay, and with them the day by which it was due.
        values |= _answered(by, at) | {"publish_by": record.publish_by}
    else:
        values |= _UNANSWERED | {"state": State.CHECKED}
        if record.published_on is not None:
            # Once public under what it said before: it says so when it is public again.
            values["corrected_on"] = at.astimezone(_SHANGHAI).date()
    if correction.not_public_reason:
        values |= {"state": State.NOT_PUBLIC}
    moved = (
        Record.objects.filter(pk=record.pk, version=record.version, state=record.state)
        .exclude(state=State.ENDED)
        .update(**values)
    )
    if moved != 1:
        raise CannotReview("moved")
    if record.state == State.CHECKED:
        move_waiting(record.batch_id, by=-1)
    record.refresh_from_db()
    if record.state == State.CHECKED:
        join_waiting(record.batch_id)
    return is_public


def _answered(by: Actor, at: datetime) -> dict[str, object]:
    return {
        "reviewed_by": by.username,
        "approved_at": at,
        "secrecy_checked_by": by.username,
        "secrecy_checked_at": at,
        "corrected_on": at.astimezone(_SHANGHAI).date(),
    }


_UNANSWERED: dict[str, object] = {
    "reviewed_by": "",
    "approved_at": None,
    "secrecy_checked_by": "",
    "secrecy_checked_at": None,
    "hold_reason": "",
    "hold_until": None,
}


def _corrected_entry(record: Record, at: datetime) -> tuple[Operation, Entry]:
    if record.state == State.PUBLISHED:
        return Operation.CORRECT, entry_of(record, on=at.astimezone(_SHANGHAI).date())
    removal = Removal(
        operation=Operation.WITHDRAW,
        state=State.NOT_PUBLIC,
        origins=(),
        reason=public_reason(HELD_IN_PUBLIC[State.NOT_PUBLIC]),
        values={},
    )
    return Operation.WITHDRAW, Entry(
        record_id=record.pk, payload=tombstone(record, removal, at)
    )
