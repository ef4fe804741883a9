"""Seals a record's identity numbers, bound to the record, and finds them exactly."""

import json
from collections.abc import Mapping
from hmac import digest as keyed_digest

from django.conf import settings

from gongshi.sealing import CannotUnseal, is_current, reseal, seal, unseal

__all__ = [
    "CannotUnseal",
    "is_current",
    "lookup_hash",
    "reseal",
    "seal",
    "seal_values",
    "unseal",
    "unseal_values",
]


def seal_values(values: Mapping[str, str], *, record_id: str) -> bytes:
    """Seal a record's withheld values; `record_id` is 32 hexadecimal digits."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return seal(text.encode(), context=record_id.encode())


def unseal_values(sealed: bytes, *, record_id: str) -> dict[str, str]:
    """Return a record's withheld values; raises `CannotUnseal`."""
    values = json.loads(unseal(sealed, context=record_id.encode()))
    assert isinstance(values, dict)
    return values


def lookup_hash(text: str) -> str:
    """Return the keyed SHA-256 by which an identity number is found exactly."""
    return keyed_digest(settings.LOOKUP_KEY, text.encode(), "sha256").hex()
