"""The check from outside names the first place where a feed was tampered with."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.domain.feed import (
    GENESIS,
    canonical,
    link_hash,
    payload_digest,
    record_digest,
)
from gongshi.domain.feed_check import (
    BrokenFeed,
    CannotReadFeed,
    Check,
    Comparison,
    Head,
    Link,
    read_head,
    read_link,
)

_ON = date(2016, 3, 1)


def _feed(*operations: tuple[int, str]) -> list[Link]:
    """Return a true chain of (record, operation) whose records are all on display."""
    links: list[Link] = []
    previous = GENESIS
    for sequence, (record, operation) in enumerate(operations, start=1):
        payload = canonical({"title": f"第{sequence}号", "display_until": "2020-01-01"})
        digest, at = payload_digest(payload), "2016-03-01T00:00:00+00:00"
        identity = UUID(int=record)
        parts = (str(sequence), record_digest(identity), operation, at, digest)
        previous = link_hash(previous, parts)
        links.append(
            Link(
                sequence=sequence,
                record=record_digest(identity),
                record_id=str(identity),
                operation=operation,
                at=at,
                digest=digest,
                hash=previous,
                payload=None if operation == "withdraw" else payload,
            )
        )
    return links


def _code(
    links: Sequence[Link],
    *known: Head,
    start: Head | None = None,
    is_whole: bool = False,
) -> tuple[str, int] | None:
    try:
        check = Check(start=start, known=known, is_whole=is_whole)
        list(check.follow(links))
        check.finish()
    except BrokenFeed as error:
        return error.code, error.sequence
    return None


def _head(link: Link) -> Head:
    return Head(sequence=link.sequence, hash=link.hash)


def test_true_chain_holds() -> None:
    links = _feed((1, "publish"), (2, "publish"), (1, "withdraw"))

    check = Check()
    list(check.follow(links))

    summary = check.finish()
    assert (summary.changes, summary.contents) == (3, 2)
    assert summary.head == _head(links[-1])


@pytest.mark.parametrize(
    ("tamper", "code", "sequence"),
    [
        (lambda f: f[:1] + f[2:], "missing-change", 2),
        (lambda f: [f[1], *f], "missing-change", 1),
        (lambda f: [f[0], replace(f[1], at="2016-03-02"), f[2]], "edited-change", 2),
        (lambda f: [f[0], replace(f[1], operation="mark"), f[2]], "edited-change", 2),
        (lambda f: [f[0], replace(f[1], record="0" * 64), f[2]], "edited-change", 2),
        (lambda f: [replace(f[0], payload="{}"), *f[1:]], "altered-record", 1),
        (
            lambda f: [f[0], replace(f[1], record_id=str(UUID(int=9))), f[2]],
            "other-record",
            2,
        ),
        (lambda f: [f[0], replace(f[1], record_id="no id"), f[2]], "other-record", 2),
    ],
    ids=[
        "gap",
        "doubled",
        "time",
        "operation",
        "record",
        "content",
        "other-id",
        "no-id",
    ],
)
def test_tampering_is_named_with_its_place(
    tamper: Callable[[list[Link]], list[Link]], code: str, sequence: int
) -> None:
    links = _feed((1, "publish"), (2, "publish"), (3, "publish"))

    assert _code(tamper(links)) == (code, sequence)


def test_chain_made_anew_is_found_by_the_head_seen_earlier() -> None:
    seen = _feed((1, "publish"), (2, "publish"))
    rewritten = _feed((1, "publish"), (3, "publish"), (2, "publish"))

    assert _code(rewritten) is None
    assert _code(rewritten, _head(seen[1])) == ("rewritten", 2)


def test_chain_cut_off_is_found_by_the_head_seen_earlier() -> None:
    seen = _feed((1, "publish"), (2, "publish"))

    assert _code(seen[:1], _head(seen[1])) == ("cut-off", 2)


def test_check_may_begin_behind_the_known_head() -> None:
    links = _feed((1, "publish"), (2, "publish"), (3, "publish"))
    known = _head(links[1])

    assert _code(links[2:], known, start=known) is None
    assert _code(links[2:], start=replace(known, hash="0" * 64)) == ("edited-change", 3)


def test_two_heads_that_contradict_each_other_are_found() -> None:
    (link,) = _feed((1, "publish"))
    head = _head(link)

    assert _code([link], head, head) is None
    assert _code([link], head, replace(head, hash="0" * 64)) == ("rewritten", 1)


@pytest.mark.parametrize("said", ["superseded", "removal", "unit", None, "x"])
def test_record_hidden_without_a_later_change_is_named(said: str | None) -> None:
    links = _feed((1, "publish"), (2, "publish"), (3, "publish"))
    hidden = [links[0], replace(links[1], payload=None, absent=said), links[2]]

    assert _code(hidden, is_whole=True) == ("hidden", 2)
    assert _code(hidden) is None  # of a part of the feed it cannot be said


@pytest.mark.parametrize("later", ["correct", "mark", "withdraw", "end"])
def test_record_that_a_later_change_overtook_is_not_missed(later: str) -> None:
    links = _feed((1, "publish"), (1, later))
    overtaken = [replace(links[0], payload=None, absent="superseded"), links[1]]
    if later in ("withdraw", "end"):
        overtaken[1] = replace(overtaken[1], payload=None, absent="removal")

    assert _code(overtaken, is_whole=True) is None


def test_what_is_taken_on_trust_is_counted() -> None:
    links = _feed((1, "publish"), (2, "publish"), (3, "publish"))
    said = ("natural-person", "display-ended")
    links[:2] = [
        replace(link, payload=None, absent=absent)
        for link, absent in zip(links[:2], said, strict=True)
    ]
    check = Check(is_whole=True)

    list(check.follow(links))

    summary = check.finish()
    assert (summary.contents, summary.persons, summary.ended) == (1, 1, 1)


@given(place=st.integers(0, 4), flipped=st.integers(0, 63))
def test_any_flipped_digit_of_any_hash_is_found(place: int, flipped: int) -> None:
    links = _feed(*((number, "publish") for number in range(1, 6)))
    old = links[place].hash
    digit = "0" if old[flipped] != "0" else "1"
    links[place] = replace(
        links[place], hash=old[:flipped] + digit + old[flipped + 1 :]
    )

    assert _code(links) == ("edited-change", place + 1)


def _compared(earlier: list[Link], now: list[Link]) -> tuple[str, int] | None:
    comparison = Comparison(earlier, on=_ON)
    try:
        for link in now:
            comparison.take(link)
        comparison.finish()
    except BrokenFeed as error:
        return error.code, error.sequence
    return None


def test_record_gone_without_a_withdrawal_is_named() -> None:
    links = _feed((1, "publish"), (2, "publish"))
    hidden = [links[0], replace(links[1], payload=None)]

    assert _compared(links, links) is None
    assert _compared(links, hidden) == ("removed", 2)


def test_record_withdrawn_corrected_or_ended_since_is_no_fault() -> None:
    now = _feed((1, "publish"), (2, "publish"), (1, "withdraw"), (2, "correct"))
    earlier = now[:2]
    overtaken = [replace(link, payload=None) for link in now[:2]] + now[2:]

    assert _compared(earlier, overtaken) is None


def test_record_whose_display_ended_is_no_fault() -> None:
    links = _feed((1, "publish"))
    hidden = [replace(links[0], payload=None)]
    comparison = Comparison(links, on=date(2020, 1, 2))

    comparison.take(hidden[0])
    comparison.finish()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"sequence": "1"}',
        "[" * 100_000,
        json.dumps(
            dict.fromkeys(
                ("sequence", "record", "operation", "at", "digest", "hash"), 1
            )
        ),
    ],
)
def test_line_that_is_no_change_is_refused(line: str) -> None:
    with pytest.raises(CannotReadFeed) as refused:
        read_link(line)

    assert refused.value.code == "not-a-change"


@pytest.mark.parametrize("text", ["", "7", "{}", '{"sequence": "1", "hash": 2}'])
def test_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(CannotReadFeed) as refused:
        read_head(text)

    assert refused.value.code == "not-a-head"


def test_saved_head_is_read_back() -> None:
    head = _head(_feed((1, "publish"))[0])

    assert read_head(head.as_json()) == head
