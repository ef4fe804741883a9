"""Reads batches: what a user may see, and what waits for the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404

from gongshi.accounts.access import reach, visible
from gongshi.accounts.models import User
from gongshi.accounts.permissions import Permission
from gongshi.intake.models import WORKING, Batch, BatchState
from gongshi.portal.merging import Way, first_keys


def batches_for(
    user: User | AnonymousUser, permission: Permission = Permission.RECORD_READ
) -> QuerySet[Batch]:
    """Return the batches of the user's units, newest first."""
    batches = Batch.objects.select_related("unit", "file", "continues")
    return visible(batches, user, permission).order_by("-received_at", "-id")


def get_batch(
    user: User | AnonymousUser,
    batch_id: UUID,
    permission: Permission = Permission.RECORD_READ,
) -> Batch:
    """Return one batch of the units in which the user has the permission.

    Raises:
        Http404: it does not exist, or the user may not see it.
    """
    batch = batches_for(user, permission).filter(pk=batch_id).first()
    if batch is None:
        raise Http404
    return batch


class BatchOrder(StrEnum):
    """In which order batches are listed."""

    RECEIVED = "received"  # newest first
    DEADLINE = "deadline"  # what is due first, of what still waits


@dataclass(frozen=True, kw_only=True)
class ListedBatches:
    """A page of batches; `after` is where the next one begins, empty at the end."""

    batches: Sequence[Batch]
    after: str = ""


def list_batches(
    units: Sequence[int],
    *,
    state: str = "",
    order: BatchOrder = BatchOrder.RECEIVED,
    after: str = "",
    size: int,
) -> ListedBatches:
    """Return a page of the units' batches; at most three queries.

    A form is a batch, too, so that there may be as many as records. In the order of
    deadlines it lists what waits and has a known one, whatever the state.
    """
    is_by_deadline = order is BatchOrder.DEADLINE
    way = _by_deadline(units, after) if is_by_deadline else _newest(units, state, after)
    keys = [_uuid(key) for key in first_keys(connection, way, size + 1)]
    found = Batch.objects.select_related("unit", "file", "continues")
    by_key = found.in_bulk(keys[:size])
    batches = [by_key[key] for key in keys[:size] if key in by_key]
    has_more = bool(batches) and len(keys) > size
    return ListedBatches(
        batches=batches, after=_place(batches[-1], order) if has_more else ""
    )


def _newest(units: Sequence[int], state: str, after: str) -> Way:
    way = Way(
        table="intake_batch",
        parts={"unit_id": units, "state": [state]} if state else {"unit_id": units},
        column="received_at",
        is_time=True,
        descending=True,
    )
    place = _received_at(after)
    if place is not None:
        way.begin_behind(connection.ops.adapt_datetimefield_value(place), after)
    return way


def _by_deadline(units: Sequence[int], after: str) -> Way:
    way = Way(table="intake_batch", parts={"unit_id": units}, column="publish_by")
    # Written out, as the partial index is matched by its very words.
    way.add("r.state = 'checked' AND r.waiting > 0 AND r.publish_by IS NOT NULL")
    day, _, key = after.partition("~")
    try:
        place = date.fromisoformat(day), UUID(key)
    except ValueError:
        return way  # made up by hand: the list begins at its beginning
    way.begin_behind(connection.ops.adapt_datefield_value(place[0]), place[1].hex)
    return way


def _place(batch: Batch, order: BatchOrder) -> str:
    """Return the place of a batch; with its deadline, which holds once it is public."""
    if order is BatchOrder.DEADLINE and batch.publish_by is not None:
        return f"{batch.publish_by.isoformat()}~{batch.pk.hex}"
    return batch.pk.hex


def _received_at(batch_id: str) -> datetime | None:
    """Return when a batch was received; None: made up by hand, there is none."""
    try:
        key = UUID(batch_id)
    except ValueError:
        return None
    return Batch.objects.filter(pk=key).values_list("received_at", flat=True).first()


def _uuid(key: UUID | str) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)


def waiting_batches(at: datetime) -> QuerySet[Batch]:
    """Return what a worker could claim now, oldest first: new, asked for, abandoned."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    working = Q(state__in=[str(state) for state in WORKING]) & free
    waiting = Batch.objects.filter(Q(state=BatchState.RECEIVED) | working)
    return waiting.select_related("unit", "file").order_by("received_at", "id")


def earlier_batches(batch: Batch) -> QuerySet[Batch]:
    """Return the unit's batches of the very same bytes received before, newest first."""
    same = Batch.objects.filter(unit=batch.unit_id, file=batch.file_id)
    return same.filter(received_at__lt=batch.received_at).order_by("-received_at", "id")


def is_from_form(batch_id: UUID, form_id: UUID) -> bool:
    """Say whether the batch is what this very form handed in, by its key."""
    batches = Batch.objects.filter(pk=batch_id)
    return batches.filter(idempotency_key__startswith=form_id.hex).exists()


def batches_to_review(user: User | AnonymousUser, *, limit: int) -> Sequence[Batch]:
    """Return the batches with records that wait for this reviewer, first due first."""
    units = sorted(reach(user, Permission.RECORD_REVIEW))
    return _first_due(units, _WAITING, limit)


def batches_to_explain(user: User | AnonymousUser, *, limit: int) -> Sequence[Batch]:
    """Return the batches that wait for a reason of this enterer, first due first.

    Without it nothing of them goes out: neither what waits for a reviewer, nor what is
    deferred, nor what is proposed as a correction.
    """
    units = sorted(reach(user, Permission.RECORD_ENTER))
    return _first_due(units, _UNEXPLAINED, limit)


# Written out, as the partial indexes are matched by their very words.
_WAITING = "state = 'checked' AND waiting > 0"
_UNEXPLAINED = (
    "state = 'checked' AND unexplained > 0 AND (waiting > 0"
    " OR EXISTS (SELECT 1 FROM records_record r"
    " WHERE r.batch_id = intake_batch.id AND r.state = 'deferred')"
    " OR EXISTS (SELECT 1 FROM records_proposedcorrection p"
    " WHERE p.batch_id = intake_batch.id AND p.state = 'open'))"
)


def _first_due(units: Sequence[int], terms: str, limit: int) -> Sequence[Batch]:
    keys = ", ".join(map(str, units)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM intake_batch WHERE {terms} AND unit_id IN ({keys})"  # noqa: S608 - numbers
            f" ORDER BY publish_by, id LIMIT {int(limit)}"
        )
        first = [row[0] for row in cursor.fetchall()]
    found = Batch.objects.select_related("unit").filter(pk__in=first)
    return sorted(found, key=lambda batch: (batch.publish_by or date.max, batch.pk))
