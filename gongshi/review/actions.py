"""Reviews records and batches: approve, return, defer, keep private, release.

Nobody reviews what they entered; the database refuses it as well. Every move is a
conditional update whose count is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import Changes, differences
from gongshi.domain.lifecycle import State
from gongshi.intake.actions import CannotMove, move_waiting, request_publication
from gongshi.intake.models import Batch
from gongshi.records.models import Record
from gongshi.records.preparation import SHANGHAI
from gongshi.records.telling import life_of
from gongshi.review.models import NoticeKind, ReviewComment
from gongshi.review.notices import notify, tell
from gongshi.review.reasons import REPLACED, HoldReason
from gongshi.validation.queries import unconfirmed


class CannotReview(Exception):
    """The review is refused; `code` says why.

    `own-entry` (nobody reviews what they entered), `secrecy-unchecked`, `moved` (it
    is not, or no longer, in a state for that), `unconfirmed` (a warning waits for its
    confirmation by the unit), `no-comment`, `no-reason`, `past-day`,
    `kept-by-rule` (what the rules keep inside no reviewer lets out), `publishing` (its
    batch, approved without it, is just being published).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a reviewer says of a field; of the whole record where `field` is empty."""

    field: str = ""
    text: str


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why a record is kept back; `until` is the last day of a deferral."""

    code: str
    reason: str
    until: date | None = None


def approve_record(
    record: Record, *, by: Actor, at: datetime, secrecy_checked: bool
) -> None:
    """Answer for a checked record, secrecy checked; publication follows.

    Raises:
        CannotReview: `own-entry`, `secrecy-unchecked`, `unconfirmed` or `moved`.
    """
    _require(record, by=by, secrecy_checked=secrecy_checked)
    if unconfirmed(record):
        raise CannotReview("unconfirmed")
    with transaction.atomic():
        changes = _move(
            record,
            (State.CHECKED,),
            State.APPROVED,
            reviewed_by=by.username,
            approved_at=at,
            secrecy_checked_by=by.username,
            secrecy_checked_at=at,
        )
        note(
            record,
            "review.approve",
            changes,
            by=by,
            at=at,
            details={"secrecy_checked": True},
        )


def approve_batch(
    batch: Batch, *, by: Actor, at: datetime, secrecy_checked: bool
) -> bool:
    """Answer for all checked records of a batch and hand it on for publication.

    The worker publishes it, and writes on each record who approved it. Says whether
    this call did it: twice is once.

    Raises:
        CannotReview: `own-entry`, `secrecy-unchecked` or `unconfirmed`.
        CannotMove: the batch is not checked yet, or is not usable.
    """
    if batch.received_by == by.username:
        raise CannotReview("own-entry")
    if not secrecy_checked:
        raise CannotReview("secrecy-unchecked")
    if unconfirmed(batch):
        raise CannotReview("unconfirmed")
    return request_publication(batch, by=by, at=at)


def return_record(
    record: Record, *, comments: Sequence[Comment], by: Actor, at: datetime
) -> None:
    """Send a record back to who entered it, with what is wrong, field by field.

    Raises:
        CannotReview: `own-entry`, `no-comment` or `moved`.
    """
    said = [comment for comment in comments if comment.text.strip()]
    if not said:
        raise CannotReview("no-comment")
    _require(record, by=by, secrecy_checked=True)
    with transaction.atomic():
        changes = _move(record, _NOT_OUT, State.RETURNED, **_UNREVIEWED)
        ReviewComment.objects.bulk_create(
            ReviewComment(
                record=record,
                version=record.version,
                field=comment.field,
                text=comment.text.strip(),
                by=by.username,
                at=at,
            )
            for comment in said
        )
        tell(record, NoticeKind.RETURNED, by=by, at=at)
        details = {"comments": {comment.field: comment.text for comment in said}}
        note(record, "review.return", changes, by=by, at=at, details=details)


def resubmit(record: Record, *, answer: str, by: Actor, at: datetime) -> None:
    """Hand a returned record in again as it was, with an answer to the comments.

    Raises:
        CannotReview: `no-comment`, `publishing` or `moved`.
    """
    if not answer.strip():
        raise CannotReview("no-comment")
    with transaction.atomic():
        changes = _move(record, (State.RETURNED,), State.CHECKED)
        ReviewComment.objects.create(
            record=record,
            version=record.version,
            text=answer.strip(),
            by=by.username,
            at=at,
        )
        note(
            record, "review.resubmit", changes, by=by, at=at, details={"answer": answer}
        )


def replace(record: Record, *, successor: str, by: Actor, at: datetime) -> None:
    """Close a record that was handed in again as another decision.

    Under another number, name or authority it is another record (ADR 0006).
    `successor` says which. What nobody answers for yet leaves the work; what was
    approved or is public stays, and who approved it is told to withdraw it.

    Raises:
        CannotReview: `moved`.
    """
    changes: Changes = {}
    with transaction.atomic():
        if record.state in _REPLACEABLE:
            values = {"not_public_reason": REPLACED, "hold_reason": successor}
            changes = _move(
                record, _REPLACEABLE, State.NOT_PUBLIC, **values, **_UNREVIEWED
            )
        else:
            notify(record.reviewed_by, record, NoticeKind.REPLACED, by=by, at=at)
        ReviewComment.objects.create(
            record=record,
            version=record.version,
            text=successor,
            by=by.username,
            at=at,
        )
        details = {"successor": successor}
        note(record, "review.replace", changes, by=by, at=at, details=details)


def defer_unpublished(record: Record, *, hold: Hold, by: Actor, at: datetime) -> None:
    """Let the publication of a record wait until a day, for a reason.

    Of a published record, `publication.actions.defer` takes it from the public too.

    Raises:
        CannotReview: `own-entry`, `no-reason`, `past-day` or `moved`.
    """
    require_hold(record, hold, by=by, at=at, ends=True)
    with transaction.atomic():
        changes = _move(record, _NOT_OUT, State.DEFERRED, **deferred(hold))
        tell(record, NoticeKind.HELD, by=by, at=at)
        note(record, "review.defer", changes, by=by, at=at, details=told(hold))


def keep_unpublished_private(
    record: Record, *, hold: Hold, by: Actor, at: datetime
) -> None:
    """Keep a record from the public for good, for a reason.

    Of a published record, `publication.actions.keep_private` withdraws it too.

    Raises:
        CannotReview: `own-entry`, `no-reason` or `moved`.
    """
    require_hold(record, hold, by=by, at=at, ends=False)
    with transaction.atomic():
        changes = _move(
            record, (*_NOT_OUT, State.DEFERRED), State.NOT_PUBLIC, **private(hold)
        )
        tell(record, NoticeKind.HELD, by=by, at=at)
        note(record, "review.keep_private", changes, by=by, at=at, details=told(hold))


def release(record: Record, *, by: Actor, at: datetime, secrecy_checked: bool) -> None:
    """Approve a deferred record: the reason to wait has passed.

    Raises:
        CannotReview: `own-entry`, `secrecy-unchecked`, `unconfirmed` or `moved`.
    """
    _require(record, by=by, secrecy_checked=secrecy_checked)
    if unconfirmed(record):
        raise CannotReview("unconfirmed")
    with transaction.atomic():
        changes = _move(
            record,
            (State.DEFERRED,),
            State.APPROVED,
            hold_reason="",
            hold_until=None,
            reviewed_by=by.username,
            approved_at=at,
            secrecy_checked_by=by.username,
            secrecy_checked_at=at,
        )
        note(
            record,
            "review.release",
            changes,
            by=by,
            at=at,
            details={"secrecy_checked": True},
        )


def reopen(record: Record, *, reason: str, by: Actor, at: datetime) -> None:
    """Bring back to review what was withdrawn or kept private by mistake.

    Raises:
        CannotReview: `own-entry`, `no-reason`, `moved`, `publishing` or `kept-by-rule`.
    """
    if not reason.strip():
        raise CannotReview("no-reason")
    if not is_kept_by_people(record):
        raise CannotReview("kept-by-rule")
    _require(record, by=by, secrecy_checked=True)
    with transaction.atomic():
        changes = _move(
            record,
            (State.NOT_PUBLIC, State.WITHDRAWN),
            State.CHECKED,
            not_public_reason="",
            hold_reason="",
            **_UNREVIEWED,
        )
        note(record, "review.reopen", changes, by=by, at=at, details={"reason": reason})


def is_kept_by_people(record: Record) -> bool:
    """Say whether people, and not the rules, keep the record from the public.

    Told by the code alone: a correction that the rules keep inside may come to a record
    that people held back before.
    """
    code = record.not_public_reason
    by_people = (REPLACED, *HoldReason.values)
    return record.state == State.WITHDRAWN or code in by_people


_NOT_OUT = (State.CHECKED, State.APPROVED)
_REPLACEABLE = (State.CHECKED, State.RETURNED)
_UNREVIEWED: Mapping[str, object] = {
    "reviewed_by": "",
    "approved_at": None,
    "secrecy_checked_by": "",
    "secrecy_checked_at": None,
}


def require_hold(
    record: Record, hold: Hold, *, by: Actor, at: datetime, ends: bool
) -> None:
    """Refuse a hold without a reason of the list, or one that ends before it begins."""
    if hold.code not in HoldReason.values or not hold.reason.strip():
        raise CannotReview("no-reason")
    today = at.astimezone(SHANGHAI).date()
    if ends and (hold.until is None or hold.until <= today):
        raise CannotReview("past-day")
    _require(record, by=by, secrecy_checked=True)


def deferred(hold: Hold) -> dict[str, object]:
    """Return what a deferral writes on a record."""
    return {"hold_reason": hold.reason.strip(), "hold_until": hold.until}


def private(hold: Hold) -> dict[str, object]:
    """Return what keeping it private writes on a record."""
    return {
        "not_public_reason": hold.code,
        "hold_reason": hold.reason.strip(),
        "hold_until": None,
    }


def told(hold: Hold) -> dict[str, object]:
    """Return what the audit event tells of a hold."""
    until = hold.until.isoformat() if hold.until else None
    return {"code": hold.code, "reason": hold.reason, "until": until}


def note(
    record: Record,
    action: str,
    changes: Changes,
    *,
    by: Actor,
    at: datetime,
    details: Mapping[str, object],
) -> None:
    """Append the audit event of an action on one record."""
    record_event(
        at=at,
        by=by,
        action=action,
        target=Target(kind="record", key=str(record.pk)),
        changes=changes,
        details={name: value for name, value in details.items() if name != "reason"},
        reason=str(details.get("reason", "")),
    )


def join_waiting(batch_id: UUID) -> None:
    """Count one more of a batch's records that waits for a reviewer.

    Raises:
        CannotReview: `publishing`; who approved the batch has not seen it there.
    """
    try:
        move_waiting(batch_id, by=1)
    except CannotMove as error:
        raise CannotReview("publishing") from error


def _require(record: Record, *, by: Actor, secrecy_checked: bool) -> None:
    if record.entered_by == by.username:
        raise CannotReview("own-entry")
    if not secrecy_checked:
        raise CannotReview("secrecy-unchecked")


def _move(
    record: Record, origins: Sequence[State], target: State, **values: object
) -> Changes:
    """Move the version that the reviewer has seen; return what changed."""
    before = life_of(record)
    if State(record.state) not in origins:
        raise CannotReview("moved")
    moved = Record.objects.filter(
        pk=record.pk, version=record.version, state=record.state
    ).update(state=target, **values)
    if moved != 1:
        raise CannotReview("moved")
    _count_waiting(record, target)
    record.refresh_from_db()
    return differences(before, life_of(record))


def _count_waiting(record: Record, target: State) -> None:
    if record.state == State.CHECKED:
        move_waiting(record.batch_id, by=-1)
    elif target is State.CHECKED:
        join_waiting(record.batch_id)
