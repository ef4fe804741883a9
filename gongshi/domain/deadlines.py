"""Deadlines and periods of disclosure, read from the dated rows of policies.csv.

Every date is a day in Asia/Shanghai. A period is counted from the day after its
event (民法典 Art. 201); the ten days of the rolling list alone include their first.
"""

import calendar as months
import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import polars as pl

from gongshi.domain.standards import Kind
from gongshi.domain.working_days import Calendar

LONG_TERM = date(2099, 12, 31)  # how the templates write 长期

_FILE = Path(__file__).parent / "policies.csv"


class CannotFindPolicy(Exception):
    """No active row says what holds on that day."""

    code = "no-policy"


class Duty(StrEnum):
    """What a row of the table is about."""

    PUBLISH = "publish"  # from the decision to publication, at most
    REPORT = "report"  # from publication to reporting upward, at most
    LIST = "list"  # in the rolling list
    DISPLAY = "display"  # open to queries where no end is stated
    DISPLAY_CEILING = "display-ceiling"  # open to queries at most
    DISPLAY_FLOOR = "display-floor"  # before it an early end is refused
    WITHDRAW = "withdraw"  # from the decision's end to withdrawal, at most


class Unit(StrEnum):
    """In what a period is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class CountedFrom(StrEnum):
    """The event after which a period runs."""

    DECISION = "decision"
    PUBLICATION = "publication"
    REVOCATION = "revocation"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A length of time, such as 7 years."""

    amount: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One dated row: how long, since when, by which law.

    An empty `kind`, `severity` or `scope` stands for all of them.
    """

    name: str
    duty: Duty
    kind: str
    severity: str
    scope: str
    from_date: date
    to_date: date | None
    term: Term
    counted_from: CountedFrom
    is_active: bool
    source: str

    def holds(self, case: "Case") -> bool:
        """Whether the row is active and covers a case."""
        return (
            self.is_active
            and self.from_date <= case.on
            and (self.to_date is None or case.on <= self.to_date)
            and self.kind in ("", case.kind or "")
            and self.severity in ("", case.severity)
            and self.scope in ("", case.scope)
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """What decides which row holds.

    `on` is the decision's day for deadlines of publication and for ceilings and
    floors of display, the day of publication for the rest. `severity` is minor,
    general or serious; `scope` a field of work that has rules of its own.
    """

    on: date
    kind: Kind | None = None
    severity: str = ""
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Policies:
    """A table of rows; later and more specific rows win."""

    rows: tuple[Policy, ...]

    def activated(self, *names: str) -> "Policies":
        """Return the table with the rows of these names active as well."""
        return Policies(
            rows=tuple(
                replace(row, is_active=row.is_active or row.name in names)
                for row in self.rows
            )
        )

    def find(self, duty: Duty, case: Case) -> Policy | None:
        """Return the row that holds for a case, or None."""
        holding = [row for row in self.rows if row.duty is duty and row.holds(case)]
        return max(holding, key=_precedence, default=None)


def _precedence(row: Policy) -> tuple[int, date]:
    specific = sum(map(bool, (row.kind, row.severity, row.scope)))
    return specific, row.from_date


@cache
def default_policies() -> Policies:
    """Return the rows of policies.csv; national rows since 2019 are inactive."""
    with _FILE.open(encoding="utf-8") as lines:
        return Policies(rows=tuple(_row(line) for line in csv.DictReader(lines)))


def _row(line: dict[str, str]) -> Policy:
    return Policy(
        name=line["name"],
        duty=Duty(line["duty"]),
        kind=line["kind"],
        severity=line["severity"],
        scope=line["scope"],
        from_date=date.fromisoformat(line["from_date"]),
        to_date=date.fromisoformat(line["to_date"]) if line["to_date"] else None,
        term=Term(amount=int(line["amount"]), unit=Unit(line["unit"])),
        counted_from=CountedFrom(line["counted_from"]),
        is_active=line["active"] == "yes",
        source=line["source"],
    )


def publish_by(
    decision_date: date,
    *,
    calendar: Calendar,
    working_days: int | None = None,
    kind: Kind | None = None,
    policies: Policies | None = None,
) -> date | None:
    """Return the last day on which a decision is published in time.

    `working_days` is the statutory exception of a catalogue item. None when the
    calendar does not know a year in between, or no policy covers the decision.
    Source: 连政办发〔2016〕9号 四(四)1.
    """
    return _working_days_after(
        decision_date,
        calendar=calendar,
        working_days=working_days,
        policy=_find(policies, Duty.PUBLISH, Case(on=decision_date, kind=kind)),
    )


def report_by(
    published_on: date,
    *,
    calendar: Calendar,
    working_days: int | None = None,
    policies: Policies | None = None,
) -> date | None:
    """Return the last day on which a published record is reported upward in time.

    None as in `publish_by`. Source: 连政办发〔2016〕9号 四(四)3.
    """
    return _working_days_after(
        published_on,
        calendar=calendar,
        working_days=working_days,
        policy=_find(policies, Duty.REPORT, Case(on=published_on)),
    )


def withdraw_by(
    revoked_on: date,
    *,
    calendar: Calendar,
    kind: Kind,
    policies: Policies | None = None,
) -> date | None:
    """Return the last day on which a revoked decision is withdrawn in time.

    None as in `publish_by`; also where no row asks for it, as for licences.
    """
    return _working_days_after(
        revoked_on,
        calendar=calendar,
        working_days=None,
        policy=_find(policies, Duty.WITHDRAW, Case(on=revoked_on, kind=kind)),
    )


def listed_until(published_on: date, *, policies: Policies | None = None) -> date:
    """Return the last day in the rolling list; the day of publication is its first.

    Raises:
        CannotFindPolicy: no active row covers the day.
    """
    policy = _required(policies, Duty.LIST, Case(on=published_on))
    return _after(published_on, policy.term) - timedelta(days=1)


def display_until(
    published_on: date,
    valid_until: date | None,
    *,
    kind: Kind,
    decision_date: date | None = None,
    severity: str = "",
    policies: Policies | None = None,
) -> date | None:
    """Return the last day on which a record can be queried; None means long-term.

    `valid_until` is the end that the record states: the licence's validity, the
    penalty's 公示截止期 or a term that the law gives the catalogue item. Without one,
    the default period runs from publication. An active ceiling limits both. The days
    of the rolling list are always granted.

    Raises:
        CannotFindPolicy: no end is stated and no active row covers the day.
    """
    end = _stated_or_default(published_on, valid_until, kind, policies)
    case = Case(on=decision_date or published_on, kind=kind, severity=severity)
    ceiling = _find(policies, Duty.DISPLAY_CEILING, case)
    if ceiling is not None:
        starts = {CountedFrom.DECISION: case.on}
        limit = _after(starts.get(ceiling.counted_from, published_on), ceiling.term)
        end = min(end, limit)
    if end >= LONG_TERM:
        return None
    return max(end, listed_until(published_on, policies=policies))


def years_after(day: date, years: int) -> date:
    """Return the last day of a period of years that runs from the day after."""
    return _after(day, Term(amount=years, unit=Unit.YEARS))


def publish_deadlines(
    calendar: Calendar,
    *,
    policies: Policies | None = None,
    working_days: int | None = None,
) -> pl.DataFrame:
    """Return `publish_by` for every day, to be joined or gathered from.

    Out: `decision_date` (Date), each day from the first known year to the last
    without a gap, and `deadline` (Date), null where it is unknown.
    """
    return _deadlines(calendar, policies or default_policies(), working_days)


@cache
def _deadlines(
    calendar: Calendar, policies: Policies, working_days: int | None
) -> pl.DataFrame:
    days = calendar.days()
    rows = Policies(rows=tuple(r for r in policies.rows if r.duty is Duty.PUBLISH))
    deadlines = [
        publish_by(day, calendar=calendar, working_days=working_days, policies=rows)
        for day in days
    ]
    return pl.DataFrame(
        {"decision_date": days, "deadline": deadlines},
        schema={"decision_date": pl.Date, "deadline": pl.Date},
    )


def _stated_or_default(
    published_on: date, valid_until: date | None, kind: Kind, policies: Policies | None
) -> date:
    if valid_until is not None:
        return valid_until
    policy = _required(policies, Duty.DISPLAY, Case(on=published_on, kind=kind))
    return _after(published_on, policy.term)


def _working_days_after(
    day: date, *, calendar: Calendar, working_days: int | None, policy: Policy | None
) -> date | None:
    if working_days is not None:
        return calendar.add_working_days(day, working_days)
    if policy is None:
        return None
    assert policy.term.unit is Unit.WORKING_DAYS, policy.name
    return calendar.add_working_days(day, policy.term.amount)


def _find(policies: Policies | None, duty: Duty, case: Case) -> Policy | None:
    return (policies or default_policies()).find(duty, case)


def _required(policies: Policies | None, duty: Duty, case: Case) -> Policy:
    policy = _find(policies, duty, case)
    if policy is None:
        raise CannotFindPolicy(f"{duty} on {case.on:%Y-%m-%d}")
    return policy


def _after(start: date, term: Term) -> date:
    """Return the day on which a term ends that runs from the day after `start`.

    A month without that day ends on its last one (民法典 Art. 202).
    """
    if term.unit is Unit.DAYS:
        return start + timedelta(days=term.amount)
    count = term.amount * (12 if term.unit is Unit.YEARS else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
