"""What the interface reads of the store, in the words of its schemas."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from gongshi.domain.feed import payload_digest
from gongshi.portal.changes import Entry
from gongshi.portal.models import PublishedItem, PublishedRecord, PublishedUnit
from gongshi.portal.queries import CannotRead
from gongshi.portal.restoring import restored
from gongshi.portal.store import STORE

_SUMMARY = (
    "record_id",
    "kind",
    "decision_number",
    "decision_date",
    "subject_name",
    "credit_code",
    "title",
    "authority",
    "unit_code",
    "unit_name",
    "region_code",
    "version",
    "published_on",
    "display_until",
    "corrected_on",
    "disputed_on",
)
_DETAIL = ("edition", "category", "catalogue_item", "entrusted_name", "status")
_UNIT = (
    "code",
    "name",
    "short_name",
    "level",
    "region_code",
    "superior_code",
    "site_name",
    "site_address",
    "decisions_since",
    "catalogue_version",
)
_LONGEST_KEY = 160

Summarise = Callable[[PublishedRecord], dict[str, Any]]


def summariser(request: HttpRequest) -> Summarise:
    """Return what makes a list's entry of a record; addresses are of this site."""
    site = request.build_absolute_uri("/").rstrip("/")

    def summary(record: PublishedRecord) -> dict[str, Any]:
        address = site + reverse("portal:record", args=[record.record_id])
        values = {name: getattr(record, name) for name in _SUMMARY}
        return {**values, "address": address}

    return summary


def detail(record: PublishedRecord, summary: Summarise) -> dict[str, Any]:
    """Return the record with its official fields, as it was published."""
    return {
        **summary(record),
        **{name: getattr(record, name) for name in _DETAIL},
        "sequence": record.position,
        "digest": payload_digest(restored(record)),
        "fields": [
            {"code": item.field.code, "label": item.field.label, "value": item.value}
            for item in record.fields
        ],
    }


def unit_values(unit: PublishedUnit) -> dict[str, Any]:
    """Return what is known of a unit."""
    return {name: getattr(unit, name) for name in _UNIT}


def all_units() -> list[PublishedUnit]:
    """Return all units, in the order of their codes."""
    return list(PublishedUnit.objects.using(STORE).order_by("code"))


def items_page(
    *, unit: str, kind: str, after: str, limit: int
) -> tuple[list[PublishedItem], str | None]:
    """Return a page of catalogue items, and where the next one begins.

    Raises:
        CannotRead: `bad-cursor`, where `after` is no key.
    """
    if len(after) > _LONGEST_KEY or "\x00" in after + unit:
        raise CannotRead("bad-cursor")
    items = PublishedItem.objects.using(STORE).order_by("key")
    wanted = Q(key__gt=after) if after else Q()
    wanted &= Q(unit_code=unit) if unit else Q()
    wanted &= Q(kind=kind) if kind else Q()
    found = list(items.filter(wanted)[: limit + 1])
    shown = found[:limit]
    return shown, shown[-1].key if len(found) > limit else None


def change_values(entry: Entry) -> dict[str, Any]:
    """Return one link of the chain."""
    change = entry.change
    return {
        "sequence": change.sequence,
        "operation": change.operation,
        "record": entry.record,
        "record_id": entry.record_id,
        "at": change.at,
        "digest": change.digest,
        "hash": change.hash,
        "payload": entry.payload,
        "absent": entry.absent,
    }
