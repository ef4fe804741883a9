"""Keeps drafts: saved over and over while somebody types, then handed in or dropped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongshi.accounts.models import Unit, User
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.intake.draft_models import Draft
from gongshi.records.sealing import is_current, reseal, seal, unseal

MOST_DRAFTS = 200  # of one person: what is forgotten must not grow without end


class CannotSave(Exception):
    """The draft cannot be kept; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # not-yours | too-many


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in a form: its own id, which form it is, and its values."""

    id: UUID
    form: str
    values: Mapping[str, str]
    record_id: UUID | None = None


def save_draft(
    typed: Typed, *, owner: User, unit: Unit, by: Actor, at: datetime
) -> Draft:
    """Keep what was typed; saved again under the same id, it replaces what was there.

    Only the first saving is an event: a form saves itself every few seconds, and
    nothing leaves its owner's hands before it is handed in.

    Raises:
        CannotSave: `not-yours`, where somebody else has a draft of that id, or
            `too-many`.
    """
    sealed = seal(json.dumps(dict(typed.values)).encode(), context=_context(typed.id))
    mine = Draft.objects.filter(pk=typed.id, owner=owner)
    if mine.update(sealed=sealed, saved_at=at, unit=unit):
        return mine.get()
    if Draft.objects.filter(owner=owner).count() >= MOST_DRAFTS:
        raise CannotSave("too-many")
    draft = Draft(
        id=typed.id,
        owner_id=owner.pk,
        unit_id=unit.pk,
        form=typed.form,
        record_id=typed.record_id,
        started_at=at,
        saved_at=at,
        sealed=sealed,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            _note(draft.pk, "intake.begin_draft", by=by, at=at)
    except IntegrityError as error:
        if mine.update(sealed=sealed, saved_at=at, unit=unit):
            return mine.get()  # the same page saved itself twice at once
        raise CannotSave("not-yours") from error
    return draft


@transaction.atomic
def discard_draft(draft_id: UUID, *, owner: User, by: Actor, at: datetime) -> bool:
    """Drop the person's draft; say whether there was one."""
    dropped, _by_model = Draft.objects.filter(pk=draft_id, owner=owner).delete()
    if dropped:
        _note(draft_id, "intake.discard_draft", by=by, at=at)
    return bool(dropped)


def draft_values(draft: Draft) -> dict[str, str]:
    """Return what was typed, to its owner only; raises `CannotUnseal`."""
    values = json.loads(unseal(bytes(draft.sealed), context=_context(draft.pk)))
    return {str(name): str(value) for name, value in values.items()}


def reseal_drafts() -> int:
    """Reseal the drafts that an older key sealed; return how many."""
    resealed = 0
    for draft in Draft.objects.order_by("pk"):
        before = bytes(draft.sealed)
        if not is_current(before):
            fresh = reseal(before, context=_context(draft.pk))
            resealed += Draft.objects.filter(pk=draft.pk, sealed=before).update(
                sealed=fresh
            )
    return resealed


def _context(draft_id: UUID) -> bytes:
    return f"draft/{draft_id.hex}".encode()


def _note(draft_id: UUID, action: str, *, by: Actor, at: datetime) -> None:
    record_event(
        at=at, by=by, action=action, target=Target(kind="draft", key=str(draft_id))
    )
