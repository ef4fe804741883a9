"""Reads catalogues: which items a unit has on a day, and which version says so."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

import polars as pl
from django.db.models import Q, QuerySet

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, VersionState
from gongshi.domain.standards import Kind

ITEMS_SCHEMA = {
    "item_code": pl.String,
    "item_name": pl.String,
    "kind": pl.String,
    "from_date": pl.Date,
    "until_date": pl.Date,
    "item_id": pl.Int64,
    "publish_working_days": pl.Int64,
    "is_public": pl.Boolean,
}


class Standing(StrEnum):
    """Where a version stands on a day."""

    DRAFT = "draft"
    APPROVED = "approved"  # comes into force later
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A version and how it stands; `until` is its last day, None: open."""

    version: CatalogueVersion
    standing: Standing
    until: date | None


def holder_of(unit: Unit) -> Unit:
    """Return the unit in whose catalogue this one's items stand."""
    if unit.is_entrusted:
        assert unit.superior is not None  # unit_entrusted_by_its_superior
        return unit.superior
    return unit


def versions_of(unit: Unit) -> QuerySet[CatalogueVersion]:
    """Return the versions of the unit's own catalogue, newest first."""
    return CatalogueVersion.objects.filter(unit=unit).order_by("-number")


def draft_of(unit: Unit) -> CatalogueVersion | None:
    """Return what is being drafted for the unit, if anything."""
    return versions_of(unit).filter(state=VersionState.DRAFT).first()


def last_items(unit: Unit) -> QuerySet[CatalogueItem]:
    """Return the items of the draft, without one those with which it would begin."""
    last = draft_of(unit) or _approved(unit).last()
    items = CatalogueItem.objects.filter(version=last).select_related("entrusted_to")
    return items.order_by("pk")


def version_in_force(unit: Unit, on: date) -> CatalogueVersion | None:
    """Return the version that holds on that day, None where there is none yet."""
    return _in_force(holder_of(unit), on).first()


def stages(unit: Unit, on: date) -> Sequence[Stage]:
    """Return all versions of the unit's catalogue and how each stands, newest first."""
    approved = list(_approved(unit))
    found = [
        Stage(version=version, standing=_standing(version, until, on), until=until)
        for version, until in _with_last_day(approved)
    ]
    draft = draft_of(unit)
    if draft is not None:
        found.append(Stage(version=draft, standing=Standing.DRAFT, until=None))
    return found[::-1]


def items_in_force(
    unit: Unit, on: date, kind: Kind | str | None = None
) -> QuerySet[CatalogueItem]:
    """Return the items that the unit may decide on that day, by kind and code.

    Those of an entrusted body are its superior's entries that are entrusted to it.
    """
    version = _in_force(holder_of(unit), on).values("pk")[:1]
    found = valid_on(
        _acted_on_by(unit, CatalogueItem.objects.filter(version=version)), on
    )
    if kind is not None:
        found = found.filter(kind=str(kind))
    return found.order_by("kind", "code", "id")


def item_version_for(
    unit: Unit, kind: Kind | str, item_code: str, on: date
) -> CatalogueItem | None:
    """Return the item as it stood on the day of a decision, None: not in force."""
    return items_in_force(unit, on, kind).filter(code=item_code).first()


def items_by_code(
    unit: Unit, *, since: date | None = None, until: date | None = None
) -> pl.DataFrame:
    """Return every item of every version in force in the period, and when it held.

    Out: ITEMS_SCHEMA; `from_date` to `until_date` (inclusive, null: open) is the
    time in which this row of the item held; the times of one kind and code do not
    overlap. Two queries, whatever the number of records to be bound.
    """
    periods = {
        version.pk: (version.effective_from, last)
        for version, last in _with_last_day(_approved(holder_of(unit)))
    }
    items = _acted_on_by(unit, CatalogueItem.objects.filter(version__in=list(periods)))
    columns = ("code", "name", "kind", "from_date", "until_date", "pk")
    rows = items.order_by("pk").values_list(
        *columns, "publish_working_days", "is_public", "version_id"
    )
    held = [
        (
            *(code, name, kind),
            *(max(first, periods[version][0] or first), end),
            *(key, days, public),
        )
        for code, name, kind, first, last, key, days, public, version in rows
        for end in [_earlier(last, periods[version][1])]
    ]
    frame = pl.DataFrame(held, schema=ITEMS_SCHEMA, orient="row")
    return frame.filter(_overlaps(since, until)).sort("kind", "item_code", "from_date")


def bind_items(rows: pl.DataFrame, unit: Unit, kind: Kind | str) -> pl.DataFrame:
    """Return the rows with the item in force at each one's decision, order kept.

    In: `item_code`, `item_name` (String), `decision_date` (Date), all may be null.
    Adds `item_id`, `publish_working_days`, `is_public`, null where no item held. A
    row binds by its code; one that has none, as its edition has no column for it,
    binds by its name, where a single item was called so on that day.
    """
    wanted = rows.get_column("decision_date")
    first, last = wanted.min(), wanted.max()
    items = items_by_code(
        unit,
        since=first if isinstance(first, date) else None,
        until=last if isinstance(last, date) else None,
    ).filter(kind=str(kind))
    numbered = rows.with_row_index("_row")
    named = numbered.filter(pl.col("item_code").is_null())
    found = pl.concat(
        [
            _in_force_by("item_code", numbered, items),
            _in_force_by(
                "item_name",
                named.with_columns(_plain_name()),
                _called_alone(items.with_columns(_plain_name())),
            ),
        ]
    )
    bound = numbered.join(found, on="_row", how="left", maintain_order="left")
    return bound.drop("_row")


def _in_force_by(by: str, rows: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return, for the rows whose item held on their day, which item that was."""
    held = pl.col("until_date").is_null() | (
        pl.col("until_date") >= pl.col("decision_date")
    )
    return (
        rows.select("_row", by, "decision_date")
        .drop_nulls()
        .sort("decision_date")
        .join_asof(
            items.sort("from_date"),
            left_on="decision_date",
            right_on="from_date",
            by=by,
            strategy="backward",
            check_sortedness=False,
        )
        .filter(held & pl.col("item_id").is_not_null())
        .select("_row", "item_id", "publish_working_days", "is_public")
    )


def _plain_name() -> pl.Expr:
    """Return names without what differs from hand to hand: spaces, kinds of brackets."""
    name = pl.col("item_name").str.replace_all(r"\s", "")
    return name.str.replace_all("（", "(").str.replace_all("）", ")")


def _called_alone(items: pl.DataFrame) -> pl.DataFrame:
    """Return the items but for those of one name that held at the same time."""
    ends = pl.col("until_date").fill_null(date.max)
    by_name = items.sort("item_name", "from_date").with_columns(
        before=ends.cum_max().shift(1).over("item_name"),
        after=pl.col("from_date").shift(-1).over("item_name"),
    )
    shared = (pl.col("before") >= pl.col("from_date")) | (pl.col("after") <= ends)
    return by_name.filter(~shared.fill_null(value=False)).drop("before", "after")


def versions_in_force(
    units: Iterable[Unit], on: date
) -> Mapping[int, CatalogueVersion]:
    """Return the version in force of each of the units, by the unit's key."""
    keys = {unit.pk for unit in units}
    approved = CatalogueVersion.objects.filter(
        unit__in=keys, state=VersionState.APPROVED, effective_from__lte=on
    )
    # The last of each unit is the one that stays.
    return {each.unit_id: each for each in approved.order_by("effective_from")}


def items_of_versions(
    versions: Sequence[CatalogueVersion], on: date
) -> Mapping[int, Sequence[CatalogueItem]]:
    """Return the items of each version that hold on that day, by the version's key."""
    items = valid_on(CatalogueItem.objects.filter(version__in=versions), on)
    found: dict[int, list[CatalogueItem]] = defaultdict(list)
    for item in items.order_by("kind", "code", "id"):
        found[item.version_id].append(item)
    return found


def valid_on(items: QuerySet[CatalogueItem], on: date) -> QuerySet[CatalogueItem]:
    """Return those of the items whose own dates hold on that day."""
    still = Q(until_date__isnull=True) | Q(until_date__gte=on)
    return items.filter(still, from_date__lte=on)


def _approved(unit: Unit) -> QuerySet[CatalogueVersion]:
    return CatalogueVersion.objects.filter(
        unit=unit, state=VersionState.APPROVED
    ).order_by("effective_from")


def _in_force(unit: Unit, on: date) -> QuerySet[CatalogueVersion]:
    return _approved(unit).filter(effective_from__lte=on).order_by("-effective_from")


def _acted_on_by(unit: Unit, items: QuerySet[CatalogueItem]) -> QuerySet[CatalogueItem]:
    return items.filter(entrusted_to=unit) if unit.is_entrusted else items


def _with_last_day(
    approved: Sequence[CatalogueVersion] | QuerySet[CatalogueVersion],
) -> Iterator[tuple[CatalogueVersion, date | None]]:
    for version, after in pairwise([*approved, None]):
        assert version is not None
        begins = after.effective_from if after else None
        yield version, begins - timedelta(days=1) if begins else None


def _standing(version: CatalogueVersion, until: date | None, on: date) -> Standing:
    assert version.effective_from is not None  # catalogue_approval_is_complete
    if version.effective_from > on:
        return Standing.APPROVED
    return Standing.IN_FORCE if until is None or until >= on else Standing.SUPERSEDED


def _earlier(one: date | None, other: date | None) -> date | None:
    known = [day for day in (one, other) if day is not None]
    return min(known) if known else None


def _overlaps(since: date | None, until: date | None) -> pl.Expr:
    open_end = pl.col("until_date").is_null()
    held = open_end | (pl.col("until_date") >= pl.col("from_date"))
    if since is not None:
        held &= open_end | (pl.col("until_date") >= since)
    if until is not None:
        held &= pl.col("from_date") <= until
    return held
