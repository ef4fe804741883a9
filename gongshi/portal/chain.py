"""The links of the feed that the public store keeps, for anybody to check."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connections

from gongshi.domain.feed import PublicChange
from gongshi.portal.bulk import insert_rows
from gongshi.portal.store import STORE


class Link(NamedTuple):
    """A change without its payload: what everybody may know, whatever became of it."""

    sequence: int
    record_id: str
    operation: str
    at: datetime
    digest: str
    hash: str


def links_of(changes: Sequence[PublicChange]) -> list[Link]:
    """Return the links of the changes as the store keeps them."""
    return [
        Link(
            change.sequence,
            change.record_id.hex,
            str(change.operation),
            change.at,
            change.digest,
            change.hash,
        )
        for change in changes
    ]


def note_links(links: Sequence[Link]) -> None:
    """Keep the links of changes, part of the transaction that applies them."""
    insert_rows(connections[STORE], "published_change", Link._fields, links)
