"""Writes what the public knows of units and their catalogues, as the feed tells it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gongshi.domain.feed import PublicChange
from gongshi.portal.models import PublishedItem, PublishedUnit
from gongshi.portal.store import STORE

_UNIT = (
    "code",
    "name",
    "short_name",
    "credit_code",
    "level",
    "kind",
    "region_code",
    "superior_code",
    "superior_name",
    "entrusted_by",
    "responsible",
    "site_name",
    "site_address",
    "decisions_since",
    "catalogue_version",
)
# Not in changes that were told before these existed, and what those mean.
_LATER = {"responsible_post": "", "responsible_phone": "", "exists_until": None}
_ITEM = (
    "code",
    "name",
    "kind",
    "basis",
    "subjects",
    "is_public",
    "not_public_reason",
    "publish_days",
    "display_years",
    "from_date",
    "until_date",
)


def put_units(changes: Sequence[PublicChange]) -> None:
    """Put each change's unit in the place of the one known, items and all."""
    for change in changes:
        values = change.values
        PublishedUnit.objects.using(STORE).update_or_create(
            code=values["code"],
            defaults={name: values[name] for name in _UNIT[1:]}
            | {name: values.get(name, none) for name, none in _LATER.items()}
            | {"updated_at": change.at},
        )
        PublishedItem.objects.using(STORE).filter(unit_code=values["code"]).delete()
        PublishedItem.objects.using(STORE).bulk_create(_items(values))


def _items(unit: Mapping[str, Any]) -> Iterator[PublishedItem]:
    for item in unit["items"]:
        yield PublishedItem(
            key=f"{unit['code']}/{item['kind']}/{item['code']}",
            unit_code=unit["code"],
            **{name: item[name] for name in _ITEM},
        )
