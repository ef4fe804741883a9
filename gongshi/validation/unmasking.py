"""Masks what a batch's workbooks would show of persons, and notes who takes it whole."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl
from django.db import transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.domain.privacy import mask_identity, mask_text
from gongshi.intake.models import Batch
from gongshi.intake.reading import SheetPart
from gongshi.records.preparation import identity_columns, text_columns
from gongshi.records.revealing import RevealReason


def masked(part: SheetPart) -> SheetPart:
    """Return the part with identity numbers and personal data in texts masked."""
    return dataclasses.replace(part, frame=_masked(part))


def withheld_fields(parts: Iterable[SheetPart]) -> Sequence[str]:
    """Return the names of the columns in which `masked` would change anything."""
    found: dict[str, None] = {}
    for part in parts:
        after = _masked(part)
        for column in part.frame.iter_columns():
            if not column.equals(after.get_column(column.name), null_equal=True):
                found[column.name] = None
    return list(found)


@transaction.atomic(durable=True)
def note_unmasked(
    batch: Batch,
    fields: Sequence[str],
    *,
    kind: RevealReason,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Note who takes the batch's rows unmasked, before they are sent.

    The event names the columns, never a value.
    """
    record_event(
        at=at,
        by=by,
        action="validation.take_unmasked",
        target=Target(kind="batch", key=str(batch.pk)),
        details={"kind": kind.value, "fields": list(fields)},
        reason=reason,
    )


def _masked(part: SheetPart) -> pl.DataFrame:
    there, form = set(part.frame.columns), part.match.form
    numbers = [name for name in identity_columns(form) if name in there]
    texts = [name for name in text_columns(part.frame, form) if name in there]
    return part.frame.with_columns(
        *(mask_identity(pl.col(name)) for name in numbers),
        *(mask_text(pl.col(name)) for name in texts),
    )
