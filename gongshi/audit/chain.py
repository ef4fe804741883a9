"""How one event is chained to the one before it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

# Built once: the walk over the whole trail asks it a million times.
_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def event_hash(
    previous: str, *, sequence: int, at: datetime, parts: Sequence[str]
) -> str:
    """Return the SHA-256 over the previous hash and everything the event says."""
    moment = at.astimezone(UTC).isoformat()
    return row_hash(previous, sequence=sequence, moment=moment, parts=parts)


def row_hash(previous: str, *, sequence: int, moment: str, parts: Sequence[str]) -> str:
    """Return the same of a row whose time is text already, in ISO 8601 and UTC."""
    text = _AS_JSON([sequence, moment, *parts])
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
