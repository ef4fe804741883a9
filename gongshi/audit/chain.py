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
    text = _AS_JSON([sequence, at.astimezone(UTC).isoformat(), *parts])
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
