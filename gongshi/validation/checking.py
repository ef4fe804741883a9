"""Checks a file with the rules, part by part; knows no database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from gongshi.domain.findings import Severity
from gongshi.domain.rules import TO_CONFIRM, Checker, Context
from gongshi.domain.rules.base import FIRST_DAY, FIRST_UNIT_DAY
from gongshi.domain.rules.engine import Held
from gongshi.domain.working_days import Calendar, default_calendar
from gongshi.intake.reading import CannotRead, Reading, SheetPart
from gongshi.validation.report import tally

_UNUSABLE = frozenset(
    {"unreadable-file", "empty-file", "unknown-template", "beyond-limit"}
)


_ASTRAY = (str(Severity.ERROR), "row-identity")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """When and for whom a file is checked.

    `received_on` is the day in Asia/Shanghai; `start_date` the unit's first day of
    disclosure; it existed from `exists_from` to `exists_until`, None: to this day.
    """

    received_on: date
    start_date: date = FIRST_DAY
    exists_from: date = FIRST_UNIT_DAY
    exists_until: date | None = None
    calendar: Calendar = field(default_factory=default_calendar)


@dataclass(frozen=True, kw_only=True)
class CheckedPart:
    """Findings (FINDING_SCHEMA) and, for a piece of a sheet, its prepared rows.

    `part` and `rows` are None where the findings are about the file itself.
    """

    findings: pl.DataFrame
    part: SheetPart | None = None
    rows: pl.DataFrame | None = None


@dataclass
class Summary:
    """What a check counted; all rows and all findings, whatever is listed."""

    rows: int = 0
    good: int = 0
    withheld: int = 0
    unchanged: int = 0
    corrections: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    to_confirm: dict[str, int] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)

    def add(self, checked: CheckedPart) -> None:
        """Count one part."""
        for key, count in tally(checked.findings).items():
            self.counts[key] = self.counts.get(key, 0) + count
            if key == _ASTRAY:
                self.rows += count  # rows that nobody knows go back, too
        if checked.rows is None or checked.part is None:
            return
        good = checked.rows.filter("is_good")
        self.rows += checked.rows.height
        self.good += good.height
        self.withheld += good.height - good.get_column("withheld").null_count()
        self.unchanged += good.filter(pl.col("held") == "equal").height
        self.corrections += good.filter(pl.col("held") == "different").height
        self._count_to_confirm(checked.findings, good)
        if checked.part.match.form.key not in self.forms:
            self.forms.append(checked.part.match.form.key)

    def _count_to_confirm(self, findings: pl.DataFrame, good: pl.DataFrame) -> None:
        landing = good.filter(pl.col("held").ne_missing("equal")).get_column("row")
        wanted = findings.filter(
            pl.col("code").is_in(TO_CONFIRM) & pl.col("row").is_in(landing.implode())
        )
        for code, count in wanted.group_by("code").len().iter_rows():
            self.to_confirm[code] = self.to_confirm.get(code, 0) + count

    @property
    def bad(self) -> int:
        """How many rows go back."""
        return self.rows - self.good

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(
            n for (severity, _), n in self.counts.items() if severity == Severity.ERROR
        )

    @property
    def is_usable(self) -> bool:
        """Whether the file could be read as a table of a known template."""
        return not self.unusable_code

    @property
    def unusable_code(self) -> str:
        """The code of the finding that makes the file unusable; empty if usable."""
        return next((code for _, code in self.counts if code in _UNUSABLE), "")


def check_file(
    reading: Reading,
    receipt: Receipt,
    checker: Checker,
    registry: Callable[[SheetPart], Held] | None = None,
) -> Iterator[CheckedPart]:
    """Check a file in order; what is wrong with the file itself comes first.

    A file that turns out unreadable on the way ends with that finding. `registry`
    gives for a part the function that says what is held of its rows.
    """
    yield CheckedPart(findings=reading.problems)
    blocked = _blocked_sheets(reading.problems)
    try:
        for part in _read_ahead(reading.parts):
            held = registry(part) if registry else None
            is_blocked = part.sheet in blocked
            yield _check_part(part, receipt, checker, held=held, is_blocked=is_blocked)
    except CannotRead as error:
        yield CheckedPart(findings=error.finding)


def _read_ahead(parts: Iterator[SheetPart]) -> Iterator[SheetPart]:
    """Read the next part while the rules run over this one, on the other processor."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following = reader.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, parts, None)
            yield part


def _blocked_sheets(problems: pl.DataFrame) -> set[str]:
    # Where a required column is missing, no row is complete.
    return set(problems.filter(pl.col("code") == "missing-column").get_column("sheet"))


def _check_part(
    part: SheetPart,
    receipt: Receipt,
    checker: Checker,
    *,
    held: Held | None,
    is_blocked: bool,
) -> CheckedPart:
    context = Context(
        form=part.match.form,
        received_on=receipt.received_on,
        calendar=receipt.calendar,
        start_date=receipt.start_date,
        exists_from=receipt.exists_from,
        exists_until=receipt.exists_until,
    )
    checked = checker.check(
        part.frame,
        context,
        sheet=part.sheet,
        columns=part.match.columns,
        lost=part.lost,
        held=held,
    )
    findings = pl.concat([part.problems, checked.findings]).sort(
        "row", maintain_order=True
    )
    broken = part.problems.filter(severity="error").get_column("row").implode()
    stands = ~pl.col("row").is_in(broken) & pl.lit(not is_blocked)
    rows = checked.rows.with_columns(is_good=pl.col("is_good") & stands)
    return CheckedPart(findings=findings, part=part, rows=rows)
