"""Appends to the audit trail; called by every other action, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from gongshi.audit.actors import Actor
from gongshi.audit.models import Event, EventHead
from gongshi.domain.feed import canonical
from gongshi.domain.privacy import mask_text


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an event is about: the kind of thing and its key, both as text."""

    kind: str
    key: str


@transaction.atomic
def record_event(
    *,
    at: datetime,
    by: Actor,
    action: str,
    target: Target,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event in the caller's transaction and return it.

    Appends are serialised by a lock on the chain's head that is held until the
    transaction ends, so call this last. One event stands for one action, also
    where the action moved thousands of records. Personal data in the texts of
    `details` is masked here.
    """
    head, _created = EventHead.objects.select_for_update().get_or_create(pk=1)
    event = Event(
        sequence=head.sequence + 1,
        at=at,
        username=by.username,
        role=by.role,
        unit_code=by.unit,
        address=by.address,
        action=action,
        target_kind=target.kind,
        target_id=target.key,
        details=canonical(_masked_details(details or {})),
        previous_hash=head.hash,
    )
    event.hash = event.computed_hash()
    event.save()
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


def _masked_details(details: Mapping[str, Any]) -> dict[str, object]:
    return {key: _masked(value) for key, value in details.items()}


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {str(key): _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
