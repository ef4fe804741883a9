"""Reads coverage: which units and items have records in a month, which reported none.

Every question asks whether there is *one* record, of a unit or of an item, between
two days; each is answered by one look into an index, so that a million records cost
no more than a thousand.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongshi.accounts.models import Unit
from gongshi.assessment.models import NilReport
from gongshi.assessment.months import Month
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, Kind
from gongshi.catalogue.queries import (
    holder_of,
    items_in_force,
    valid_on,
    versions_in_force,
)
from gongshi.records.models import Record

_Key = tuple[int, str, str]  # an item by its unit, kind and code, in any version
_Entry = tuple[str, str, int | None]  # kind, code, the body that it is entrusted to


class Cover(StrEnum):
    """What a unit has to show for a kind in a month."""

    RECORDS = "records"
    NIL = "nil"  # it reported that there was nothing
    CONTRADICTED = "contradicted"  # it did, and there are records
    MISSING = "missing"  # neither records nor a report
    NO_ITEMS = "no-items"  # its catalogue has no such item
    NOT_DUE = "not-due"  # it did not disclose decisions yet, or no longer


@dataclass(frozen=True, kw_only=True)
class UnitCoverage:
    """How one unit covers a month."""

    unit: Unit
    licences: Cover
    penalties: Cover
    items: int
    items_without: int

    @property
    def is_missing(self) -> bool:
        """Whether records or a nil report are due and not there."""
        return Cover.MISSING in (self.licences, self.penalties)


@dataclass(frozen=True, kw_only=True)
class ItemCoverage:
    """Whether one item has any record in the month."""

    item: CatalogueItem
    has_record: bool


def coverage(units: Sequence[Unit], month: Month) -> Sequence[UnitCoverage]:
    """Return how each unit covers the month, in the order given; five queries."""
    holders = [holder_of(unit) for unit in units]
    versions = versions_in_force(holders, month.last)
    entries = _entries(list(versions.values()), month)
    used = _used_items(holders, month)
    recorded = _recorded(units, month)
    reported = _reported(units, month)
    found = []
    for unit, holder in zip(units, holders, strict=True):
        version = versions.get(holder.pk)
        own = [
            (holder.pk, kind, code)
            for kind, code, body in (entries.get(version.pk, ()) if version else ())
            if not unit.is_entrusted or body == unit.pk
        ]
        kinds = {kind for _, kind, _ in own}
        covers = {
            kind: _cover(
                unit,
                month,
                has_items=kind in kinds,
                has_records=kind in recorded[unit.pk],
                has_report=kind in reported[unit.pk],
            )
            for kind in Kind.values
        }
        found.append(
            UnitCoverage(
                unit=unit,
                licences=covers[Kind.LICENCE],
                penalties=covers[Kind.PENALTY],
                items=len(own),
                items_without=sum(key not in used for key in own),
            )
        )
    return found


def item_coverage(unit: Unit, month: Month) -> Sequence[ItemCoverage]:
    """Return the unit's items of the month, those without any record first."""
    items = list(items_in_force(unit, month.last).select_related("entrusted_to"))
    holder = holder_of(unit)
    used = _used_items([holder], month)
    found = [
        ItemCoverage(item=item, has_record=_key(holder, item) in used) for item in items
    ]
    return sorted(found, key=lambda each: each.has_record)


def has_unbound_records(unit: Unit, month: Month) -> bool:
    """Say whether the unit has records of the month that name no item of a catalogue.

    The template of 2018 has no column for the code, so that such records cover their
    unit but none of its items.
    """
    return (
        _decided_in(month)
        .filter(unit=unit, kind__in=Kind.values, item__isnull=True)
        .exists()
    )


def kinds_with_records(unit: Unit, month: Month) -> set[Kind]:
    """Return of which kinds the unit has records in the month."""
    return {Kind(kind) for kind in _recorded([unit], month)[unit.pk]}


def reports_of(unit: Unit, month: Month) -> Sequence[NilReport]:
    """Return the unit's nil reports for the month."""
    reports = NilReport.objects.filter(unit=unit, month=month.first)
    return list(reports.order_by("kind", "id"))


def _key(holder: Unit, item: CatalogueItem) -> _Key:
    return holder.pk, item.kind, item.code


def _entries(
    versions: Sequence[CatalogueVersion], month: Month
) -> Mapping[int, Sequence[_Entry]]:
    """Return the items of each version at the month's end, by the version's key.

    Bare values: a city has thousands of items, and of each only this is asked.
    """
    items = valid_on(CatalogueItem.objects.filter(version__in=versions), month.last)
    rows = items.order_by().values_list("version_id", "kind", "code", "entrusted_to_id")
    found: dict[int, list[_Entry]] = defaultdict(list)
    for version, kind, code, body in rows:
        found[version].append((kind, code, body))
    return found


def _recorded(units: Sequence[Unit], month: Month) -> Mapping[int, set[str]]:
    asked = Unit.objects.filter(pk__in=[unit.pk for unit in units]).annotate(
        **{
            kind: Exists(_decided_in(month).filter(unit=OuterRef("pk"), kind=kind))
            for kind in Kind.values
        }
    )
    found: dict[int, set[str]] = defaultdict(set)
    for key, *answers in asked.order_by().values_list("pk", *Kind.values):
        found[key] = {
            kind for kind, has_any in zip(Kind.values, answers, strict=True) if has_any
        }
    return found


def _reported(units: Sequence[Unit], month: Month) -> Mapping[int, set[str]]:
    reports = NilReport.objects.filter(
        month=month.first, unit__in=[unit.pk for unit in units]
    )
    found: dict[int, set[str]] = defaultdict(set)
    for unit, kind in reports.order_by().values_list("unit_id", "kind"):
        found[unit].add(kind)
    return found


def _used_items(units: Iterable[Unit], month: Month) -> set[_Key]:
    """Return the items of the units' catalogues that have a record in the month.

    Of whichever version: another may have come into force within the month, or have
    been approved after the record was bound.
    """
    items = CatalogueItem.objects.filter(
        Exists(_decided_in(month).filter(item=OuterRef("pk"))),
        version__unit__in={unit.pk for unit in units},
    )
    return set(items.order_by().values_list("version__unit_id", "kind", "code"))


def _decided_in(month: Month) -> QuerySet[Record]:
    """Return the month's decisions; what was entered wrongly and replaced is none."""
    period = Q(decision_date__gte=month.first, decision_date__lte=month.last)
    records = Record.objects.settled().filter(period)
    return records.exclude(not_public_reason="replaced").order_by()


def _cover(
    unit: Unit, month: Month, *, has_items: bool, has_records: bool, has_report: bool
) -> Cover:
    if has_records:
        return Cover.CONTRADICTED if has_report else Cover.RECORDS
    if has_report:
        return Cover.NIL
    if not unit.discloses_in(month.first, month.last):
        return Cover.NOT_DUE
    return Cover.MISSING if has_items else Cover.NO_ITEMS
