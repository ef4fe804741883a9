"""The table of a record's life."""

from datetime import date

import pytest

from gongshi.domain.lifecycle import (
    MEANINGS,
    MOVES,
    Mover,
    Stage,
    State,
    allowed_from,
    can_move,
    describe,
    stage,
)


def test_reviewer_stands_between_check_and_publication() -> None:
    assert can_move(State.CHECKED, State.APPROVED)
    assert can_move(State.APPROVED, State.PUBLISHED)


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (State.RECEIVED, State.PUBLISHED),
        (State.CHECKED, State.PUBLISHED),
        (State.DRAFT, State.PUBLISHED),
        (State.RETURNED, State.PUBLISHED),
        (State.NOT_PUBLIC, State.PUBLISHED),
        (State.DEFERRED, State.PUBLISHED),
        (State.WITHDRAWN, State.PUBLISHED),
        (State.PUBLISHED, State.PUBLISHED),
        (State.PUBLISHED, State.RECEIVED),
    ],
)
def test_shortcut_is_not_allowed(origin: State, target: State) -> None:
    assert not can_move(origin, target)


def test_only_approved_records_come_to_publication() -> None:
    assert allowed_from(State.PUBLISHED) == (State.APPROVED,)


def test_published_record_is_taken_from_the_public_and_nothing_else() -> None:
    targets = {move.target for move in MOVES if move.origin is State.PUBLISHED}

    assert targets == {
        State.WITHDRAWN,
        State.ENDED,
        State.DEFERRED,
        State.NOT_PUBLIC,
    }


def test_every_state_can_be_reached_and_left() -> None:
    reached = {move.target for move in MOVES} | {State.DRAFT}
    left = {move.origin for move in MOVES}

    assert reached == set(State) == left == set(MEANINGS)


def test_move_stands_once_in_the_table_and_says_who_and_why() -> None:
    pairs = [(move.origin, move.target) for move in MOVES]

    assert len(pairs) == len(set(pairs))
    for move in MOVES:
        assert move.movers
        assert move.reason.endswith(".")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2016, 1, 10), Stage.LISTED),
        (date(2016, 1, 11), Stage.QUERY_ONLY),
        (date(2023, 1, 1), Stage.QUERY_ONLY),
        (date(2023, 1, 2), Stage.EXPIRED),
    ],
)
def test_stage_follows_from_the_dates(on: date, expected: Stage) -> None:
    shown = stage(on=on, listed_until=date(2016, 1, 10), display_until=date(2023, 1, 1))

    assert shown is expected


def test_long_term_record_does_not_expire() -> None:
    shown = stage(
        on=date(2150, 1, 1), listed_until=date(2016, 1, 10), display_until=None
    )

    assert shown is Stage.QUERY_ONLY


def test_description_names_every_state_mover_and_reason() -> None:
    page = describe()

    for word in (*State, *Stage, *Mover, *(move.reason for move in MOVES)):
        assert word in page
    for move in MOVES:
        assert f"    {move.origin} --> {move.target}" in page
