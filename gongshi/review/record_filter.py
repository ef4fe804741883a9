"""What the list of records is narrowed to, as its form says it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind
from gongshi.domain.working_days import Calendar
from gongshi.records.constraints import WAITING
from gongshi.records.ways import Asked, Order, Waits
from gongshi.review.wording import STATES

_SOON = 2  # working days
_LONGEST_TEXT = 100
KINDS: Mapping[str, Promise] = {
    str(Kind.LICENCE): _("Administrative licence"),
    str(Kind.PENALTY): _("Administrative penalty"),
}
DUES: Mapping[str, Promise] = {
    "late": _("Late"),
    "today": _("Due today"),
    "soon": _("Due within 2 working days"),
    str(Waits.UNKNOWN): _("Without a known deadline"),
    str(Waits.WITHDRAWAL): _("Revoked, to be withdrawn"),
    str(Waits.HELD): _("Deferral over"),
    str(Waits.DISPUTED): _("Disputed"),
}
ORDERS: Mapping[str, Promise] = {
    str(Order.DECIDED): _("Newest decision first"),
    str(Order.DEADLINE): _("Waiting, first deadline first"),
}


class RecordFilter:
    """The form above the list; what it cannot read it leaves out."""

    def __init__(self, asked: QueryDict, *, units: Sequence[Unit]) -> None:
        self.units = units
        codes = {unit.code: unit for unit in units}
        self.unit = codes.get(asked.get("unit", ""))
        self.kind = _one_of(asked, "kind", KINDS)
        self.state = _one_of(asked, "state", self.states)
        self.due = _one_of(asked, "due", DUES)
        self.order = _one_of(asked, "order", ORDERS) or str(Order.DECIDED)
        self.since = _day(asked.get("since", ""))
        self.until = _day(asked.get("until", ""))
        self.text = asked.get("text", "").strip()[:_LONGEST_TEXT]
        if self.due or not self._can_wait:
            self.order = str(Order.DEADLINE if self.due else Order.DECIDED)

    @property
    def _can_wait(self) -> bool:
        return not self.state or self.state in map(str, WAITING)

    @property
    def states(self) -> Mapping[str, Promise]:
        """The states to choose from, in words."""
        hidden = (State.DRAFT, State.RECEIVED)
        return {str(s): name for s, name in STATES.items() if s not in hidden}

    @property
    def kinds(self) -> Mapping[str, Promise]:
        """The kinds to choose from, in words."""
        return KINDS

    @property
    def dues(self) -> Mapping[str, Promise]:
        """The deadlines to choose from, in words."""
        return DUES

    @property
    def orders(self) -> Mapping[str, Promise]:
        """The orders to choose from, in words."""
        return ORDERS

    @property
    def is_withdrawal(self) -> bool:
        """Whether it lists what must be withdrawn, with that deadline."""
        return self.due == Waits.WITHDRAWAL

    @property
    def is_held(self) -> bool:
        """Whether it lists what was deferred until a day that is over."""
        return self.due == Waits.HELD

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        chosen = (self.unit, self.kind, self.state, self.due, self.text)
        return any((*chosen, self.since, self.until))

    @property
    def query(self) -> str:
        """The choices as they stand in an address."""
        values = {
            "unit": self.unit.code if self.unit else "",
            "kind": self.kind,
            "state": self.state,
            "due": self.due,
            "order": self.order if self.order != Order.DECIDED else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "text": self.text,
        }
        return urlencode({name: value for name, value in values.items() if value})

    def asked(self, *, on: date, calendar: Calendar) -> Asked:
        """Return what to look for, as of a day."""
        due_from, due_until = self._due(on, calendar)
        units = [self.unit] if self.unit else self.units
        return Asked(
            units=[unit.pk for unit in units],
            kind=self.kind,
            state=self.state,
            since=self.since,
            until=self.until,
            due_from=due_from,
            due_until=due_until,
            text=self.text,
            order=Order(self.order),
            waits=Waits(self.due) if self.due in set(Waits) else None,
            on=on,
        )

    def _due(self, on: date, calendar: Calendar) -> tuple[date | None, date | None]:
        if self.due == "late":
            return None, on - timedelta(days=1)
        if self.due == "today":
            return on, on
        if self.due == "soon":
            end = calendar.add_working_days(on, _SOON) or on + timedelta(days=_SOON)
            return on, end
        return None, None


def _one_of(asked: QueryDict, name: str, choices: Mapping[str, object]) -> str:
    value = asked.get(name, "")
    return value if value in choices else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
