"""Compares two versions of a catalogue: what was added, removed, changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongshi.catalogue.items import NAMES, ItemValues, values_of
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion

_COMPARED = tuple(name for name in NAMES if name not in ("kind", "code"))


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One thing that an item says otherwise now; `name` is the field's."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """An item that both versions have, and what it says otherwise."""

    item: CatalogueItem
    fields: Sequence[FieldChange]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What one version has over another, in the order of kinds and codes."""

    added: Sequence[CatalogueItem]
    removed: Sequence[CatalogueItem]
    changed: Sequence[ItemChange]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether both versions say the same."""
        return not (self.added or self.removed or self.changed)


def compare(before: CatalogueVersion | None, after: CatalogueVersion) -> Difference:
    """Return what the later version changes; against none, all is added."""
    old = _by_key(before) if before else {}
    new = _by_key(after)
    both = [(old[key], item) for key, item in new.items() if key in old]
    changed = [
        ItemChange(item=item, fields=changes)
        for was, item in both
        if (changes := _changes(values_of(was), values_of(item)))
    ]
    return Difference(
        added=[item for key, item in new.items() if key not in old],
        removed=[item for key, item in old.items() if key not in new],
        changed=changed,
        unchanged=len(both) - len(changed),
    )


def _by_key(version: CatalogueVersion) -> Mapping[tuple[str, str], CatalogueItem]:
    items = version.items.select_related("entrusted_to").order_by("kind", "code", "id")
    return {(item.kind, item.code): item for item in items}


def _changes(before: ItemValues, after: ItemValues) -> list[FieldChange]:
    return [
        FieldChange(name=name, before=was, after=now)
        for name in _COMPARED
        if (was := getattr(before, name)) != (now := getattr(after, name))
    ]
