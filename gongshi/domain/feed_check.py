"""Proves, from what is public alone, that no published record was altered or removed.

Pure: links come as lines of JSON from wherever the caller reads them.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongshi.domain.feed import (
    GENESIS,
    REMOVALS,
    Operation,
    link_hash,
    payload_digest,
    record_digest,
)

_REMOVALS = frozenset(str(operation) for operation in REMOVALS)
_WITHOUT_CONTENT = _REMOVALS | {str(Operation.UNIT)}
_NATURAL, _ENDED = "natural-person", "display-ended"
_TAKEN_ON_TRUST = frozenset({_NATURAL, _ENDED})
_LONGEST_HEAD = 1000  # characters


class CannotReadFeed(Exception):
    """The text is no part of a change feed.

    Codes: `not-a-change` (a line is not one), `not-a-head` (the text is no saved head).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BrokenFeed(Exception):
    """The feed does not hold; `sequence` names the first change where it does not.

    Codes: `missing-change`, `edited-change`, `altered-record` (its content is not the
    one that the chain holds), `other-record` (its id is not), `rewritten` (the change
    is not the one seen earlier), `cut-off` (changes seen earlier, or stated by the
    source itself, are gone), `removed` (a record seen earlier is gone without a
    withdrawal), `hidden` (its content is not shown and no later change says why).
    """

    def __init__(self, code: str, sequence: int, record: str = "") -> None:
        super().__init__(f"{code} at change {sequence}")
        self.code = code
        self.sequence = sequence
        self.record = record


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Up to where the feed was seen, and the hash that says all of it."""

    sequence: int = 0
    hash: str = GENESIS

    def as_json(self) -> str:
        """Return the head as the text that `read_head` reads."""
        return json.dumps({"sequence": self.sequence, "hash": self.hash})


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One change as the public reads it.

    `record` is the digest of the record's id, which itself is there unless it leads
    to a natural person; `payload` is there for the version on display.
    """

    sequence: int
    record: str
    record_id: str | None
    operation: str
    at: str
    digest: str
    hash: str
    payload: str | None
    absent: str | None = None


def read_link(line: str) -> Link:
    """Return the link that a line of JSON holds.

    Raises:
        CannotReadFeed: `not-a-change`.
    """
    try:
        values = json.loads(line)
        link = Link(
            sequence=values["sequence"],
            record=values["record"],
            record_id=values.get("record_id"),
            operation=values["operation"],
            at=values["at"],
            digest=values["digest"],
            hash=values["hash"],
            payload=values.get("payload"),
            absent=values.get("absent"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CannotReadFeed("not-a-change", line[:80]) from error
    if not _is_typed(link):
        raise CannotReadFeed("not-a-change", line[:80])
    return link


def read_head(text: str) -> Head:
    """Return the head that was saved as JSON.

    Raises:
        CannotReadFeed: `not-a-head`.
    """
    try:
        values = json.loads(text[:_LONGEST_HEAD])
        head = Head(sequence=values["sequence"], hash=values["hash"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotReadFeed("not-a-head", text[:80]) from error
    if type(head.sequence) is not int or not _is_hash(str(head.hash)):
        raise CannotReadFeed("not-a-head", text[:80])
    return head


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was checked: how many changes, how many of them with their content.

    `persons` and `ended` count the changes without content of which the source says,
    and nothing here can prove, that they are of a natural person, and that the
    record's display has ended.
    """

    head: Head
    changes: int
    contents: int
    persons: int
    ended: int


class Check:
    """Follows the feed link by link; keeps what later comparisons need, no more.

    `known` are heads that the feed must lead through: seen earlier, or stated by the
    source before it was read. `is_whole` says that links are read up to the end of the
    feed: then what is not shown must be explained by a change that follows.
    """

    def __init__(
        self,
        *,
        start: Head | None = None,
        known: Sequence[Head] = (),
        is_whole: bool = False,
    ) -> None:
        self.head = start or Head()
        self._known = {head.sequence: head.hash for head in known}
        self._is_whole = is_whole
        self._changes = self._contents = 0
        self._claims: Counter[str] = Counter()
        self._unexplained: dict[str, int] = {}
        for head in known:
            if self._known[head.sequence] != head.hash:
                raise BrokenFeed("rewritten", head.sequence)
        self._compare(self.head)

    def follow(self, links: Iterable[Link]) -> Iterator[Link]:
        """Yield each link once it is checked.

        Raises:
            BrokenFeed: at the first that does not hold.
        """
        for link in links:
            self._take(link)
            yield link

    def finish(self) -> Summary:
        """Say what was checked.

        Raises:
            BrokenFeed: `cut-off`, where the feed ends before a known head; `hidden`.
        """
        if any(sequence > self.head.sequence for sequence in self._known):
            raise BrokenFeed("cut-off", self.head.sequence + 1)
        if self._is_whole and self._unexplained:
            record, sequence = min(self._unexplained.items(), key=lambda item: item[1])
            raise BrokenFeed("hidden", sequence, record)
        return Summary(
            head=self.head,
            changes=self._changes,
            contents=self._contents,
            persons=self._claims[_NATURAL],
            ended=self._claims[_ENDED],
        )

    def _take(self, link: Link) -> None:
        if link.sequence != self.head.sequence + 1:
            raise BrokenFeed("missing-change", self.head.sequence + 1)
        parts = (str(link.sequence), link.record, link.operation, link.at, link.digest)
        if link_hash(self.head.hash, parts) != link.hash:
            raise BrokenFeed("edited-change", link.sequence, link.record_id or "")
        _require_own_content(link)
        self.head = Head(sequence=link.sequence, hash=link.hash)
        self._compare(self.head)
        self._changes += 1
        self._note(link)

    def _note(self, link: Link) -> None:
        """Count what is shown and what is said of the rest; note what must follow."""
        self._unexplained.pop(link.record, None)
        if link.payload is not None:
            self._contents += 1
        elif link.operation in _WITHOUT_CONTENT:
            return
        elif link.absent in _TAKEN_ON_TRUST:
            self._claims[link.absent or ""] += 1
        else:
            # Superseded, as the source says: then a change of the record comes yet.
            self._unexplained[link.record] = link.sequence

    def _compare(self, head: Head) -> None:
        if self._known.get(head.sequence, head.hash) != head.hash:
            raise BrokenFeed("rewritten", head.sequence)


class Comparison:
    """Holds an earlier copy of the feed against the present one.

    Costs memory for what the earlier copy had on display: about 200 bytes a record.
    """

    def __init__(self, earlier: Iterable[Link], *, on: date) -> None:
        self._shown: dict[str, int] = {}
        self._links: dict[int, bytes] = {}
        for link in earlier:
            self._links[link.sequence] = bytes.fromhex(link.hash)
            if link.payload is not None and _is_displayed(link.payload, on):
                self._shown[link.record] = link.sequence

    def take(self, link: Link) -> None:
        """Compare a present link with the earlier one of its number.

        Raises:
            BrokenFeed: `rewritten`.
        """
        earlier = self._links.pop(link.sequence, None)
        if earlier is not None and earlier.hex() != link.hash:
            raise BrokenFeed("rewritten", link.sequence, link.record_id or "")
        if link.payload is not None or link.operation in _REMOVALS:
            self._shown.pop(link.record, None)

    def finish(self) -> None:
        """Require that all that was seen earlier is there, or properly withdrawn.

        Raises:
            BrokenFeed: `cut-off` or `removed`.
        """
        if self._links:
            raise BrokenFeed("cut-off", min(self._links))
        if self._shown:
            record, sequence = min(self._shown.items(), key=lambda item: item[1])
            raise BrokenFeed("removed", sequence, record)


def _require_own_content(link: Link) -> None:
    if link.record_id is not None:
        try:
            given = record_digest(UUID(link.record_id))
        except ValueError:
            given = ""
        if given != link.record:
            raise BrokenFeed("other-record", link.sequence, link.record_id)
    if link.payload is not None and payload_digest(link.payload) != link.digest:
        raise BrokenFeed("altered-record", link.sequence, link.record_id or "")


def _is_displayed(payload: str, on: date) -> bool:
    try:
        until = json.loads(payload)["display_until"]
        return until is None or date.fromisoformat(until) >= on
    except (ValueError, KeyError, TypeError):
        return True  # what cannot be read must not be an excuse for its removal


def _is_typed(link: Link) -> bool:
    texts = (link.record, link.operation, link.at, link.digest, link.hash)
    optional = (link.record_id, link.payload, link.absent)
    return (
        type(link.sequence) is int
        and all(isinstance(text, str) for text in texts)
        and all(text is None or isinstance(text, str) for text in optional)
        and _is_hash(link.hash)
    )


def _is_hash(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2 and all(
        character in "0123456789abcdef" for character in text
    )
