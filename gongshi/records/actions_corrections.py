"""Puts a proposed correction in the place of what a record says; keeps the version."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from gongshi.records.models import (
    CorrectionState,
    ProposedCorrection,
    Record,
    RecordVersion,
)
from gongshi.records.preparation import SHANGHAI

_REPLACED = (
    "batch_id",
    "sheet",
    "row_number",
    "entered_by",
    "edition",
    "person",
    "decision_number",
    "decision_date",
    "subject_name",
    "credit_code",
    "authority",
    "region_code",
    "content",
    "sealed",
    "identity_hash",
    "digest",
    "not_public_reason",
    "publish_by",
    "item_id",
)
_VERSIONED = (
    "version",
    "batch_id",
    "edition",
    "entered_by",
    "reviewed_by",
    "content",
    "sealed",
    "digest",
)


def take_over_unreviewed(batch_id: UUID, *, at: datetime) -> dict[UUID, int]:
    """Let a batch replace what nobody has approved yet.

    Returns how many records that waited for a reviewer it took from which batch.
    Whole tables at a time, part of the transaction that settles the batch. Of
    several rows of one decision the first counts, as on landing.
    """
    if not ProposedCorrection.objects.filter(batch_id=batch_id).exists():
        return {}
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(at.astimezone(SHANGHAI).date())
    columns = ", ".join(_VERSIONED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.batch_id, count(*) FROM records_record r"  # noqa: S608 - names are ours
            f" JOIN ({_FIRST}) c ON c.record_id = r.id"
            " WHERE r.state = 'checked' GROUP BY r.batch_id",
            [batch_id.hex, batch_id.hex],
        )
        left = {_uuid(key): int(number) for key, number in cursor.fetchall()}
        cursor.execute(
            f"INSERT INTO records_recordversion (record_id, replaced_at, {columns})"  # noqa: S608 - names are ours
            f" SELECT r.id, %s, {', '.join(f'r.{name}' for name in _VERSIONED)}"
            f" FROM records_record r JOIN ({_FIRST}) c ON c.record_id = r.id",
            [moment, batch_id.hex, batch_id.hex],
        )
        values = ", ".join(f"{name} = c.{name}" for name in _REPLACED)
        cursor.execute(
            f"UPDATE records_record SET {values},"  # noqa: S608 - names are ours
            " received_at = c.received_at, version = records_record.version + 1,"
            " state = CASE c.not_public_reason WHEN '' THEN 'checked'"
            " ELSE 'not_public' END,"
            # Once public under what it said before: it says so when it is public again.
            " corrected_on = CASE WHEN published_on IS NULL THEN corrected_on ELSE %s END"
            f" FROM ({_FIRST}) c WHERE c.record_id = records_record.id",
            [day, batch_id.hex, batch_id.hex],
        )
        cursor.execute(
            "UPDATE records_proposedcorrection SET state = 'taken', decided_at = %s"
            " WHERE batch_id = %s AND state = 'open' AND EXISTS ("
            "  SELECT 1 FROM records_record r"
            "  WHERE r.id = record_id AND r.batch_id = records_proposedcorrection.batch_id"
            "  AND r.sheet = records_proposedcorrection.sheet"
            "  AND r.row_number = records_proposedcorrection.row_number)",
            [moment, batch_id.hex],
        )
    return left


def _uuid(stored: UUID | str) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(stored)


# The batch's first open proposal for each record of its unit that nobody approved.
_FIRST = """
    SELECT p.* FROM records_proposedcorrection p
    JOIN records_record held ON held.id = p.record_id
    WHERE p.batch_id = %s AND p.state = 'open'
    AND held.state IN ('checked', 'returned') AND held.batch_id <> p.batch_id
    AND held.unit_id = p.unit_id
    AND NOT EXISTS (
      SELECT 1 FROM records_proposedcorrection q
      WHERE q.batch_id = %s AND q.record_id = p.record_id AND q.id < p.id)
"""


def keep_version(record: Record, *, at: datetime) -> RecordVersion:
    """Keep what the record says now as an earlier version."""
    return RecordVersion.objects.create(
        record=record,
        replaced_at=at,
        **{name: getattr(record, name) for name in _VERSIONED},
    )


def replacement(correction: ProposedCorrection) -> dict[str, object]:
    """Return what the record says once the correction is taken over."""
    return {name: getattr(correction, name) for name in _REPLACED}


def decide(
    correction: ProposedCorrection,
    *,
    state: CorrectionState,
    by: str,
    at: datetime,
    refusal: str = "",
) -> bool:
    """Close an open correction; say whether it was still open."""
    moved = ProposedCorrection.objects.filter(
        pk=correction.pk, state=CorrectionState.OPEN
    ).update(state=state, decided_by=by, decided_at=at, refusal=refusal)
    correction.refresh_from_db()
    return moved == 1
