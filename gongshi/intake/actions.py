"""Receives files and rows and moves batches; every move is a conditional update."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.intake.files import CannotReceive, Measured, measure, store
from gongshi.intake.models import MOVES, Batch, BatchSource, BatchState
from gongshi.intake.naming import file_name, row_name
from gongshi.intake.reading import Document
from gongshi.records.actions import discard_batch, settle_batch
from gongshi.records.listing import first_deadline


class CannotWork(Exception):
    """The batch is not, or no longer, this worker's to work on."""

    code = "lease-lost"


class CannotMove(Exception):
    """The batch is not in a state from which it can be moved there."""

    code = "wrong-state"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as somebody hands it in.

    `stream` can be rewound; `key` is the form's or the caller's idempotency key;
    `edition` forces a standard edition instead of recognising it.
    """

    name: str
    stream: BinaryIO
    key: str
    edition: str = ""
    source: BatchSource = BatchSource.FILE


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows as a form or a call hands them in, under a name and a key like a file."""

    document: Document
    source: BatchSource
    name: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A worker's hold on a batch until a time; a later lease replaces it."""

    worker: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a worker knows of a batch after one more piece of work."""

    rows_done: int
    rows_total: int | None = None
    edition: str = ""
    kind: str = ""
    counts: Mapping[str, int]
    rule_counts: Mapping[str, int]
    to_confirm: Mapping[str, int] = field(default_factory=dict)
    continues: UUID | None = None


def receive_file(upload: Upload, *, unit: Unit, by: Actor, at: datetime) -> Batch:
    """Store a file and make its batch, whole or not at all.

    The same key of the same unit again returns the batch that it made before, with
    `already_received` set. The same bytes under another key make a new batch on the
    file that is stored already; its rows will be found unchanged.

    Raises:
        CannotReceive: `too-large`, `no-name`, or `key-reused` where the key came
            with other content before.
    """
    name = file_name(upload.name)
    if not name:
        raise CannotReceive("no-name")
    measured = measure(upload.stream)
    try:
        return _receive(upload, name, measured, unit, by, at)
    except IntegrityError:
        # The same form, or the same file, came in at this very moment; it is
        # stored by now and found at the second look.
        upload.stream.seek(0)
        return _receive(upload, name, measured, unit, by, at)


def receive_rows(rows: Rows, *, unit: Unit, by: Actor, at: datetime) -> Batch:
    """Store rows and make their batch, exactly as `receive_file` does with a file.

    From here on nobody asks which way they came: the same check lands them.

    Raises:
        CannotReceive: as `receive_file` does.
    """
    upload = Upload(
        name=row_name(rows.name),
        stream=BytesIO(rows.document.content()),
        key=rows.key,
        source=rows.source,
    )
    return receive_file(upload, unit=unit, by=by, at=at)


@transaction.atomic
def _receive(
    upload: Upload, name: str, measured: Measured, unit: Unit, by: Actor, at: datetime
) -> Batch:
    batches = Batch.objects.select_related("file")
    known = batches.filter(unit=unit, idempotency_key=upload.key).first()
    if known is not None:
        if known.file.sha256 != measured.sha256:
            raise CannotReceive("key-reused")
        known.already_received = True
        return known
    batch = Batch.objects.create(
        unit=unit,
        idempotency_key=upload.key,
        file=store(upload.stream, measured, unit=unit, at=at),
        name=name,
        received_by=by.username,
        received_at=at,
        forced_edition=upload.edition,
        source=upload.source,
    )
    details = {"name": name, "size": measured.size, "sha256": measured.sha256}
    is_file = upload.source == BatchSource.FILE
    action = "intake.receive_file" if is_file else "intake.receive_rows"
    _note(batch, action, "", by=by, at=at, details=details)
    return batch


def claim(batch: Batch, *, work: BatchState, lease: Lease, at: datetime) -> bool:
    """Take the batch for checking or publishing; say whether it was to be had.

    It is to be had where the table of moves leads to `work` from its state, and
    where it is in that state already but nobody's lease runs: a worker that died
    leaves it so. The caller's object is brought up to date.
    """
    origins = [str(state) for state, targets in MOVES.items() if work in targets]
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    claimed = Batch.objects.filter(
        Q(state__in=origins) | (Q(state=work) & free), pk=batch.pk
    ).update(state=work, leased_by=lease.worker, leased_until=lease.until)
    batch.refresh_from_db()
    return claimed == 1


def save_progress(batch: Batch, progress: Progress, *, lease: Lease) -> None:
    """Store how far the work is and prolong the lease.

    Belongs in the transaction that stores the work itself: where the lease was
    lost, both are undone.

    Raises:
        CannotWork: another worker holds the batch, or it has moved on.
    """
    values = {
        "rows_done": progress.rows_done,
        "rows_total": progress.rows_total,
        "edition": progress.edition,
        "kind": progress.kind,
        "counts": dict(progress.counts),
        "rule_counts": dict(progress.rule_counts),
        "to_confirm": dict(progress.to_confirm),
        "unexplained": len(progress.to_confirm),
        "continues": progress.continues,
        "leased_until": lease.until,
    }
    held = Batch.objects.filter(
        pk=batch.pk, leased_by=lease.worker, leased_until__isnull=False
    )
    if held.update(**values) != 1:
        raise CannotWork


@transaction.atomic
def finish_checking(batch: Batch, *, worker: str, by: Actor, at: datetime) -> None:
    """Let the batch's records stand and the batch be checked, in one step.

    Raises:
        CannotWork: another worker holds the batch, or it has moved on.
    """
    was = batch.state
    _release(batch, BatchState.CHECKED, worker=worker, checked_at=at)
    settled = settle_batch(batch.pk, at=at)
    Batch.objects.filter(pk=batch.pk).update(
        waiting=settled.waiting, publish_by=settled.publish_by
    )
    for other, number in settled.left.items():
        move_waiting(other, by=-number)
    batch.refresh_from_db()
    details = {"records": settled.records, "counts": batch.counts}
    _note(batch, "intake.finish_checking", was, by=by, at=at, details=details)


def move_waiting(batch_id: UUID, *, by: int) -> None:
    """Keep how many of a checked batch's records wait for a reviewer, and until when.

    Part of the transaction that moves the records, after they have moved.

    Raises:
        CannotMove: records came while the worker publishes what was approved, and
            would be published with it.
    """
    checked = Batch.objects.filter(pk=batch_id, state=BatchState.CHECKED)
    if not checked.update(waiting=Greatest(F("waiting") + by, 0)):
        publishing = Batch.objects.filter(pk=batch_id, state=BatchState.PUBLISHING)
        if by > 0 and publishing.exists():
            raise CannotMove
        return
    unit, before = checked.values_list("unit_id", "publish_by").get()
    # As records leave, the first deadline never comes earlier.
    since = before if by < 0 else None
    checked.update(publish_by=first_deadline(batch_id, unit=unit, since=since))


def note_reason(batch_id: UUID) -> None:
    """Keep the number of a batch's warnings of which nobody has said why.

    Part of the transaction that keeps the reason.
    """
    left = Batch.objects.filter(pk=batch_id, unexplained__gt=0)
    left.update(unexplained=F("unexplained") - 1)


@transaction.atomic
def give_back(batch: Batch, *, worker: str, by: Actor, at: datetime) -> None:
    """Undo what was landed and let the batch be checked again later.

    Raises:
        CannotWork: another worker holds the batch, or it has moved on.
    """
    was = batch.state
    _release(batch, BatchState.RECEIVED, worker=worker, rows_done=0, counts={})
    discarded = discard_batch(batch.pk)
    details = {"records": discarded}
    _note(batch, "intake.give_back", was, by=by, at=at, details=details)


@transaction.atomic
def fail(batch: Batch, *, code: str, worker: str, by: Actor, at: datetime) -> None:
    """End a batch whose file cannot be used; nothing of it stays in the registry.

    Raises:
        CannotWork: another worker holds the batch, or it has moved on.
    """
    was = batch.state
    _release(batch, BatchState.FAILED, worker=worker, failure=code, checked_at=at)
    discarded = discard_batch(batch.pk)
    details = {"reason": code, "records": discarded}
    _note(batch, "intake.fail", was, by=by, at=at, details=details)


@transaction.atomic
def request_publication(batch: Batch, *, by: Actor, at: datetime) -> bool:
    """Hand a checked batch to the worker for publication; twice is once.

    `by` is the reviewer who answers for it and has checked its secrecy; called by
    `review.actions.approve_batch` only. Says whether this call did it.

    Raises:
        CannotMove: the batch is not checked yet, or is not usable.
    """
    moved = Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKED).update(
        state=BatchState.PUBLISHING, published_by=by.username, approved_at=at
    )
    batch.refresh_from_db()
    if not moved:
        if batch.state not in (BatchState.PUBLISHING, BatchState.PUBLISHED):
            raise CannotMove
        return False
    details = {"secrecy_checked": True}
    action, was = "intake.request_publication", BatchState.CHECKED
    _note(batch, action, was, by=by, at=at, details=details)
    return True


def finish_publishing(batch: Batch, *, at: datetime) -> bool:
    """Note that nothing of the batch is left to publish; say whether it was news.

    Part of the transaction of the batch's last chunk; publishing is exactly-once
    by the records' own states, so no lease is asked for.
    """
    done = Batch.objects.filter(pk=batch.pk, state=BatchState.PUBLISHING).update(
        state=BatchState.PUBLISHED, published_at=at, leased_by="", leased_until=None
    )
    batch.refresh_from_db()
    return done == 1


def _release(
    batch: Batch, target: BatchState, *, worker: str, **values: object
) -> None:
    origins = [str(state) for state, targets in MOVES.items() if target in targets]
    held = Batch.objects.filter(
        pk=batch.pk, leased_by=worker, leased_until__isnull=False, state__in=origins
    )
    values |= {"state": target, "leased_by": "", "leased_until": None}
    if held.update(**values) != 1:
        raise CannotWork
    batch.refresh_from_db()


def _note(
    batch: Batch,
    action: str,
    was: str,
    *,
    by: Actor,
    at: datetime,
    details: Mapping[str, object],
) -> None:
    """Append the event; `was` is the state before, empty where there was none."""
    record_event(
        at=at,
        by=by,
        action=action,
        target=Target(kind="batch", key=str(batch.pk)),
        changes={"state": (was or None, batch.state)},
        details=details,
    )
