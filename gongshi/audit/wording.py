"""What an event keeps of values: plain JSON, with the numbers of persons masked."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from gongshi.domain.privacy import mask_identity, mask_text

Changes = Mapping[str, tuple[object, object]]
"""By name: the value before and the value after."""

IDENTITY_FIELDS = frozenset(
    {"resident_id", "subject_id", "legal_representative_id", "identity_number"}
)
"""Fields that hold the number of a document, which may look like any text."""


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> Changes:
    """Return what differs between two states, names of both sides; None: not there."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def masked_changes(changes: Changes) -> dict[str, dict[str, object]]:
    """Return the changes as they are kept."""
    return {
        name: {"before": _masked(before, name), "after": _masked(after, name)}
        for name, (before, after) in changes.items()
    }


def masked_details(details: Mapping[str, Any]) -> dict[str, object]:
    """Return the details as they are kept, at any depth."""
    return {str(name): _masked(value, str(name)) for name, value in details.items()}


def _masked(value: object, name: str = "") -> object:
    if isinstance(value, Mapping):
        return masked_details(value)
    if isinstance(value, set | frozenset):
        return sorted(str(_masked(item, name)) for item in value)
    if isinstance(value, list | tuple):
        return [_masked(item, name) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _as_text(value)
    return mask_identity(text) if name in IDENTITY_FIELDS else mask_text(text)


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)
