"""Puts batches, trials and records into the words of the office API."""

import json

import polars as pl
from django.utils.translation import gettext

from gongshi.domain.findings import no_findings
from gongshi.intake.models import Batch, BatchState
from gongshi.records.models import Record
from gongshi.validation.api_schemas import (
    BatchOut,
    FindingOut,
    LandedOut,
    Receipt,
    RecordOut,
    TrialOut,
)
from gongshi.validation.checking import Summary
from gongshi.validation.dry_run import Trial
from gongshi.validation.report import with_messages
from gongshi.validation.storage import stored_findings

MOST_FINDINGS = 1000
_MOST_RECORDS = 5000
_CHECKING = (BatchState.RECEIVED, BatchState.CHECKING)


def batch_out(batch: Batch, *, skip: int = 0) -> BatchOut:
    """Return the batch as it stands; findings from the one after `skip` on."""
    is_checked = batch.state not in _CHECKING
    found = _stored(batch, skip) if is_checked else no_findings()
    records = Record.objects.of_batch(batch.pk) if is_checked else Record.objects.none()
    return BatchOut(
        receipt=Receipt(
            id=batch.pk, received_at=batch.received_at, sha256=batch.file.sha256
        ),
        name=batch.name,
        state=batch.state,
        failure=batch.failure,
        counts=batch.counts if is_checked else {},
        to_confirm=batch.to_confirm if is_checked else {},
        records=[
            LandedOut(row=record.row_number, id=record.pk, state=record.state)
            for record in records[:_MOST_RECORDS]
        ],
        findings=findings_out(found),
        findings_total=sum(batch.rule_counts.values()) if is_checked else 0,
    )


def trial_out(trial: Trial) -> TrialOut:
    """Return what a dry run found."""
    return TrialOut(
        counts=_counts(trial.summary),
        to_confirm=trial.summary.to_confirm,
        findings=findings_out(trial.findings.head(MOST_FINDINGS)),
        findings_total=trial.findings.height,
    )


def record_out(record: Record) -> RecordOut:
    """Return a record, masked as it is kept."""
    return RecordOut(
        id=record.pk,
        batch=record.batch_id,
        row=record.row_number,
        kind=record.kind,
        edition=record.edition,
        state=record.state,
        version=record.version,
        decision_number=record.decision_number,
        decision_date=record.decision_date,
        subject_name=record.subject_name,
        credit_code=record.credit_code,
        publish_by=record.publish_by,
        published_on=record.published_on,
        content=json.loads(record.content),
    )


def findings_out(findings: pl.DataFrame) -> list[FindingOut]:
    """Return findings with the sentences and fields of the file's report."""
    lines = with_messages(findings, gettext).iter_rows(named=True)
    return [FindingOut(**line) for line in lines]


def _stored(batch: Batch, skip: int) -> pl.DataFrame:
    """Return some of the findings; parts before them are not kept in memory."""
    taken, wanted = [no_findings()], MOST_FINDINGS
    for part in stored_findings(batch):
        here = part.slice(skip, wanted)
        skip = max(0, skip - part.height)
        wanted -= here.height
        taken.append(here)
        if not wanted:
            break
    return pl.concat(taken)


def _counts(summary: Summary) -> dict[str, int]:
    return {
        "rows": summary.rows,
        "good": summary.good,
        "bad": summary.bad,
        "unchanged": summary.unchanged,
        "corrections": summary.corrections,
    }
