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
    """One link of the feed; `payload` is canonical JSON of public values only.

    Published: `fields` has the values by official code, as text; beside it stand
    kind, edition, person, unit_code, unit_name, region_code, authority,
    decision_number, decision_date, subject_name, credit_code, title, status,
    published_on, listed_until, display_until (null: long-term). Withdrawn: kind,
    reason, at.
    """

    sequence: int
    record_id: UUID
    operation: Operation
    at: datetime
    payload: str
    hash: str

    @property
    def values(self) -> Mapping[str, Any]:
        """The payload read; consumers of many changes read its text at once."""
        values: Mapping[str, Any] = json.loads(self.payload)
        return values


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
