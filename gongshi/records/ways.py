"""What a list of records is asked for, and the way along an index that brings it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind
from gongshi.portal.merging import Way
from gongshi.records.constraints import WAITING

_OPEN = (State.CHECKED, State.APPROVED, State.RETURNED)


class Waits(StrEnum):
    """What waits for somebody otherwise than by a known deadline of publication."""

    UNKNOWN = "unknown"  # to be published by a day that is not known yet
    WITHDRAWAL = "withdraw"  # a revoked penalty that is still public
    HELD = "held"  # deferred until a day that is over
    DISPUTED = "disputed"  # public, with an objection that is open


class Order(StrEnum):
    """In which order records are listed."""

    DECIDED = "decided"  # newest decision first
    DEADLINE = "deadline"  # what is due first, of what still waits


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list shows; empty means all. `units` are keys that the reader may see.

    `due_from` to `due_until` is about what still waits for publication. `text` is a
    credit code, or how a decision number or a name begins. `waits` is one of the lists
    that have an order of their own; of what is held as of the day `on`.
    """

    units: Sequence[int]
    kind: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    due_from: date | None = None
    due_until: date | None = None
    text: str = ""
    order: Order = Order.DECIDED
    waits: Waits | None = None
    on: date = date.max

    @property
    def is_by_deadline(self) -> bool:
        """Whether it is about what waits, in the order of deadlines."""
        is_due = self.due_from is not None or self.due_until is not None
        return self.order is Order.DEADLINE or is_due


def along(
    column: str,
    units: Sequence[int],
    *,
    descending: bool = False,
    **parts: Sequence[str],
) -> Way:
    """Return the way along the index of units, what is in `parts`, and a date."""
    return Way(
        table="records_record",
        parts={"unit_id": units, **parts},
        column=column,
        descending=descending,
    )


def of_units(units: Iterable[int]) -> str:
    """Return SQL for "is of one of these units"."""
    keys = ", ".join(str(int(key)) for key in sorted(units))
    return f"r.unit_id IN ({keys or 'NULL'})"


def in_states(*states: State) -> str:
    """Return SQL for "is in one of these states"."""
    return f"r.state IN ({', '.join(repr(str(state)) for state in states)})"


def waiting_in(*states: State) -> str:
    """Return SQL for "waits in one of these states", as the index of deadlines has it."""
    kinds = ", ".join(repr(str(kind)) for kind in Kind)
    return f"{in_states(*WAITING)} AND {in_states(*states)} AND r.kind IN ({kinds})"


# One look into another index for each part, where that of deadlines would be read from
# end to end. Not EXISTS, which PostgreSQL would make a join over all rows so old.
_SO_OLD = (
    "(SELECT 1 FROM records_record o WHERE o.unit_id = s.unit_id"
    " AND o.state = s.state AND o.kind = s.kind AND NOT (o.state = 'received')"
    " AND o.decision_date <= %s ORDER BY o.decision_date LIMIT 1) = 1"
)


# Written out, as the partial indexes are matched by their very words.
_PUBLIC = "r.state = 'published'"
DISPUTED = f"{_PUBLIC} AND r.disputed_on IS NOT NULL"
_REVOKED = f"{_PUBLIC} AND r.kind = 'penalty' AND r.revoked_on IS NOT NULL"
UNKNOWN = f"{waiting_in(*_OPEN)} AND r.publish_by IS NULL"


def way_of(asked: Asked) -> Way:
    """Return the way along the index that has what is asked for in its order."""
    if asked.waits is not None:
        return _waiting(asked, asked.waits)
    return _by_deadline(asked) if asked.is_by_deadline else _newest(asked)


def _newest(asked: Asked) -> Way:
    parts = {"kind": _kinds(asked)}
    if asked.state:
        parts = {"state": [str(State(asked.state))], **parts}
    way = along("decision_date", asked.units, descending=True, **parts)
    way.add("NOT (r.state = 'received')")
    way.between(day_or_none(asked.since), day_or_none(asked.until))
    return way


def _by_deadline(asked: Asked) -> Way:
    states = [str(State(asked.state))] if asked.state else [str(s) for s in _OPEN]
    way = along("publish_by", asked.units, state=states, kind=_kinds(asked))
    way.add(f"{in_states(*WAITING)} AND r.publish_by IS NOT NULL")
    way.between(day_or_none(asked.due_from), day_or_none(asked.due_until))
    _decided(way, asked)
    if asked.until is not None:
        way.only_parts(_SO_OLD, day_value(asked.until))
    return way


def _waiting(asked: Asked, waits: Waits) -> Way:
    column, term, values = {
        Waits.UNKNOWN: ("decision_date", UNKNOWN, []),
        Waits.WITHDRAWAL: ("revoked_on", _REVOKED, []),
        Waits.DISPUTED: ("disputed_on", DISPUTED, []),
        Waits.HELD: (
            "hold_until",
            "r.state = 'deferred' AND r.hold_until < %s",
            [day_value(asked.on)],
        ),
    }[waits]
    way = along(column, asked.units)
    way.add(term, *values)
    if asked.kind:
        way.add(f"r.kind = '{Kind(asked.kind)}'")
    if asked.state:
        way.add(in_states(State(asked.state)))
    _decided(way, asked)
    return way


def _decided(way: Way, asked: Asked) -> None:
    if asked.since is not None:
        way.add("r.decision_date >= %s", day_value(asked.since))
    if asked.until is not None:
        way.add("r.decision_date <= %s", day_value(asked.until))


def _kinds(asked: Asked) -> list[str]:
    return [str(Kind(asked.kind))] if asked.kind else [str(kind) for kind in Kind]


def day_or_none(day: date | None) -> str | date | None:
    """Return the day as a parameter, None: the range is open."""
    return None if day is None else day_value(day)


def day_value(day: date) -> str | date | None:
    """Return the day as the database takes it for a parameter."""
    return connection.ops.adapt_datefield_value(day)
