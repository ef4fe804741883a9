"""What a batch's page shows: steps, figures, findings by rule, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongshi.domain.findings import Severity
from gongshi.domain.rules import BY_CODE
from gongshi.intake.models import Batch, BatchState
from gongshi.intake.queries import earlier_batches
from gongshi.validation.queries import (
    RuleGroup,
    ToConfirm,
    rule_groups,
    warnings_to_confirm,
)
from gongshi.validation.rounds import is_open_to_rounds
from gongshi.validation.storage import LISTED

FEW = 5  # findings shown of each rule until more are asked for
_NARROWEST = 0.6  # percent; a single bad row among a million stays visible


class StepState(StrEnum):
    """How far one of the three steps is."""

    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the three steps, with the time at which it was done."""

    name: Promise
    state: StepState
    state_name: Promise
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of rows with one fate; `start` and `width` place it in the bar (%)."""

    name: str
    title: Promise
    hint: Promise
    count: int
    start: str
    width: str


@dataclass(frozen=True, kw_only=True)
class ShownGroup:
    """A rule's findings on the page; `is_capped` where more exist than are shown."""

    group: RuleGroup
    severity_name: str
    is_open: bool
    can_show_more: bool

    @property
    def is_capped(self) -> bool:
        """Whether the rule has more findings than the page lists."""
        return self.group.count > len(self.group.listed)


_STEPS = {
    StepState.DONE: _("done"),
    StepState.CURRENT: _("under way"),
    StepState.WAITING: _("not begun"),
    StepState.FAILED: _("not passed"),
    StepState.SKIPPED: _("nothing to publish"),
}
STATES = {
    BatchState.RECEIVED: _("Waiting for the check"),
    BatchState.CHECKING: _("Being checked"),
    BatchState.PUBLISHING: _("Being published"),
    BatchState.PUBLISHED: _("Now public"),
    BatchState.FAILED: _("Not usable"),
}
_FATES: tuple[tuple[str, Promise, Promise], ...] = (
    ("publishable", _("To publish"), _("Passed all checks")),
    ("bad", _("To correct"), _("Go back; correct them and send them again")),
    ("unchanged", _("Unchanged"), _("Already held with the same content")),
    ("corrections", _("Corrections proposed"), _("Already held with other content")),
    ("not_public", _("Never public"), _("Accepted and reported, not shown")),
    ("fixed", _("Corrected since"), _("Sent again in a later round and accepted")),
)
_SOMETIMES = frozenset({"fixed"})  # shown where there are any
_SEVERITIES = {
    Severity.ERROR: _("To correct"),
    Severity.WARNING: _("To look at"),
    Severity.INFO: _("For information"),
}


@dataclass(frozen=True)
class BatchPage:
    """A batch as its page shows it; `rule` is the one to list at length.

    Costs one query for findings and one for earlier batches, each where asked.
    """

    batch: Batch
    rule: str = ""

    @property
    def publishable(self) -> int:
        """How many rows are, or were, to be published."""
        counts = self.batch.counts
        return int(counts.get("new", 0)) - int(counts.get("not_public", 0))

    @property
    def state_name(self) -> Promise:
        """The state in words; for a checked batch, what it asks for."""
        if self.batch.state != BatchState.CHECKED:
            return STATES[BatchState(self.batch.state)]
        if self.batch.waiting:
            return _("To be published")
        return _("To be corrected") if self.batch.counts.get("bad") else _("Checked")

    @property
    def can_publish(self) -> bool:
        """Whether the button is offered."""
        return self.batch.state == BatchState.CHECKED and self.batch.waiting > 0

    @property
    def is_checking(self) -> bool:
        """Whether nothing final can be said of the rows yet."""
        return self.batch.state in (BatchState.RECEIVED, BatchState.CHECKING)

    @property
    def has_workbook(self) -> bool:
        """Whether there is something to mark in the sender's own sheets."""
        is_checked = not self.is_checking and self.batch.state != BatchState.FAILED
        return is_checked and bool(self.batch.rule_counts)

    @property
    def has_rows_to_correct(self) -> bool:
        """Whether there are rows to send again as a small file."""
        if not self.batch.counts.get("bad") or not is_open_to_rounds(self.batch):
            return False
        # A missing column is no fault of a row: the whole table is sent again.
        found = (key.split(" ", 1) for key in self.batch.rule_counts)
        return any(
            severity == Severity.ERROR and code != "missing-column"
            for severity, code in found
        )

    @cached_property
    def rounds(self) -> list[Batch]:
        """The rounds that brought rows of it again, oldest first."""
        return list(self.batch.rounds.order_by("received_at", "id"))

    @cached_property
    def to_confirm(self) -> list[ToConfirm]:
        """The warnings that want, or have, a reason."""
        return [] if self.is_checking else warnings_to_confirm(self.batch)

    @property
    def unconfirmed(self) -> int:
        """How many rules still want a reason."""
        return sum(1 for each in self.to_confirm if each.confirmation is None)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Received, checked, published."""
        batch = self.batch
        return (
            _step(_("Receive"), StepState.DONE, batch.received_at),
            _step(_("Check"), self._checking, batch.checked_at),
            _step(_("Publish"), self._publishing, batch.published_at),
        )

    @property
    def _checking(self) -> StepState:
        if self.is_checking:
            return StepState.CURRENT
        failed = self.batch.state == BatchState.FAILED
        return StepState.FAILED if failed else StepState.DONE

    @property
    def _publishing(self) -> StepState:
        states = {
            BatchState.PUBLISHING: StepState.CURRENT,
            BatchState.PUBLISHED: StepState.DONE,
        }
        state = states.get(BatchState(self.batch.state), StepState.WAITING)
        is_idle = self.batch.state == BatchState.CHECKED and not self.batch.waiting
        return StepState.SKIPPED if is_idle else state

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every row's fate, counted; together they are all rows."""
        counts = {**self.batch.counts, "publishable": self.publishable}
        return tuple(_figures(counts))

    @cached_property
    def earlier(self) -> Batch | None:
        """The batch of the very same bytes before this one, if any."""
        return earlier_batches(self.batch).first()

    @property
    def changes_nothing(self) -> bool:
        """Whether the file was received before and brings nothing new now."""
        counts = self.batch.counts
        brings = counts.get("new", 0) + counts.get("corrections", 0)
        return self.earlier is not None and not self.is_checking and not brings

    @property
    def groups(self) -> tuple[ShownGroup, ...]:
        """The findings by rule, errors first; without what `failure` says already."""
        return tuple(
            shown
            for shown in self._all_groups
            if shown.group.code != self.batch.failure or shown.group.count > 1
        )

    @cached_property
    def _all_groups(self) -> tuple[ShownGroup, ...]:
        groups = rule_groups(self.batch, listed=FEW)
        if any(group.code == self.rule for group in groups):
            long = rule_groups(self.batch, listed=LISTED)
            groups = [
                b if b.code == self.rule else a
                for a, b in zip(groups, long, strict=True)
            ]
        return tuple(self._shown(group, place) for place, group in enumerate(groups))

    def _shown(self, group: RuleGroup, place: int) -> ShownGroup:
        more = min(group.count, LISTED) > len(group.listed)
        return ShownGroup(
            group=group,
            severity_name=str(_SEVERITIES[Severity(group.severity)]),
            is_open=place == 0 or group.code == self.rule,
            can_show_more=more and group.code != self.rule,
        )

    @cached_property
    def failure(self) -> str:
        """Why the file cannot be used and what to do, in one or two sentences."""
        code = self.batch.failure
        for shown in self._all_groups:
            if shown.group.code == code and shown.group.listed:
                return shown.group.listed[0].message
        return gettext(BY_CODE[code].summary) if code in BY_CODE else ""


def _step(name: Promise, state: StepState, at: datetime | None) -> Step:
    done_at = at if state in (StepState.DONE, StepState.FAILED) else None
    return Step(name=name, state=state, state_name=_STEPS[state], at=done_at)


def _figures(counts: dict[str, int]) -> Iterator[Figure]:
    shares = [max(0, counts.get(name, 0)) for name, _title, _hint in _FATES]
    total = sum(shares) or 1
    wide = [max(_NARROWEST, 100 * share / total) if share else 0.0 for share in shares]
    start, scale = 0.0, 100 / (sum(wide) or 1)
    for (name, title, hint), count, width in zip(_FATES, shares, wide, strict=True):
        if name in _SOMETIMES and not count:
            continue
        yield Figure(
            name=name,
            title=title,
            hint=hint,
            count=count,
            start=f"{start:.2f}",
            width=f"{width * scale:.2f}",
        )
        start += width * scale
