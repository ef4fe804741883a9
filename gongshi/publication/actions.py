"""Publishes and withdraws: record and feed change together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection, transaction

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.domain.feed import Operation, PublicChange, canonical
from gongshi.domain.lifecycle import State
from gongshi.domain.privacy import mask_text
from gongshi.domain.standards import CannotFindForm, Form, Kind, Person, form
from gongshi.intake.actions import finish_publishing, request_publication
from gongshi.intake.models import Batch
from gongshi.publication.consumers import hand_over
from gongshi.publication.feed import Entry, append, lock_feed
from gongshi.publication.follower import Follower
from gongshi.publication.payload import Publication, payloads
from gongshi.records.actions import PUBLISHABLE, mark_published
from gongshi.records.models import Record

Deliver = Callable[[Sequence[PublicChange]], object]

CHUNK = 10_000
_LARGE = 20_000  # records from which a second process is worth its start
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class CannotPublish(Exception):
    """Records were moved by somebody else between look and write; try again."""

    code = "records-moved"


class CannotWithdraw(Exception):
    """The record is not public (`not-published`), or no reason is given (`no-reason`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(kw_only=True, slots=True)
class _Row:
    """What publishing reads of a record; `place` orders it within its batch."""

    record_id: UUID
    form_key: tuple[str, str, str]
    place: tuple[str, int]
    content: str


def publish_batch(
    batch: Batch,
    *,
    by: Actor,
    at: datetime,
    chunk: int = CHUNK,
    deliver: Deliver = hand_over,
) -> int:
    """Publish what the batch has to publish; return how many records.

    In chunks, each one transaction: feed locked, payloads built, changes appended,
    records moved by a conditional update whose count must fit. Interrupted, it goes
    on where it was when called again; called twice, it publishes once. After each
    commit `deliver` gets the changes: the portal, so that they are searchable at
    once. Records that are not public are never touched.

    Raises:
        CannotMove: the batch is not checked.
        CannotPublish: a record was moved meanwhile; nothing of its chunk is published.
    """
    request_publication(batch, by=by, at=at)
    published, place = 0, ("", -1)
    while True:
        with transaction.atomic(durable=True):
            changes, place = _publish_chunk(batch, after=place, at=at, limit=chunk)
            published += len(changes)
            if not changes:
                _finish(batch, published, by=by, at=at)
        if not changes:
            return published
        deliver(changes)


def publish_large_batch(batch: Batch, *, by: Actor, at: datetime) -> int:
    """Publish a batch with a process beside it that applies the changes meanwhile.

    For callers that are processes of their own, such as commands and the worker;
    a small batch is not worth the second process. Raises as `publish_batch`.
    """
    if batch.counts.get("new", 0) < _LARGE:
        return publish_batch(batch, by=by, at=at)
    with Follower() as follower:
        return publish_batch(batch, by=by, at=at, deliver=follower.deliver)


def withdraw(record: Record, *, reason: str, by: Actor, at: datetime) -> PublicChange:
    """Take a published record back; its public page keeps the reason alone.

    Personal data in the reason is masked. The portal drops the record right after
    the commit.

    Raises:
        CannotWithdraw: `not-published`, also for the second of two calls, or
            `no-reason`.
    """
    if not reason.strip():
        raise CannotWithdraw("no-reason")
    with transaction.atomic(durable=True):
        head = lock_feed()
        moved = Record.objects.filter(pk=record.pk, state=State.PUBLISHED).update(
            state=State.WITHDRAWN, withdrawn_at=at
        )
        if not moved:
            raise CannotWithdraw("not-published")
        unit = record.unit.superior if record.unit.is_entrusted else record.unit
        assert unit is not None
        value = {
            "at": at.isoformat(),
            "kind": record.kind,
            "reason": mask_text(reason),
            "unit_code": unit.code,
            "unit_name": unit.name,
        }
        entry = Entry(record_id=record.pk, payload=canonical(value))
        (change,) = append(head, [entry], operation=Operation.WITHDRAW, at=at)
        target = Target(kind="record", key=str(record.pk))
        details = {"reason": reason, "change": change.sequence}
        record_event(
            at=at, by=by, action="publication.withdraw", target=target, details=details
        )
    hand_over([change])
    record.refresh_from_db()
    return change


def _publish_chunk(
    batch: Batch, *, after: tuple[str, int], at: datetime, limit: int
) -> tuple[list[PublicChange], tuple[str, int]]:
    head = lock_feed()
    rows = _next_rows(batch.pk, after=after, limit=limit)
    if not rows:
        return [], after
    on = at.astimezone(_SHANGHAI).date()
    entries = _entries(rows, unit=batch.unit, on=on)
    changes = append(head, entries, operation=Operation.PUBLISH, at=at)
    if mark_published([row.record_id for row in rows], at=at, on=on) != len(rows):
        raise CannotPublish
    return changes, rows[-1].place


def _next_rows(batch_id: UUID, *, after: tuple[str, int], limit: int) -> list[_Row]:
    # Read behind the last row instead of skipping it: a batch may have a million.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, edition, kind, person, sheet, row_number, content"
            " FROM records_record"
            " WHERE batch_id = %s AND (sheet, row_number) > (%s, %s)"
            " AND state IN (%s, %s) AND not_public_reason = ''"
            " ORDER BY sheet, row_number LIMIT %s",
            [batch_id.hex, *after, *PUBLISHABLE, limit],
        )
        return [
            _Row(
                record_id=key if isinstance(key, UUID) else UUID(key),
                form_key=(edition, kind, person),
                place=(sheet, row_number),
                content=content,
            )
            for key, edition, kind, person, sheet, row_number, content in cursor.fetchall()
        ]


def _entries(rows: Sequence[_Row], *, unit: Unit, on: date) -> list[Entry]:
    """Return the entries in the order of the rows, built form by form."""
    entries: list[Entry | None] = [None] * len(rows)
    places = sorted(range(len(rows)), key=lambda i: rows[i].form_key)
    for key, group in groupby(places, key=lambda i: rows[i].form_key):
        alike = list(group)
        edition, kind, person = key
        publication = Publication(
            unit=unit,
            form=_form(edition, Kind(kind), Person(person)),
            person=Person(person),
            published_on=on,
        )
        contents = pl.Series([rows[i].content for i in alike], dtype=pl.String)
        for i, payload in zip(alike, payloads(contents, publication), strict=True):
            entries[i] = Entry(record_id=rows[i].record_id, payload=payload)
    return [entry for entry in entries if entry is not None]


def _form(edition: str, kind: Kind, person: Person) -> Form:
    """Return the form for all subjects of the edition, or the one for this kind."""
    try:
        return form(edition, kind, Person.ANY)
    except CannotFindForm:
        return form(edition, kind, person)


def _finish(batch: Batch, published: int, *, by: Actor, at: datetime) -> None:
    if not finish_publishing(batch, at=at):
        return
    record_event(
        at=at,
        by=replace(by, unit=by.unit or batch.unit.code),
        action="publication.publish_batch",
        target=Target(kind="batch", key=str(batch.pk)),
        details={"records": published},
    )
