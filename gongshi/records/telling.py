"""What the audit trail tells of a record: how it stood before an action and after."""

import json
from collections.abc import Mapping

from gongshi.records.models import Record
from gongshi.records.queries import withheld_values
from gongshi.records.sealing import CannotUnseal

LIFE = (
    "state",
    "not_public_reason",
    "hold_reason",
    "hold_until",
    "reviewed_by",
    "secrecy_checked_by",
    "published_on",
    "corrected_on",
    "disputed_on",
    "status_mark",
    "revoked_on",
    "withdraw_by",
    "removal_code",
    "removal_reason",
)


def life_of(record: Record) -> dict[str, object]:
    """Return where the record stands, without what is empty."""
    values = {name: getattr(record, name) for name in LIFE}
    return {name: value for name, value in values.items() if value not in ("", None)}


def whole_of(record: Record) -> dict[str, object]:
    """Return where the record stands and all that it says, masked as it is kept."""
    content = json.loads(record.content)
    return {name: text for name, text in content.items() if text} | life_of(record)


def withheld_differing(before: Mapping[str, str], record: Record) -> list[str]:
    """Return which withheld fields have another value now; masked, they look alike."""
    after = withheld_or_nothing(record)
    names = sorted({*before, *after})
    return [name for name in names if before.get(name) != after.get(name)]


def withheld_or_nothing(record: Record) -> dict[str, str]:
    """Return the withheld values to compare them; nothing where they do not open.

    They are not shown to anybody, so this is no event.
    """
    try:
        return withheld_values(record)
    except CannotUnseal:
        return {}
