"""Reads a batch's findings for its page."""

from dataclasses import dataclass

from django.utils.translation import gettext

from gongshi.domain.findings import Severity
from gongshi.domain.rules import BY_CODE
from gongshi.intake.models import Batch
from gongshi.validation.models import Finding

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


def rule_groups(batch: Batch, *, listed: int = 10) -> list[RuleGroup]:
    """Return the batch's findings by rule, errors first, the frequent ones first.

    Sentences are in the active language; at most `listed` findings per rule.
    """
    rows: dict[str, list[ShownFinding]] = {}
    for finding in Finding.objects.filter(batch=batch, position__lt=listed).order_by(
        "code", "position"
    ):
        rows.setdefault(finding.code, []).append(_shown(finding))
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


def _counts(batch: Batch) -> dict[tuple[str, str], int]:
    counts = {}
    for key, count in batch.rule_counts.items():
        severity, code = key.split(" ", 1)
        counts[severity, code] = count
    return counts


def _shown(finding: Finding) -> ShownFinding:
    values = {
        "label": finding.label,
        "value": finding.value,
        "expected": finding.expected,
        "row": finding.row,
    }
    return ShownFinding(
        sheet=finding.sheet,
        row=finding.row,
        place=f"{finding.column}{finding.row or ''}",
        label=finding.label,
        value=finding.value,
        message=gettext(BY_CODE[finding.code].message) % values,
        expected=finding.expected,
    )
