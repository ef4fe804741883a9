"""How the catalogues of many units stand, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import (
    CatalogueItem,
    CatalogueVersion,
    Kind,
    VersionState,
)
from gongshi.catalogue.queries import holder_of, valid_on, versions_in_force


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One unit's catalogue at a glance; `next` is approved and comes into force later."""

    unit: Unit
    version: CatalogueVersion | None
    draft: CatalogueVersion | None
    next: CatalogueVersion | None
    licences: int
    penalties: int

    @property
    def holder(self) -> Unit:
        """The unit in whose catalogue the items stand."""
        return holder_of(self.unit)


def overview(units: Sequence[Unit], on: date) -> Sequence[Overview]:
    """Return how each unit's catalogue stands, in the order given; five queries."""
    in_force = versions_in_force([holder_of(unit) for unit in units], on)
    counts = _counts([version.pk for version in in_force.values()], on)
    drafts = _by_unit(units, Q(state=VersionState.DRAFT))
    coming = _by_unit(units, Q(state=VersionState.APPROVED, effective_from__gt=on))
    found = []
    for unit in units:
        version = in_force.get(holder_of(unit).pk)
        body = unit.pk if unit.is_entrusted else None
        key = version.pk if version else 0
        found.append(
            Overview(
                unit=unit,
                version=version,
                draft=drafts.get(unit.pk),
                next=coming.get(unit.pk),
                licences=counts.get((key, body, Kind.LICENCE.value), 0),
                penalties=counts.get((key, body, Kind.PENALTY.value), 0),
            )
        )
    return found


def _counts(
    versions: Sequence[int], on: date
) -> dict[tuple[int, int | None, str], int]:
    """Return the number of items by version, body (None: all of them) and kind."""
    items = valid_on(CatalogueItem.objects.filter(version__in=versions), on)
    grouped = items.order_by().values_list("version_id", "entrusted_to_id", "kind")
    counts: dict[tuple[int, int | None, str], int] = {}
    for version, body, kind, number in grouped.annotate(number=Count("pk")):
        for whose in {None, body}:
            key = version, whose, kind
            counts[key] = counts.get(key, 0) + number
    return counts


def _by_unit(units: Sequence[Unit], wanted: Q) -> dict[int, CatalogueVersion]:
    found = CatalogueVersion.objects.filter(wanted, unit__in=units)
    return {version.unit_id: version for version in found.order_by("-effective_from")}
