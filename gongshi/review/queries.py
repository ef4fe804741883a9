"""Reads what waits for somebody: records, their story, a person's tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.http import Http404

from gongshi.accounts.access import Reader, reach, visible
from gongshi.accounts.models import User
from gongshi.accounts.permissions import Permission
from gongshi.domain.lifecycle import State
from gongshi.domain.working_days import Calendar
from gongshi.intake.models import Batch
from gongshi.intake.queries import batches_to_explain, batches_to_review
from gongshi.portal.merging import Way, first_keys
from gongshi.records.listing import Bounded, count, list_records
from gongshi.records.models import ProposedCorrection, Record
from gongshi.records.ways import (
    DISPUTED,
    UNKNOWN,
    Asked,
    Order,
    Waits,
    day_value,
    of_units,
    waiting_in,
)
from gongshi.review.models import Notice

_FEW = 8  # of each list on the to-do page; the list of records has them all
_SOON = 2  # working days


@dataclass(frozen=True, kw_only=True)
class Todo:
    """What waits in the units of one person, most urgent first."""

    counts: Mapping[str, Bounded]
    due: Sequence[Record]
    unknown: Sequence[Record]
    returned: Sequence[Record]
    to_withdraw: Sequence[Record]
    disputed: Sequence[Record]
    held: Sequence[Record]
    unexplained: Sequence[Batch]
    batches: Sequence[Batch]
    corrections: Sequence[ProposedCorrection]
    notices: Sequence[Notice]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits at all."""
        records = (*self.due, *self.unknown, *self.returned)
        public = (*self.to_withdraw, *self.disputed, *self.held)
        others = (*self.unexplained, *self.batches, *self.corrections, *self.notices)
        return not any((records, public, others))


def get_record(
    user: Reader, record_id: UUID, permission: Permission = Permission.RECORD_READ
) -> Record:
    """Return one settled record of the user's units.

    Raises:
        Http404: it does not exist, or the user may not see it.
    """
    records = Record.objects.settled().select_related("unit__superior", "item__version")
    record = visible(records, user, permission).filter(pk=record_id).first()
    if record is None:
        raise Http404
    return record


def get_correction(
    user: Reader, correction_id: int, permission: Permission
) -> ProposedCorrection:
    """Return a proposed correction of a record of the user's units.

    Raises:
        Http404: it does not exist, or the user may not decide on it.
    """
    proposed = ProposedCorrection.objects.select_related("record__unit__superior")
    found = visible(proposed, user, permission, path="record__unit")
    correction = found.filter(pk=correction_id).first()
    if correction is None:
        raise Http404
    return correction


def todo(user: User, *, on: date, calendar: Calendar) -> Todo:
    """Return what waits for the person on a day; a fixed number of queries.

    A deferral that ends on a day is over from the next day on.
    """
    units = sorted(reach(user, Permission.RECORD_READ))
    reviewed = sorted(reach(user, Permission.RECORD_REVIEW))
    return Todo(
        counts=count(_conditions(units, on, _soon_end(on, calendar))),
        due=list_records(Asked(units=units, order=Order.DEADLINE), size=_FEW).records,
        returned=list_records(
            Asked(units=units, order=Order.DEADLINE, state=str(State.RETURNED)),
            size=_FEW,
        ).records,
        unknown=_first(Waits.UNKNOWN, units, on),
        to_withdraw=_first(Waits.WITHDRAWAL, units, on),
        disputed=_first(Waits.DISPUTED, units, on),
        held=_first(Waits.HELD, units, on),
        unexplained=batches_to_explain(user, limit=_FEW),
        batches=batches_to_review(user, limit=_FEW),
        corrections=_open_corrections(reviewed),
        notices=unread(user),
    )


def left_out(asked: Asked) -> Bounded | None:
    """Return how many records a list in the order of deadlines leaves out.

    Those without a known deadline; None where the order is another.
    """
    if not asked.is_by_deadline or asked.waits is not None:
        return None
    ours = of_units(asked.units)
    return count({"unknown": (f"{ours} AND {UNKNOWN}", [])})["unknown"]


def unread(user: User, *, limit: int = _FEW) -> Sequence[Notice]:
    """Return the newest notices that the person has not read."""
    notices = Notice.objects.select_related("record").defer("record__content")
    mine = notices.filter(recipient=user.username, read_at__isnull=True)
    return list(mine.order_by("-at", "-id")[:limit])


def _first(waits: Waits, units: Sequence[int], on: date) -> Sequence[Record]:
    return list_records(Asked(units=units, waits=waits, on=on), size=_FEW).records


def _conditions(
    units: Sequence[int], on: date, soon: date
) -> dict[str, tuple[str, Sequence[object]]]:
    ours = of_units(units)
    unpublished = waiting_in(State.CHECKED, State.APPROVED, State.RETURNED)
    day, end = day_value(on), day_value(soon)
    return {
        "late": (f"{ours} AND {unpublished} AND r.publish_by < %s", [day]),
        "today": (f"{ours} AND {unpublished} AND r.publish_by = %s", [day]),
        "soon": (
            f"{ours} AND {unpublished} AND r.publish_by > %s AND r.publish_by <= %s",
            [day, end],
        ),
        "to_review": (f"{ours} AND {waiting_in(State.CHECKED)}", []),
        "returned": (f"{ours} AND {waiting_in(State.RETURNED)}", []),
        "unknown": (f"{ours} AND {UNKNOWN}", []),
        "deferred": (f"{ours} AND {waiting_in(State.DEFERRED)}", []),
        "disputed": (f"{ours} AND {DISPUTED}", []),
    }


def _soon_end(on: date, calendar: Calendar) -> date:
    return calendar.add_working_days(on, _SOON) or on + timedelta(days=_SOON)


def _open_corrections(units: Sequence[int]) -> Sequence[ProposedCorrection]:
    """Return the first ones of records of these units, whichever unit proposed them."""
    way = Way(
        table="records_proposedcorrection",
        parts={"record_unit_id": units},
        column="received_at",
        is_time=True,
        # Written out, as the partial index is matched by its very words.
        terms=["r.state = 'open'"],
    )
    keys = first_keys(connection, way, _FEW)
    proposed = ProposedCorrection.objects.select_related("record__unit", "unit")
    found = proposed.in_bulk(keys)
    return [found[key] for key in keys if key in found]
