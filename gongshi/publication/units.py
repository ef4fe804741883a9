"""Publishes what the public may know of units and their catalogues.

A unit is told again only where its public payload differs from the last one in the
feed, so that calling it often costs nothing and tells nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from gongshi.accounts.models import ResponsiblePerson, Unit
from gongshi.accounts.queries import responsible_for
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.catalogue.models import CatalogueItem, CatalogueVersion, Subjects
from gongshi.catalogue.queries import (
    holder_of,
    items_of_versions,
    versions_in_force,
)
from gongshi.domain.feed import (
    Operation,
    PublicChange,
    canonical,
    payload_digest,
    unit_id,
)
from gongshi.domain.units import UnitKind
from gongshi.publication.consumers import hand_over
from gongshi.publication.feed import Entry, append, lock_feed
from gongshi.publication.models import UnitNotice

_SHANGHAI = ZoneInfo("Asia/Shanghai")
# As the power list words it; catalogues are Chinese throughout.
_SUBJECTS: Mapping[str, str] = {
    Subjects.LEGAL: "法人和其他组织",
    Subjects.NATURAL: "自然人",
    Subjects.ANY: "法人和其他组织;自然人",
}


@dataclass(frozen=True, kw_only=True)
class _Told:
    unit: Unit
    payload: str
    digest: str


def unit_payload(unit: Unit, on: date) -> str:
    """Return what the feed says of the unit on that day, as canonical JSON."""
    (told,) = _told([unit], on)
    return told.payload


def publish_unit(unit: Unit, *, by: Actor, at: datetime) -> PublicChange | None:
    """Tell the feed and the portal of the unit, None where both know it so."""
    changes = _publish([unit], by=by, at=at)
    return changes[0] if changes else None


def publish_changed_units(*, by: Actor, at: datetime) -> int:
    """Tell of every unit of which the public knows something else; return how many.

    Five queries where nothing has changed, whatever the number of units.
    """
    units = Unit.objects.filter(valid_from__lte=_day(at)).select_related("superior")
    return len(_publish(list(units.order_by("code")), by=by, at=at))


def _publish(
    units: Sequence[Unit], *, by: Actor, at: datetime
) -> Sequence[PublicChange]:
    on = _day(at)
    if not _news(_told(units, on)):
        return []
    with transaction.atomic(durable=True):
        head = lock_feed()
        # Again behind the lock: another may have told it meanwhile.
        news = _news(_told(units, on))
        entries = [
            Entry(record_id=unit_id(each.unit.code), payload=each.payload)
            for each in news
        ]
        changes = append(head, entries, operation=Operation.UNIT, at=at)
        _note(news, changes, at)
        if news:
            _record(news, changes, by=by, at=at)
    if changes:
        hand_over(changes)
    return changes


def _news(told: Iterable[_Told]) -> list[_Told]:
    every = list(told)
    keys = [each.unit.pk for each in every]
    known = dict(
        UnitNotice.objects.filter(unit__in=keys).values_list("unit_id", "digest")
    )
    return [each for each in every if known.get(each.unit.pk) != each.digest]


def _told(units: Sequence[Unit], on: date) -> Iterator[_Told]:
    versions = versions_in_force([holder_of(unit) for unit in units], on)
    items = items_of_versions(list(versions.values()), on)
    responsible = responsible_for(units)
    for unit in units:
        version = versions.get(holder_of(unit).pk)
        own = [
            item
            for item in items.get(version.pk if version else 0, ())
            if not unit.is_entrusted or item.entrusted_to_id == unit.pk
        ]
        values = _values(unit, version, own) | _who(responsible.get(unit.pk))
        payload = canonical(values)
        yield _Told(unit=unit, payload=payload, digest=payload_digest(payload))


def _values(
    unit: Unit, version: CatalogueVersion | None, items: Iterable[CatalogueItem]
) -> dict[str, object]:
    # A vertically managed body's real superior is outside the city; the unit above it
    # here is only where its disclosure is gathered.
    superior = None if unit.kind == UnitKind.VERTICAL else unit.superior
    return {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "credit_code": unit.credit_code,
        "level": unit.level,
        "kind": unit.kind,
        "region_code": unit.region_code,
        "superior_code": superior.code if superior else "",
        "superior_name": superior.name if superior else "",
        "entrusted_by": superior.code if superior and unit.is_entrusted else "",
        "exists_until": unit.valid_until.isoformat() if unit.valid_until else None,
        "site_name": unit.site_name,
        "site_address": unit.site_address,
        "decisions_since": unit.start_date.isoformat(),
        "catalogue_version": version.number if version else None,
        "items": [_item(item) for item in items],
    }


def _who(person: ResponsiblePerson | None) -> dict[str, object]:
    """Return what the public learns of who answers: never e-mail or internal phone."""
    return {
        "responsible": person.name if person else "",
        "responsible_post": person.post if person else "",
        "responsible_phone": person.public_phone if person else "",
    }


def _item(item: CatalogueItem) -> dict[str, object]:
    return {
        "code": item.code,
        "name": item.name,
        "kind": item.kind,
        "basis": item.basis,
        "subjects": _SUBJECTS[item.subjects],
        "is_public": item.is_public,
        "not_public_reason": item.not_public_reason,
        "publish_days": item.publish_working_days,
        "display_years": item.display_years,
        "from_date": item.from_date.isoformat(),
        "until_date": item.until_date.isoformat() if item.until_date else None,
    }


def _note(news: Sequence[_Told], changes: Sequence[PublicChange], at: datetime) -> None:
    for each, change in zip(news, changes, strict=True):
        UnitNotice.objects.update_or_create(
            unit=each.unit,
            defaults={"digest": each.digest, "sequence": change.sequence, "at": at},
        )


def _record(
    news: Sequence[_Told],
    changes: Sequence[PublicChange],
    *,
    by: Actor,
    at: datetime,
) -> None:
    codes = [each.unit.code for each in news]
    key = codes[0] if len(codes) == 1 else str(changes[0].sequence)
    kind = "unit" if len(codes) == 1 else "change"
    record_event(
        at=at,
        by=by,
        action="publication.publish_units",
        target=Target(kind=kind, key=key),
        details={"units": codes, "first_change": changes[0].sequence},
    )


def _day(at: datetime) -> date:
    return at.astimezone(_SHANGHAI).date()
