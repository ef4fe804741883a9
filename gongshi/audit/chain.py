"""How one event is chained to the one before it."""

import hashlib
import json
from datetime import UTC, datetime


def event_hash(previous: str, *, sequence: int, at: datetime, parts: list[str]) -> str:
    """Return the SHA-256 over the previous hash and everything the event says."""
    body = [sequence, at.astimezone(UTC).isoformat(), *parts]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
