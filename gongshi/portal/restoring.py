"""Makes the payload of a published record again from its row, to the byte."""

from collections.abc import Mapping
from datetime import date

from gongshi.domain.feed import canonical
from gongshi.portal.models import PublishedRecord

_PLACE = '"fields":0'
# What a payload has as null where the row has an empty text.
_NULL_IF_EMPTY = (
    "authority",
    "catalogue_item",
    "category",
    "credit_code",
    "decision_number",
    "person_key",
    "status",
    "subject_name",
)
_AS_THEY_ARE = (
    "edition",
    "entrusted_name",
    "kind",
    "person",
    "region_code",
    "superior_code",
    "title",
    "unit_code",
    "unit_level",
    "unit_name",
    "version",
)
_DAYS = (
    "corrected_on",
    "decision_date",
    "display_until",
    "disputed_on",
    "listed_until",
    "published_on",
)


def restored(record: PublishedRecord) -> str:
    """Return the payload (canonical JSON) that the feed handed over for the record.

    Its digest is the one of the change at the record's position. For legal persons
    only: of a natural person the store keeps less than the payload had.
    """
    assert not record.is_natural_person
    text = canonical({**_members(record), "fields": 0})
    # Within a value every quotation mark has a backslash before it.
    before, _, after = text.partition(_PLACE)
    return f'{before}"fields":{record.detail}{after}'


def _members(record: PublishedRecord) -> Mapping[str, object]:
    days: dict[str, date | None] = {name: getattr(record, name) for name in _DAYS}
    return {
        **{name: getattr(record, name) or None for name in _NULL_IF_EMPTY},
        **{name: getattr(record, name) for name in _AS_THEY_ARE},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
