"""Reads a batch's findings for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.utils.translation import gettext

from gongshi.domain.findings import FINDING_SCHEMA, Severity
from gongshi.domain.rules import BY_CODE
from gongshi.intake.models import Batch
from gongshi.records.models import ProposedCorrection, Record
from gongshi.validation.models import Confirmation, Finding
from gongshi.validation.report import with_messages
from gongshi.validation.storage import stored_findings

_ORDER = [str(severity) for severity in Severity]


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """One finding as a page shows it; `place` is a cell such as G12."""

    sheet: str
    row: int | None
    place: str
    label: str
    value: str
    message: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """How often a rule failed in the batch, and the first findings."""

    code: str
    severity: str
    count: int
    summary: str
    listed: tuple[ShownFinding, ...]


@dataclass(frozen=True, kw_only=True)
class ToConfirm:
    """Warnings of one rule on rows that landed; confirmed by whom, if they are."""

    code: str
    count: int
    summary: str
    confirmation: Confirmation | None = None


def warnings_to_confirm(batch: Batch) -> list[ToConfirm]:
    """Return what has to be, or was, confirmed in the batch, in the rules' order."""
    if not batch.to_confirm:
        return []
    confirmed = {each.code: each for each in Confirmation.objects.filter(batch=batch)}
    return [
        ToConfirm(
            code=code,
            count=batch.to_confirm[code],
            summary=gettext(rule.summary),
            confirmation=confirmed.get(code),
        )
        for code, rule in BY_CODE.items()
        if code in batch.to_confirm
    ]


def unconfirmed(subject: Batch | Record | ProposedCorrection) -> list[str]:
    """Return the rules whose warnings nobody has confirmed yet.

    Of a batch: on any of its rows that landed; of a record or a proposed correction: on
    its own row. What has such a warning may not be approved.
    """
    if isinstance(subject, Batch):
        return [w.code for w in warnings_to_confirm(subject) if not w.confirmation]
    batch = Batch.objects.filter(pk=subject.batch_id).first()
    open_codes = unconfirmed(batch) if batch is not None else []
    if batch is None or not open_codes:
        return []
    found = {
        code
        for part in stored_findings(batch)
        for code in part.filter(
            (pl.col("row") == subject.row_number)
            & (pl.col("sheet").fill_null("") == subject.sheet)
        ).get_column("code")
    }
    return [code for code in open_codes if code in found]


def rule_groups(batch: Batch, *, listed: int = 10) -> list[RuleGroup]:
    """Return the batch's findings by rule, errors first, the frequent ones first.

    Sentences are in the active language; at most `listed` findings per rule.
    """
    rows = _listed(batch, listed)
    groups = [
        RuleGroup(
            code=code,
            severity=severity,
            count=count,
            summary=gettext(BY_CODE[code].summary),
            listed=tuple(rows.get(code, ())),
        )
        for (severity, code), count in _counts(batch).items()
    ]
    return sorted(groups, key=lambda g: (_ORDER.index(g.severity), -g.count, g.code))


def findings_of_row(
    batch_id: UUID, sheet: str, row_number: int
) -> Sequence[ShownFinding]:
    """Return the listed findings about one row of a batch; see `storage.LISTED`."""
    found = Finding.objects.filter(batch=batch_id, sheet=sheet, row=row_number)
    lines = found.order_by("code", "position").values_list(*FINDING_SCHEMA)
    frame = pl.DataFrame(list(lines), schema=FINDING_SCHEMA, orient="row")
    return [
        _shown(line) for line in with_messages(frame, gettext).iter_rows(named=True)
    ]


def _counts(batch: Batch) -> dict[tuple[str, str], int]:
    counts = {}
    for key, count in batch.rule_counts.items():
        severity, code = key.split(" ", 1)
        counts[severity, code] = count
    return counts


def _listed(batch: Batch, listed: int) -> dict[str, list[ShownFinding]]:
    """Return the first findings of each rule, in the words of the report."""
    found = Finding.objects.filter(batch=batch, position__lt=listed)
    lines = found.order_by("code", "position").values_list(*FINDING_SCHEMA)
    frame = pl.DataFrame(list(lines), schema=FINDING_SCHEMA, orient="row")
    shown: dict[str, list[ShownFinding]] = {}
    for line in with_messages(frame, gettext).iter_rows(named=True):
        shown.setdefault(line["code"], []).append(_shown(line))
    return shown


def _shown(line: Mapping[str, Any]) -> ShownFinding:
    return ShownFinding(
        sheet=line["sheet"],
        row=line["row"],
        place=f"{line['column']}{line['row'] or ''}",
        label=line["label"],
        value=line["value"],
        message=line["message"],
        expected=line["expected"],
    )
