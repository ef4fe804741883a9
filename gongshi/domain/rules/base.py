"""What a rule is: one object with one code, its message, source and examples."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from gongshi.domain.findings import Category, Severity
from gongshi.domain.standards import Form
from gongshi.domain.working_days import Calendar

JIANGSU_LICENCE = "jiangsu-2016/licence/any"
JIANGSU_PENALTY = "jiangsu-2016/penalty/any"
NATIONAL_LICENCE = "national-2018/licence/any"
NATIONAL_PENALTY = "national-2018/penalty/any"
FIRST_DAY = date(2015, 7, 1)  # notice 四(四)2: the earlier of the two starts
FIRST_UNIT_DAY = date(2000, 1, 1)  # as of a unit of which no first day is known


class Outcome(StrEnum):
    """What a rule says of a row."""

    PASSES = "passes"
    FAILS = "fails"
    NOT_APPLICABLE = "not-applicable"


class Level(StrEnum):
    """How much a rule has to see."""

    FILE = "file"
    FIELD = "field"
    ROW = "row"
    HISTORY = "history"  # other rows of the file, or the registry


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the rules know besides the rows.

    `received_on` is the day of receipt in Asia/Shanghai; `start_date` the day
    from which the unit discloses its decisions; it existed from `exists_from` to
    `exists_until`, None: to this day.
    """

    form: Form
    received_on: date
    calendar: Calendar
    start_date: date = FIRST_DAY
    exists_from: date = FIRST_UNIT_DAY
    exists_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One application of a rule to a field.

    `fails` is Boolean over the prepared frame: true fails, false passes, null
    does not apply. `expected` is String; `value` replaces the cell's own text.
    `possible` is one Boolean for the whole frame, cheap to ask: false means that
    no row can fail, so that `fails` need not be worked out.
    """

    field: str
    fails: pl.Expr
    expected: pl.Expr | None = None
    value: pl.Expr | None = None
    possible: pl.Expr | None = None


@dataclass(frozen=True, kw_only=True)
class Example:
    """A row that shows one outcome: a valid row with some fields changed.

    `field` is the field that the rule is asked about; without it, any field.
    `before` are rows of the same file above it, changed likewise; `lost` names
    fields whose cells are numbers with lost digits; `held` is what the registry
    holds of the record: "equal", "different" or nothing.
    """

    outcome: Outcome
    changes: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    form: str = JIANGSU_LICENCE
    field: str | None = None
    expected: str | None = None
    before: tuple[Mapping[str, str | None], ...] = ()
    lost: tuple[str, ...] = ()
    held: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileExample:
    """A small file that shows one outcome of a rule about files."""

    outcome: Outcome
    name: str
    content: bytes


def _no_checks(context: Context) -> Iterable[Check]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One demand on a file, a field or a row.

    `summary` says what is demanded, `message` what is wrong and what to do
    (placeholders: label, value, expected, row); both are English source texts.
    `checks` is empty for rules that reading the file applies itself. A warning that
    `needs_confirmation` lets the row land, but somebody of the unit says why it is
    right before a reviewer may approve it.
    """

    code: str
    level: Level
    category: Category
    summary: str
    message: str
    source: str
    examples: tuple[Example | FileExample, ...]
    severity: Severity = Severity.ERROR
    needs_confirmation: bool = False
    checks: Callable[[Context], Iterable[Check]] = _no_checks


def fails(
    changes: Mapping[str, str | None],
    *,
    form: str = JIANGSU_LICENCE,
    field: str | None = None,
    expected: str | None = None,
) -> Example:
    """Return an example that the rule refuses."""
    return Example(
        outcome=Outcome.FAILS,
        changes=changes,
        form=form,
        field=field,
        expected=expected,
    )


def passes(
    changes: Mapping[str, str | None] | None = None,
    *,
    form: str = JIANGSU_LICENCE,
    field: str | None = None,
) -> Example:
    """Return an example that the rule accepts."""
    return Example(
        outcome=Outcome.PASSES, changes=changes or {}, form=form, field=field
    )


def not_applicable(
    changes: Mapping[str, str | None] | None = None,
    *,
    form: str = JIANGSU_LICENCE,
    field: str | None = None,
) -> Example:
    """Return an example that the rule has nothing to say about."""
    return Example(
        outcome=Outcome.NOT_APPLICABLE, changes=changes or {}, form=form, field=field
    )
