"""Writes catalogues: drafts, their items, and the approval that puts them in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from gongshi.accounts.models import Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import Changes, differences
from gongshi.catalogue.items import NAMES, ItemValues, told, values_of
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState
from gongshi.catalogue.queries import draft_of

_LONGEST_AHEAD = timedelta(days=366)


class CannotEdit(Exception):
    """The catalogue does not take this change.

    Codes: `entrusted` (the unit's items stand in its superior's catalogue),
    `has-draft`, `not-a-draft`, `too-far` (in force in more than a year),
    `item-exists`, `not-entrusted-by-unit`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CannotApprove(Exception):
    """The version does not come into force so.

    Codes: `not-a-draft`, `own-draft`, `changed-meanwhile`, `no-date`, `too-far` (in
    more than a year), `too-early` (not after the version before), `no-items`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class ItemsTaken:
    """What an import did to the draft."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def begin_draft(unit: Unit, *, by: Actor, at: datetime) -> CatalogueVersion:
    """Begin the next version of the unit's catalogue with the items of the last one.

    Raises:
        CannotEdit: `entrusted`, or `has-draft`.
    """
    if unit.is_entrusted:
        raise CannotEdit("entrusted")
    Unit.objects.select_for_update().get(pk=unit.pk)  # one draft at a time
    if draft_of(unit) is not None:
        raise CannotEdit("has-draft")
    last = _last_approved(unit)
    draft = CatalogueVersion.objects.create(
        unit=unit,
        number=_highest_number(unit) + 1,
        drafted_by=by.username,
        drafted_at=at,
        edited_by=[by.username],
    )
    if last is not None:
        _add(draft, [values_of(item) for item in _items(last)])
    details = {"items": draft.items.count(), "from": last.number if last else None}
    changes = {"state": (None, draft.state)}
    _record("begin_draft", draft, by=by, at=at, details=details, changes=changes)
    return draft


@transaction.atomic
def discard_draft(version: CatalogueVersion, *, by: Actor, at: datetime) -> None:
    """Throw the draft away.

    Raises:
        CannotEdit: `not-a-draft`.
    """
    draft = _locked(version)
    details = {"items": draft.items.count()}
    draft.delete()
    _record("discard_draft", version, by=by, at=at, details=details)


@transaction.atomic
def propose_date(
    version: CatalogueVersion, effective_from: date, *, by: Actor, at: datetime
) -> None:
    """Say from which day the draft shall be in force.

    Raises:
        CannotEdit: `not-a-draft`, `too-far`.
    """
    draft = _locked(version)
    if _is_too_far(effective_from, at):
        raise CannotEdit("too-far")
    before, draft.effective_from = draft.effective_from, effective_from
    _note_edit(draft, by)
    changes = {"effective_from": (before, effective_from)}
    _record("propose_date", draft, by=by, at=at, changes=changes)


@transaction.atomic
def add_item(
    version: CatalogueVersion, values: ItemValues, *, by: Actor, at: datetime
) -> CatalogueItem:
    """Add an item to the draft.

    Raises:
        CannotEdit: `not-a-draft`, `item-exists`, `not-entrusted-by-unit`.
    """
    draft = _locked(version)
    _require_entrusted_by(draft.unit, values)
    if _others_like(draft, values).exists():
        raise CannotEdit("item-exists")
    (item,) = _add(draft, [values])
    _note_edit(draft, by)
    details = {"item": values.code}
    changes = differences({}, told(values))
    _record("add_item", draft, by=by, at=at, details=details, changes=changes)
    return item


@transaction.atomic
def change_item(
    item: CatalogueItem, values: ItemValues, *, by: Actor, at: datetime
) -> None:
    """Change an item of a draft; one that says the same already is left alone.

    Raises:
        CannotEdit: `not-a-draft`, `item-exists`, `not-entrusted-by-unit`.
    """
    draft = _locked(item.version)
    _require_entrusted_by(draft.unit, values)
    if _others_like(draft, values).exclude(pk=item.pk).exists():
        raise CannotEdit("item-exists")
    before = values_of(draft.items.select_related("entrusted_to").get(pk=item.pk))
    if before == values:
        return
    _set(item, values)
    item.save()
    _note_edit(draft, by)
    details = {"item": values.code}
    changes = differences(told(before), told(values))
    _record("change_item", draft, by=by, at=at, details=details, changes=changes)


@transaction.atomic
def remove_item(item: CatalogueItem, *, by: Actor, at: datetime) -> None:
    """Take an item out of a draft.

    Raises:
        CannotEdit: `not-a-draft`.
    """
    draft = _locked(item.version)
    before = values_of(item)
    draft.items.filter(pk=item.pk).delete()
    _note_edit(draft, by)
    details = {"item": before.code}
    changes = differences(told(before), {})
    _record("remove_item", draft, by=by, at=at, details=details, changes=changes)


@transaction.atomic
def take_items(
    version: CatalogueVersion, items: Sequence[ItemValues], *, by: Actor, at: datetime
) -> ItemsTaken:
    """Add items to the draft, or bring those up to date that it has; repeatable.

    Raises:
        CannotEdit: `not-a-draft`, `not-entrusted-by-unit`; nothing is taken then.
    """
    draft = _locked(version)
    for values in items:
        _require_entrusted_by(draft.unit, values)
    known = {(item.kind, item.code): item for item in _items(draft)}
    before = {key: values_of(item) for key, item in known.items()}
    new = [values for values in items if values.key not in known]
    changed = [
        _set(known[values.key], values)
        for values in items
        if values.key in known and before[values.key] != values
    ]
    _add(draft, new)
    CatalogueItem.objects.bulk_update(changed, NAMES, batch_size=200)
    taken = ItemsTaken(
        added=len(new),
        changed=len(changed),
        unchanged=len(items) - len(new) - len(changed),
    )
    if new or changed:
        _note_edit(draft, by)
        details = {"added": taken.added, "changed": taken.changed}
        changes = _taken(before, items)
        _record("take_items", draft, by=by, at=at, details=details, changes=changes)
    return taken


@transaction.atomic
def approve(
    version: CatalogueVersion, *, revision: int, by: Actor, at: datetime
) -> CatalogueVersion:
    """Approve the draft as it was when read: at `revision`; its date does the rest.

    Raises:
        CannotApprove: see there.
    """
    draft = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    _require_approvable(draft, revision, by, at)
    moved = CatalogueVersion.objects.filter(
        pk=draft.pk, state=VersionState.DRAFT, revision=revision
    ).update(state=VersionState.APPROVED, approved_by=by.username, approved_at=at)
    if moved != 1:
        raise CannotApprove("changed-meanwhile")
    draft.refresh_from_db()
    assert draft.effective_from is not None
    details = {
        "items": draft.items.count(),
        "effective_from": draft.effective_from.isoformat(),
        "edited_by": draft.edited_by,
    }
    changes = {"state": (VersionState.DRAFT, VersionState.APPROVED)}
    _record("approve", draft, by=by, at=at, details=details, changes=changes)
    return draft


def _require_approvable(
    draft: CatalogueVersion, revision: int, by: Actor, at: datetime
) -> None:
    if not draft.is_draft:
        raise CannotApprove("not-a-draft")
    if by.username in draft.edited_by:
        raise CannotApprove("own-draft")
    if draft.revision != revision:
        raise CannotApprove("changed-meanwhile")
    if draft.effective_from is None:
        raise CannotApprove("no-date")
    if _is_too_far(draft.effective_from, at):
        raise CannotApprove("too-far")
    last = _last_approved(draft.unit)
    if last and last.effective_from and draft.effective_from <= last.effective_from:
        raise CannotApprove("too-early")
    if not draft.items.exists():
        raise CannotApprove("no-items")


def _is_too_far(day: date, at: datetime) -> bool:
    # Until it comes, no version of an earlier day could be approved.
    return day > timezone.localdate(at) + _LONGEST_AHEAD


def _locked(version: CatalogueVersion) -> CatalogueVersion:
    found = CatalogueVersion.objects.select_for_update().filter(pk=version.pk).first()
    if found is None or not found.is_draft:
        raise CannotEdit("not-a-draft")
    return found


def _require_entrusted_by(unit: Unit, values: ItemValues) -> None:
    body = values.entrusted_to
    if body is not None and not (body.is_entrusted and body.superior_id == unit.pk):
        raise CannotEdit("not-entrusted-by-unit")


def _note_edit(draft: CatalogueVersion, by: Actor) -> None:
    draft.revision += 1
    if by.username not in draft.edited_by:
        draft.edited_by = [*draft.edited_by, by.username]
    draft.save(update_fields=["revision", "edited_by", "effective_from"])


def _last_approved(unit: Unit) -> CatalogueVersion | None:
    approved = CatalogueVersion.objects.filter(unit=unit, state=VersionState.APPROVED)
    return approved.order_by("-effective_from").first()


def _highest_number(unit: Unit) -> int:
    found = CatalogueVersion.objects.filter(unit=unit).aggregate(last=Max("number"))
    return found["last"] or 0


def _items(version: CatalogueVersion) -> list[CatalogueItem]:
    return list(version.items.select_related("entrusted_to").order_by("pk"))


def _others_like(
    draft: CatalogueVersion, values: ItemValues
) -> QuerySet[CatalogueItem]:
    return draft.items.filter(kind=values.kind, code=values.code)


def _set(item: CatalogueItem, values: ItemValues) -> CatalogueItem:
    for name in NAMES:
        setattr(item, name, getattr(values, name))
    return item


def _add(draft: CatalogueVersion, items: Sequence[ItemValues]) -> list[CatalogueItem]:
    new = [_set(CatalogueItem(version=draft), values) for values in items]
    return CatalogueItem.objects.bulk_create(new, batch_size=500)


def _taken(
    before: Mapping[tuple[str, str], ItemValues], items: Sequence[ItemValues]
) -> Changes:
    """Return what an import changed, by kind and code: what differs of each item."""
    changes = {}
    for values in items:
        old = told(before[values.key]) if values.key in before else {}
        if differing := differences(old, told(values)):
            was = {name: pair[0] for name, pair in differing.items() if name in old}
            now = {name: pair[1] for name, pair in differing.items()}
            changes[" ".join(values.key)] = (was or None, now)
    return changes


def _record(
    action: str,
    version: CatalogueVersion,
    *,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    changes: Changes | None = None,
) -> None:
    record_event(
        at=at,
        by=by,
        action=f"catalogue.{action}",
        target=Target(kind="catalogue", key=f"{version.unit.code}/{version.number}"),
        details=details,
        changes=changes,
    )
