"""Reads about units, their catalogues and what was taken away from the public."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongshi.portal.models import (
    Kind,
    Level,
    PublishedItem,
    PublishedRecord,
    PublishedUnit,
    Tombstone,
)
from gongshi.portal.queries import PAGE_SIZE, CannotRead
from gongshi.portal.store import STORE

_LOG_CURSOR = re.compile(r"[0-9]{1,18}")
_LEVELS = {level: place for place, level in enumerate(Level.values)}


@dataclass(frozen=True, kw_only=True)
class UnitEntry:
    """A unit in a list, with how many catalogue items of each kind it discloses."""

    unit: PublishedUnit
    items: Mapping[str, int]

    @property
    def has_catalogue(self) -> bool:
        """Whether any item is disclosed."""
        return any(self.items.values())


@dataclass(frozen=True, kw_only=True)
class Removals:
    """Some tombstones, newest first; `next` asks for those after them, if any."""

    tombstones: Sequence[Tombstone]
    next: str | None


def unit_entries(region_code: str | None = None) -> list[UnitEntry]:
    """Return the units, all or a region's, the higher level first, by name."""
    units = PublishedUnit.objects.using(STORE).all()
    if region_code is not None:
        units = units.filter(region_code=region_code)
    counts = _item_counts()
    return [
        UnitEntry(unit=unit, items=counts.get(unit.code, {}))
        for unit in sorted(
            units, key=lambda u: (_LEVELS[u.level], u.region_code, u.name, u.code)
        )
    ]


def find_unit(code: str) -> PublishedUnit | None:
    """Return the unit as the feed told of it, or as much as its records say."""
    unit = PublishedUnit.objects.using(STORE).filter(code=code).first()
    if unit is not None:
        return unit
    return _unit_of_records(code)


def has_unit(code: str) -> bool:
    """Say whether the unit has a page: it may be told later than what names it."""
    return bool(code) and find_unit(code) is not None


def has_item(record: PublishedRecord, on: date) -> bool:
    """Say whether the record's item has a page: in a catalogue, or in the lists."""
    code, listed_until = record.catalogue_item, record.listed_until
    if not code:
        return False
    is_listed = listed_until is not None and listed_until >= on
    items = PublishedItem.objects.using(STORE)
    return is_listed or items.filter(code=code).exists()


def items_of(unit_code: str, kind: str | None = None) -> list[PublishedItem]:
    """Return the unit's catalogue, in the order of kind and code."""
    items = PublishedItem.objects.using(STORE).filter(unit_code=unit_code)
    if kind is not None:
        items = items.filter(kind=kind)
    return list(items.order_by("kind", "code"))


def items_coded(code: str) -> list[PublishedItem]:
    """Return the item in the catalogue of every unit that has it."""
    items = PublishedItem.objects.using(STORE).filter(code=code)
    return list(items.order_by("unit_code", "kind"))


def unit_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of those of the units that are known."""
    units = PublishedUnit.objects.using(STORE).filter(code__in=set(codes))
    return dict(units.values_list("code", "name"))


def removals(*, unit_code: str | None = None, after: str | None = None) -> Removals:
    """Return a page of the log of what was withdrawn or ended early.

    Raises:
        CannotRead: `bad-cursor`, where `after` was not made by an earlier page.
    """
    tombstones = Tombstone.objects.using(STORE).order_by("-position")
    if unit_code:
        tombstones = tombstones.filter(unit_code=unit_code)
    if after:
        if not _LOG_CURSOR.fullmatch(after):
            raise CannotRead("bad-cursor")
        tombstones = tombstones.filter(position__lt=int(after))
    found = list(tombstones[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    return Removals(
        tombstones=shown, next=str(shown[-1].position) if has_more else None
    )


def _item_counts() -> dict[str, dict[str, int]]:
    items = PublishedItem.objects.using(STORE).values_list("unit_code", "kind")
    counts: dict[str, dict[str, int]] = {}
    for (unit_code, kind), number in Counter(items).items():
        counts.setdefault(unit_code, dict.fromkeys(Kind.values, 0))[kind] = number
    return counts


def _unit_of_records(code: str) -> PublishedUnit | None:
    record = (
        PublishedRecord.objects.using(STORE)
        .filter(unit_code=code)
        .only("unit_name", "unit_level", "region_code", "superior_code")
        .order_by("-listed_until", "-position")
        .first()
    )
    if record is None:
        return None
    return PublishedUnit(
        code=code,
        name=record.unit_name,
        level=record.unit_level,
        superior_code=record.superior_code,
        region_code="",
    )
