"""Publishes, corrects, marks and takes back: record and feed move together.

Every action on one record takes the lock of the feed first, moves the record by a
conditional update, appends one change, and ends with its audit event; the portal has
the change right after the commit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import differences
from gongshi.domain.feed import Operation, PublicChange, canonical
from gongshi.domain.lifecycle import State
from gongshi.intake.actions import CannotMove, finish_publishing
from gongshi.intake.models import Batch, BatchState
from gongshi.publication.building import entries_of, entry_of, rows_to_publish
from gongshi.publication.consumers import hand_over
from gongshi.publication.feed import Entry, append, lock_feed
from gongshi.publication.follower import Follower
from gongshi.publication.removals import HELD_IN_PUBLIC, NOTICES, public_reason
from gongshi.records.actions import Approval, mark_published
from gongshi.records.models import Record
from gongshi.records.telling import life_of
from gongshi.review.actions import (
    Hold,
    deferred,
    note,
    private,
    require_hold,
    told,
)
from gongshi.review.models import NoticeKind
from gongshi.review.notices import tell
from gongshi.review.reasons import EndReason, WithdrawalReason

Deliver = Callable[[Sequence[PublicChange]], object]

CHUNK = 10_000
_LARGE = 20_000  # records from which a second process is worth its start
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class CannotPublish(Exception):
    """Records were moved by somebody else between look and write; try again."""

    code = "records-moved"


class CannotWithdraw(Exception):
    """The record is not where it can be taken from, or no reason is given.

    `code` is `not-published`, `not-ended` or `no-reason`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Removal:
    """How a record leaves the public: the move, what it writes, what the public reads."""

    operation: Operation
    state: State
    origins: tuple[State, ...]
    reason: str
    values: Mapping[str, Any]
    details: Mapping[str, Any] = field(default_factory=dict)


def publish_batch(
    batch: Batch,
    *,
    at: datetime,
    chunk: int = CHUNK,
    deliver: Deliver = hand_over,
) -> int:
    """Publish what an approved batch has to publish; return how many records.

    In chunks, each one transaction: feed locked, payloads built, changes appended,
    records moved by a conditional update whose count must fit; each record gets the
    name of who approved the batch. Interrupted, it goes on where it was when called
    again; called twice, it publishes once. After each commit `deliver` gets the
    changes: the portal, so that they are searchable at once. Records that are not
    public, or that a reviewer returned one by one, are never touched.

    Raises:
        CannotMove: the batch is not approved.
        CannotPublish: a record was moved meanwhile; nothing of its chunk is published.
    """
    if batch.state not in (BatchState.PUBLISHING, BatchState.PUBLISHED):
        raise CannotMove
    published, place = 0, ("", -1)
    while True:
        with transaction.atomic(durable=True):
            changes, place = _publish_chunk(batch, after=place, at=at, limit=chunk)
            published += len(changes)
            if not changes:
                _finish(batch, published, at=at)
        if not changes:
            return published
        deliver(changes)


def publish_large_batch(batch: Batch, *, at: datetime) -> int:
    """Publish a batch with a process beside it that applies the changes meanwhile.

    For callers that are processes of their own, such as commands and the worker;
    a small batch is not worth the second process. Raises as `publish_batch`.
    """
    if batch.counts.get("new", 0) < _LARGE:
        return publish_batch(batch, at=at)
    with Follower() as follower:
        return publish_batch(batch, at=at, deliver=follower.deliver)


def publish_record(record: Record, *, by: Actor, at: datetime) -> PublicChange | None:
    """Publish an approved record; None where another call did it already.

    Follows the approval in the same request; where that was cut short, the worker
    does it.
    """
    with transaction.atomic(durable=True):
        head = lock_feed()
        on = at.astimezone(_SHANGHAI).date()
        before = life_of(record)
        if mark_published([record.pk], at=at, on=on) != 1:
            record.refresh_from_db()
            return None
        record.refresh_from_db()
        entry = entry_of(record, on=on)
        (change,) = append(head, [entry], operation=Operation.PUBLISH, at=at)
        tell(record, NoticeKind.PUBLISHED, by=by, at=at)
        details = {"change": change.sequence}
        changes = differences(before, life_of(record))
        note(record, "publication.publish", changes, by=by, at=at, details=details)
    hand_over([change])
    return change


def publish_approved(at: datetime, *, grace: timedelta, limit: int = 100) -> int:
    """Publish what was approved one by one and then left behind; return how many.

    The request that approves a record publishes it; one that died in between leaves
    it approved. `grace` is the time that it had for that.
    """
    with connection.cursor() as cursor:
        # Written out, as the partial index is matched by its very words.
        cursor.execute(
            "SELECT id FROM records_record WHERE state = 'approved'"
            " AND approved_at <= %s ORDER BY approved_at LIMIT %s",
            [connection.ops.adapt_datetimefield_value(at - grace), limit],
        )
        left = [row[0] for row in cursor.fetchall()]
    records = Record.objects.select_related("unit__superior", "item")
    published = 0
    for record in records.filter(pk__in=left).order_by("approved_at", "pk"):
        by = Actor(username=record.reviewed_by, role="reviewer", unit=record.unit.code)
        published += publish_record(record, by=by, at=at) is not None
    return published


def withdraw(
    record: Record, *, reason_code: str, reason: str, by: Actor, at: datetime
) -> PublicChange:
    """Take a public record back; its public page keeps the reason alone.

    `reason_code` is of `WithdrawalReason`. Personal data in the reason is masked.

    Raises:
        CannotWithdraw: `not-published`, also for the second of two calls, or
            `no-reason`.
    """
    if not reason.strip() or reason_code not in WithdrawalReason.values:
        raise CannotWithdraw("no-reason")
    removal = Removal(
        operation=Operation.WITHDRAW,
        state=State.WITHDRAWN,
        origins=(State.PUBLISHED, State.ENDED),
        reason=public_reason(WithdrawalReason(reason_code).label, reason),
        values={
            "withdrawn_at": at,
            "removal_code": reason_code,
            "removal_reason": reason.strip(),
        },
    )
    return remove(record, removal, "publication.withdraw", by=by, at=at)


def end_early(
    record: Record, *, reason_code: str, reason: str, by: Actor, at: datetime
) -> PublicChange:
    """End the display of a record before its time, as after a credit repair.

    `reason_code` is of `EndReason`.

    Raises:
        CannotWithdraw: `not-published` or `no-reason`.
    """
    if not reason.strip() or reason_code not in EndReason.values:
        raise CannotWithdraw("no-reason")
    removal = Removal(
        operation=Operation.END,
        state=State.ENDED,
        origins=(State.PUBLISHED,),
        reason=public_reason(EndReason(reason_code).label, reason),
        values={"removal_code": reason_code, "removal_reason": reason.strip()},
    )
    return remove(record, removal, "publication.end_early", by=by, at=at)


def resume(
    record: Record, *, reason: str, by: Actor, at: datetime
) -> PublicChange | None:
    """Show a record again whose display ended by mistake, or whose repair was revoked.

    Its approval stands, and its first dates with it: it is shown for what is left of
    its period. Returns None where the worker was quicker to publish it.

    Raises:
        CannotWithdraw: `not-ended` or `no-reason`.
    """
    if not reason.strip():
        raise CannotWithdraw("no-reason")
    with transaction.atomic():
        before = life_of(Record.objects.get(pk=record.pk))
        ended = Record.objects.filter(pk=record.pk, state=State.ENDED)
        values = {"removal_code": "", "removal_reason": ""}
        if ended.update(state=State.APPROVED, **values) != 1:
            raise CannotWithdraw("not-ended")
        record.refresh_from_db()
        changes, details = differences(before, life_of(record)), {"reason": reason}
        note(record, "publication.resume", changes, by=by, at=at, details=details)
    return publish_record(record, by=by, at=at)


def defer(record: Record, *, hold: Hold, by: Actor, at: datetime) -> PublicChange:
    """Take a published record from the public until a day; its first dates stay.

    Raises:
        CannotReview: `own-entry`, `no-reason` or `past-day`.
        CannotWithdraw: `not-published`.
    """
    require_hold(record, hold, by=by, at=at, ends=True)
    removal = _held(hold, State.DEFERRED, deferred(hold))
    return remove(record, removal, "publication.defer", by=by, at=at)


def keep_private(
    record: Record, *, hold: Hold, by: Actor, at: datetime
) -> PublicChange:
    """Take a published record from the public for good.

    Raises:
        CannotReview: `own-entry` or `no-reason`.
        CannotWithdraw: `not-published`.
    """
    require_hold(record, hold, by=by, at=at, ends=False)
    removal = _held(hold, State.NOT_PUBLIC, private(hold))
    return remove(record, removal, "publication.keep_private", by=by, at=at)


def _held(hold: Hold, state: State, values: Mapping[str, Any]) -> Removal:
    # Why exactly it is kept back may itself be what must not be told.
    return Removal(
        operation=Operation.WITHDRAW,
        state=state,
        origins=(State.PUBLISHED,),
        reason=public_reason(HELD_IN_PUBLIC[state]),
        values=values,
        details=told(hold),
    )


def remove(
    record: Record, removal: Removal, action: str, *, by: Actor, at: datetime
) -> PublicChange:
    """Take a record from the public; the portal drops it right after the commit.

    Raises:
        CannotWithdraw: `not-published`.
    """
    with transaction.atomic(durable=True):
        head = lock_feed()
        before = life_of(Record.objects.get(pk=record.pk))
        moved = Record.objects.filter(
            pk=record.pk, state__in=[str(state) for state in removal.origins]
        ).update(state=removal.state, **removal.values)
        if moved != 1:
            raise CannotWithdraw("not-published")
        entry = Entry(record_id=record.pk, payload=tombstone(record, removal, at))
        (change,) = append(head, [entry], operation=removal.operation, at=at)
        tell(record, NOTICES[removal.state], by=by, at=at)
        details = {"change": change.sequence, "reason": removal.reason}
        details |= dict(removal.details)
        record.refresh_from_db()
        changes = differences(before, life_of(record))
        note(record, action, changes, by=by, at=at, details=details)
    hand_over([change])
    return change


def tombstone(record: Record, removal: Removal, at: datetime) -> str:
    """Return the payload of a removal: what the public may still know."""
    unit = record.unit.superior if record.unit.is_entrusted else record.unit
    assert unit is not None
    return canonical(
        {
            "at": at.isoformat(),
            "kind": record.kind,
            "person": record.person,
            "reason": removal.reason,
            "unit_code": unit.code,
            "unit_name": unit.name,
        }
    )


def _publish_chunk(
    batch: Batch, *, after: tuple[str, int], at: datetime, limit: int
) -> tuple[list[PublicChange], tuple[str, int]]:
    head = lock_feed()
    rows = rows_to_publish(batch.pk, after=after, limit=limit)
    if not rows:
        return [], after
    assert batch.approved_at is not None
    on = at.astimezone(_SHANGHAI).date()
    entries = entries_of(rows, unit=batch.unit, on=on)
    changes = append(head, entries, operation=Operation.PUBLISH, at=at)
    approval = Approval(reviewed_by=batch.published_by, at=batch.approved_at)
    ids = [row.record_id for row in rows]
    if mark_published(ids, at=at, on=on, approval=approval) != len(rows):
        raise CannotPublish
    return changes, rows[-1].place


def _finish(batch: Batch, published: int, *, at: datetime) -> None:
    if not finish_publishing(batch, at=at):
        return
    record_event(
        at=at,
        by=Actor(username=batch.published_by, role="reviewer", unit=batch.unit.code),
        action="publication.publish_batch",
        target=Target(kind="batch", key=str(batch.pk)),
        changes={"state": (BatchState.PUBLISHING, BatchState.PUBLISHED)},
        details={"records": published},
    )
