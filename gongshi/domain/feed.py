"""The change feed's vocabulary: what publishing hands to every consumer.

The registry appends changes, the portal and others consume them; both know this
module and nothing of each other.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

GENESIS = "0" * 64  # what the first change is chained to
_UNITS = UUID("6d5f2c1e-7c0b-5a53-9d0e-3c2a8f4b1e70")  # drawn by chance, once


class Operation(StrEnum):
    """What happened to a public record, or to what is public of a unit."""

    PUBLISH = "publish"  # 公示
    CORRECT = "correct"  # 更正
    MARK = "mark"  # 异议、状态变更
    WITHDRAW = "withdraw"  # 撤回
    END = "end"  # 提前终止公示
    UNIT = "unit"  # 单位及其双公示目录


# After these the public has a tombstone, after `UNIT` a unit; after all others a record.
REMOVALS = frozenset({Operation.WITHDRAW, Operation.END})


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicChange:
    """One link of the feed; `payload` is canonical JSON of public values only.

    Publish, correct and mark carry the whole record as it stands now: `fields` has
    the values by official code, as text; beside it stand kind, edition, person,
    unit_code, unit_name, unit_level, superior_code (the unit above, empty: none),
    entrusted_name (the body that acted for the unit, empty: none), region_code,
    authority, catalogue_item (code of the item, null: none), category (labels joined
    with ";", null: none), decision_number, decision_date, subject_name, credit_code,
    title, status, version, published_on, listed_until, display_until (null:
    long-term), corrected_on and disputed_on (dates, null: not), and person_key (keyed
    hash of name and number of a natural person, null: a legal person).
    Withdraw and end: kind, person, reason, at, unit_code, unit_name. Unit: code, name,
    short_name, credit_code, level, kind, region_code, superior_code and superior_name
    (empty: none, or outside the city as of a vertically managed body), entrusted_by
    (code, empty: none), responsible (who answers for it, empty: nobody is filed),
    responsible_post, responsible_phone (empty: not to be shown), exists_until (its
    last day, null: open), site_name, site_address, decisions_since, catalogue_version
    (null: none), and items: a list of code, name, kind, basis, subjects, is_public,
    not_public_reason, publish_days, display_years, from_date, until_date. Its record
    id is `unit_id`. Post, phone and last day are missing from older changes.
    """

    sequence: int
    record_id: UUID
    operation: Operation
    at: datetime
    payload: str
    hash: str
    # `payload_digest`, which takes its time.
    digest: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work the digest out: whoever reads changes needs it, some more than once."""
        object.__setattr__(self, "digest", payload_digest(self.payload))

    @property
    def values(self) -> Mapping[str, Any]:
        """The payload read; consumers of many changes read its text at once."""
        values: Mapping[str, Any] = json.loads(self.payload)
        return values


def unit_id(code: str) -> UUID:
    """Return the id under which a unit, known by its code, stands in the feed."""
    return uuid5(_UNITS, code)


def canonical(payload: Mapping[str, Any]) -> str:
    """Return the payload as the one JSON text that hashes are made of."""
    return json.dumps(
        payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def payload_digest(payload: str) -> str:
    """Return the SHA-256 of a payload's text: what the chain holds of it.

    So that the chain can be checked by those who may not read every payload, such
    as that of a record withdrawn since, or of a natural person.
    """
    return hashlib.sha256(payload.encode()).hexdigest()


def record_digest(record_id: UUID) -> str:
    """Return the SHA-256 of a record's id: what the chain holds of it.

    So that the chain can be checked by those who may not learn every id: with it a
    natural person's page would be found.
    """
    return hashlib.sha256(str(record_id).encode()).hexdigest()


def chain_hash(
    previous: str,
    *,
    sequence: int,
    record_id: UUID,
    operation: str,
    at: str,
    digest: str,
) -> str:
    """Return the SHA-256 that chains a change to the one before it.

    `at` is the ISO text of the time in UTC, `digest` the `payload_digest`.
    """
    link = (str(sequence), record_digest(record_id), operation, at, digest)
    return link_hash(previous, link)


def link_hash(previous: str, link: tuple[str, ...]) -> str:
    """Return the hash of a link's parts, one per line behind the hash before it.

    They are sequence number, record's digest, operation, time and payload's digest.
    """
    return hashlib.sha256("\n".join((previous, *link)).encode()).hexdigest()
