"""A record's life: its states, the moves between them and who may make them.

One table; the database's constraints, the actions and docs/lifecycle.md follow it.
A move is carried out as a conditional update on the state that it starts from.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongshi.domain.messages import noop


class State(StrEnum):
    """Where a record stands."""

    DRAFT = "draft"  # 草稿
    RECEIVED = "received"  # 已接收
    CHECKED = "checked"  # 校验通过
    RETURNED = "returned"  # 已退回
    APPROVED = "approved"  # 审核通过
    PUBLISHED = "published"  # 已公示
    DEFERRED = "deferred"  # 暂缓公开
    NOT_PUBLIC = "not_public"  # 不公开
    WITHDRAWN = "withdrawn"  # 已撤回
    ENDED = "ended"  # 提前终止公示（信用修复）


class Stage(StrEnum):
    """How a published record is shown on a day; it follows from its dates."""

    LISTED = "listed"  # 主动列表
    QUERY_ONLY = "query_only"  # 查询式
    EXPIRED = "expired"  # 到期


class Mover(StrEnum):
    """Who makes a move; each is a role, a permission or the platform itself."""

    UNIT = "unit"  # 报送单位
    PLATFORM = "platform"  # 平台
    REVIEWER = "reviewer"  # 审核人: never the one who entered it
    CENTRE = "centre"  # 市信息中心
    CREDIT_OFFICE = "credit_office"  # 信用办


class Mark(StrEnum):
    """What is noted on a published record without moving it."""

    CORRECTED = "corrected"  # 更正
    DISPUTED = "disputed"  # 异议
    SETTLED = "settled"  # 异议办结
    REVOKED = "revoked"  # 撤销
    OTHER = "other"  # 其他


@dataclass(frozen=True, kw_only=True)
class Move:
    """One allowed step: from where, to where, by whom, why."""

    origin: State
    target: State
    movers: tuple[Mover, ...]
    reason: str


NAMES: dict[State, str] = {
    State.DRAFT: noop("Draft"),
    State.RECEIVED: noop("Received"),
    State.CHECKED: noop("Waits for review"),
    State.RETURNED: noop("Returned"),
    State.APPROVED: noop("Approved"),
    State.PUBLISHED: noop("Public"),
    State.DEFERRED: noop("Deferred"),
    State.NOT_PUBLIC: noop("Not public"),
    State.WITHDRAWN: noop("Withdrawn"),
    State.ENDED: noop("Display ended early"),
}

MEANINGS: dict[State, str] = {
    State.DRAFT: noop("Entered in a form and not yet handed in."),
    State.RECEIVED: noop("Stored as received; the rules have not judged it yet."),
    State.CHECKED: noop("The rules found no error; it waits for a decision."),
    State.RETURNED: noop(
        "Sent back to its unit, which corrects it and sends it again."
    ),
    State.APPROVED: noop("A reviewer answers for it; it waits for publication."),
    State.PUBLISHED: noop(
        "Public: in the list, then for queries, until its period ends."
    ),
    State.DEFERRED: noop("Held back for a time, for a reason that will pass."),
    State.NOT_PUBLIC: noop("Collected and reported, never shown to the public."),
    State.WITHDRAWN: noop("Taken back; its page keeps the reason and nothing else."),
    State.ENDED: noop("Its publication ended early, as after a credit repair."),
}

_MARK_MEANINGS: dict[Mark, str] = {
    Mark.CORRECTED: noop("A new version replaces the values; the first dates remain."),
    Mark.DISPUTED: noop("Somebody objects; the page says so while it is looked into."),
    Mark.SETTLED: noop("The objection is decided; the note is taken off."),
    Mark.REVOKED: noop("The decision was revoked; a penalty must be withdrawn soon."),
    Mark.OTHER: noop("Its state changed in another way, which the note tells."),
}

_STAGE_MEANINGS: dict[Stage, str] = {
    Stage.LISTED: noop(
        "From the day of publication, for the days of the rolling list."
    ),
    Stage.QUERY_ONLY: noop("After the list, until the period of display ends."),
    Stage.EXPIRED: noop("After the period of display; no longer shown."),
}

_CORRECTED = noop("The unit sends it again with other content.")


def _moves(
    origin: State, *steps: tuple[State, tuple[Mover, ...], str]
) -> tuple[Move, ...]:
    return tuple(
        Move(origin=origin, target=target, movers=movers, reason=reason)
        for target, movers, reason in steps
    )


_WAITS = noop("Publication must wait, for a stated reason, until a stated day.")
_KEPT = noop("The law keeps it from the public.")
_REPLACED = noop("It was entered wrongly; another record takes its place.")
_REVOKED = noop("The decision was revoked, or should not have been published.")

MOVES: tuple[Move, ...] = (
    *_moves(
        State.DRAFT,
        (State.RECEIVED, (Mover.UNIT,), noop("The unit hands the form in.")),
    ),
    *_moves(
        State.RECEIVED,
        (State.CHECKED, (Mover.PLATFORM,), noop("The rules find no error.")),
        (State.RETURNED, (Mover.PLATFORM,), noop("The rules find an error.")),
        (
            State.NOT_PUBLIC,
            (Mover.PLATFORM,),
            noop("Simple procedure, a minor, or for sharing or enquiry only."),
        ),
    ),
    *_moves(
        State.CHECKED,
        (
            State.APPROVED,
            (Mover.REVIEWER,),
            noop("Somebody other than the enterer answers for it, secrecy checked."),
        ),
        (State.RETURNED, (Mover.REVIEWER,), noop("The reviewer sends it back.")),
        (State.DEFERRED, (Mover.REVIEWER,), _WAITS),
        (
            State.NOT_PUBLIC,
            (Mover.REVIEWER, Mover.PLATFORM, Mover.UNIT),
            noop("The law keeps it from the public, or another record replaces it."),
        ),
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
    ),
    *_moves(
        State.RETURNED,
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
        (
            State.CHECKED,
            (Mover.UNIT,),
            noop("The unit hands it in again as it was, with an answer."),
        ),
        (State.NOT_PUBLIC, (Mover.UNIT,), _REPLACED),
    ),
    *_moves(
        State.APPROVED,
        (
            State.PUBLISHED,
            (Mover.PLATFORM,),
            noop("It is published, right after the approval."),
        ),
        (State.RETURNED, (Mover.REVIEWER,), noop("The approval is taken back.")),
        (State.DEFERRED, (Mover.REVIEWER,), _WAITS),
        (State.NOT_PUBLIC, (Mover.REVIEWER,), _KEPT),
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
    ),
    *_moves(
        State.DEFERRED,
        (State.APPROVED, (Mover.REVIEWER,), noop("The reason to wait has passed.")),
        (State.NOT_PUBLIC, (Mover.REVIEWER,), _KEPT),
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
    ),
    *_moves(
        State.NOT_PUBLIC,
        (State.CHECKED, (Mover.REVIEWER,), noop("It was kept back by mistake.")),
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
    ),
    *_moves(
        State.PUBLISHED,
        (State.WITHDRAWN, (Mover.REVIEWER, Mover.CENTRE), _REVOKED),
        (State.DEFERRED, (Mover.REVIEWER,), _WAITS),
        (State.NOT_PUBLIC, (Mover.REVIEWER,), _KEPT),
        (
            State.ENDED,
            (Mover.CREDIT_OFFICE, Mover.CENTRE),
            noop("A credit repair was granted, or the law ends the period early."),
        ),
    ),
    *_moves(
        State.ENDED,
        (
            State.WITHDRAWN,
            (Mover.REVIEWER, Mover.CENTRE),
            noop("The decision was revoked after its publication had ended."),
        ),
        (
            State.APPROVED,
            (Mover.CREDIT_OFFICE, Mover.CENTRE),
            noop(
                "The repair was revoked, or the end was a mistake; it is shown again."
            ),
        ),
    ),
    *_moves(
        State.WITHDRAWN,
        (State.CHECKED, (Mover.REVIEWER,), noop("It was withdrawn by mistake.")),
        (State.RECEIVED, (Mover.UNIT,), _CORRECTED),
    ),
)

_ALLOWED = frozenset((move.origin, move.target) for move in MOVES)


def can_move(origin: State, target: State) -> bool:
    """Whether the table has a move from one state to another."""
    return (origin, target) in _ALLOWED


def allowed_from(target: State) -> tuple[State, ...]:
    """Return the states from which a record may come into a state."""
    return tuple(state for state in State if can_move(state, target))


def stage(*, on: date, listed_until: date, display_until: date | None) -> Stage:
    """Return how a published record is shown on a day (Asia/Shanghai).

    Both ends are inclusive; no `display_until` means long-term.
    """
    if on <= listed_until:
        return Stage.LISTED
    if display_until is None or on <= display_until:
        return Stage.QUERY_ONLY
    return Stage.EXPIRED


def describe() -> str:
    """Return the whole life as Markdown, for docs/lifecycle.md."""
    return "\n".join(
        [
            "# A record's life",
            "",
            *_diagram(),
            "",
            "## States",
            "",
            *_table(("State", "Meaning"), list(MEANINGS.items())),
            "",
            "## Moves",
            "",
            *_table(
                ("From", "To", "By", "When"),
                [
                    (move.origin, move.target, ", ".join(move.movers), move.reason)
                    for move in MOVES
                ],
            ),
            "",
            "## Noted on a published record, which stays published",
            "",
            *_table(("Mark", "Meaning"), list(_MARK_MEANINGS.items())),
            "",
            "## Shown by date",
            "",
            *_table(("Stage", "Meaning"), list(_STAGE_MEANINGS.items())),
            "",
        ]
    )


def _diagram() -> list[str]:
    arrows = [f"    {move.origin} --> {move.target}" for move in MOVES]
    return ["```mermaid", "stateDiagram-v2", *arrows, "```"]


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [header, tuple("---" for _ in header), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
