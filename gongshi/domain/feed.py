"""The change feed's vocabulary: what publishing hands to every consumer.

The registry appends changes, the portal and others consume them; both know this
module and nothing of each other.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

GENESIS = "0" * 64  # what the first change is chained to


class Operation(StrEnum):
    """What happened to a public record."""

    PUBLISH = "publish"  # 公示
    CORRECT = "correct"  # 更正
    WITHDRAW = "withdraw"  # 撤回


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicChange:
    """One link of the feed; the payload holds public values only."""

    sequence: int
    record_id: UUID
    operation: Operation
    at: datetime
    payload: Mapping[str, Any]
    hash: str


def canonical(payload: Mapping[str, Any]) -> str:
    """Return the payload as the one JSON text that hashes are made of."""
    return json.dumps(
        payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def chain_hash(
    previous: str,
    *,
    sequence: int,
    record_id: UUID,
    operation: str,
    at: str,
    payload: str,
) -> str:
    """Return the SHA-256 that chains a change to the one before it.

    `at` is the ISO text of the time in UTC, `payload` the canonical JSON text;
    the link is the hash of these parts, one per line.
    """
    link = f"{previous}\n{sequence}\n{record_id}\n{operation}\n{at}\n{payload}"
    return hashlib.sha256(link.encode()).hexdigest()
