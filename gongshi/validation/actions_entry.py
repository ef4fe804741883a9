"""Hands a form in: received, checked at once, its warnings confirmed, its draft gone."""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from gongshi.accounts.models import Unit, User
from gongshi.audit.actors import Actor
from gongshi.domain.lifecycle import State
from gongshi.intake.actions import Rows, receive_rows
from gongshi.intake.actions_drafts import discard_draft
from gongshi.intake.models import Batch, BatchSource
from gongshi.intake.naming import row_name
from gongshi.intake.reading import Document
from gongshi.records.choosing import CannotChooseItem, choose_item
from gongshi.records.models import Record
from gongshi.validation.actions import Clock, Hand, check_batch
from gongshi.validation.actions_batches import confirm_warnings


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A filled form: its own id, its one row, the reasons for its warnings.

    `item_code` is the catalogue item that was picked; it counts where the row itself
    cannot name one.
    """

    id: UUID
    document: Document
    reasons: Mapping[str, str] = field(default_factory=dict)
    item_code: str = ""


def hand_in(entry: Entry, *, unit: Unit, owner: User, by: Actor, clock: Clock) -> Batch:
    """Take the form's row the way of every row; return its batch, checked.

    Handed in twice, it is one batch. Where another batch is landing the same
    decision at this very moment, it stays received for the worker.

    Raises:
        CannotReceive: as `receive_rows` does.
    """
    batch = receive_rows(_rows(entry), unit=unit, by=by, at=clock())
    if not batch.already_received:
        check_batch(batch, Hand(worker=f"form-{uuid4().hex[:12]}", by=by, clock=clock))
        batch.refresh_from_db()
        for code in batch.to_confirm:
            if reason := entry.reasons.get(code, ""):
                confirm_warnings(batch, code, reason, by=by, at=clock())
        _choose_item(batch, entry.item_code, by=by, at=clock())
    discard_draft(entry.id, owner=owner, by=by, at=clock())
    return batch


def _choose_item(batch: Batch, code: str, *, by: Actor, at: datetime) -> None:
    landed = Record.objects.filter(batch_id=batch.pk, state=State.CHECKED, item=None)
    record = landed.select_related("unit__superior").first() if code else None
    if record is not None:
        # What cannot be chosen now can still be on the record's page.
        with contextlib.suppress(CannotChooseItem):
            choose_item(record, code, by=by, at=at)


def _rows(entry: Entry) -> Rows:
    # The page that the browser's back button brings up again takes another content.
    digest = hashlib.sha256(entry.document.content()).hexdigest()
    number = row_name(entry.document.rows[0].get("decision_number") or "")
    return Rows(
        document=entry.document,
        source=BatchSource.FORM,
        name=number or entry.document.form.key,
        key=entry.id.hex + digest[:32],
    )
