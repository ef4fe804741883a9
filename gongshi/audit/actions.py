"""Appends to the audit trail; called by every other action, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from gongshi.audit.actors import Actor
from gongshi.audit.models import Event, EventHead
from gongshi.audit.wording import Changes, masked_changes, masked_details
from gongshi.domain.feed import canonical
from gongshi.domain.privacy import mask_text


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an event is about: the kind of thing and its key, both as text."""

    kind: str
    key: str


@transaction.atomic
def record_event(  # noqa: PLR0913 - who, when, what, of what, before and after, why
    *,
    at: datetime,
    by: Actor,
    action: str,
    target: Target,
    details: Mapping[str, Any] | None = None,
    changes: Changes | None = None,
    reason: str = "",
) -> Event:
    """Append one event in the caller's transaction and return it.

    `changes` has what the action altered, by name: the value before and the one
    after (see `wording.differences`); `reason` is why, in the person's own words or
    a code; `details` is whatever else tells what happened. Identity numbers and
    other personal data are masked here, in all three.

    Appends are serialised by a lock on the chain's head that is held until the
    transaction ends, so call this last. One event stands for one action, also
    where the action moved thousands of records.
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
        details=canonical(masked_details(details or {})),
        changes=canonical(masked_changes(changes or {})),
        reason=mask_text(reason),
        previous_hash=head.hash,
    )
    event.hash = event.computed_hash()
    event.save()
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event
