"""What the buttons of a record's page do, each one call of an action."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.utils.translation import gettext

from gongshi.audit.actors import Actor
from gongshi.domain.lifecycle import Mark, State
from gongshi.publication import actions, actions_life
from gongshi.records import choosing
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review import actions as review
from gongshi.review.actions import CannotReview, Comment, Hold
from gongshi.review.record_page import form_of

_COMMENT = "comment-"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What somebody sent from a record's page, who and when."""

    values: QueryDict
    by: Actor
    at: datetime

    @property
    def secrecy_checked(self) -> bool:
        """Whether the secrecy check was ticked."""
        return "secrecy_checked" in self.values

    def text(self, name: str) -> str:
        """Return a value without the spaces around it."""
        return self.values.get(name, "").strip()

    def day(self, name: str) -> date | None:
        """Return a day, None where none was given."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            return None

    @property
    def hold(self) -> Hold:
        """The reason for holding a record back."""
        return Hold(
            code=self.text("reason_code"),
            reason=self.text("reason"),
            until=self.day("until"),
        )


def require_seen(record: Record, posted: Posted) -> None:
    """Refuse what was decided on another version than the one that stands."""
    if posted.text("version") != str(record.version):
        raise CannotReview("moved")


def approve(record: Record, posted: Posted) -> str:
    """Approve it and publish it right after."""
    by, at = posted.by, posted.at
    review.approve_record(record, by=by, at=at, secrecy_checked=posted.secrecy_checked)
    actions.publish_record(record, by=by, at=at)
    return gettext("Approved and published.")


def release(record: Record, posted: Posted) -> str:
    """Approve it after its deferral and publish it right after."""
    by, at = posted.by, posted.at
    review.release(record, by=by, at=at, secrecy_checked=posted.secrecy_checked)
    actions.publish_record(record, by=by, at=at)
    return gettext("Approved and published.")


def give_back(record: Record, posted: Posted) -> str:
    """Return it with comments."""
    # Of what its form does not have nobody could read a comment.
    names = ("", *form_of(record).by_name)
    comments = [
        Comment(field=name, text=posted.text(f"{_COMMENT}{name}")) for name in names
    ]
    review.return_record(record, comments=comments, by=posted.by, at=posted.at)
    return gettext("Returned; who entered it reads your comments.")


def resubmit(record: Record, posted: Posted) -> str:
    """Hand it in again with an answer."""
    review.resubmit(record, answer=posted.text("answer"), by=posted.by, at=posted.at)
    return gettext("Handed in again; it waits for review.")


def choose_item(record: Record, posted: Posted) -> str:
    """Say on which catalogue item it was decided."""
    choosing.choose_item(record, posted.text("item"), by=posted.by, at=posted.at)
    return gettext("The record is bound to the catalogue item.")


def reopen(record: Record, posted: Posted) -> str:
    """Bring it back to review."""
    review.reopen(record, reason=posted.text("reason"), by=posted.by, at=posted.at)
    return gettext("It waits for review again.")


def defer(record: Record, posted: Posted) -> str:
    """Let it wait, or take it from the public for a time."""
    is_public = record.state == State.PUBLISHED
    hold = actions.defer if is_public else review.defer_unpublished
    hold(record, hold=posted.hold, by=posted.by, at=posted.at)
    return gettext("Deferred. It comes back to the to-do page when the time is over.")


def keep_private(record: Record, posted: Posted) -> str:
    """Keep it, or take it, from the public for good."""
    is_public = record.state == State.PUBLISHED
    hold = actions.keep_private if is_public else review.keep_unpublished_private
    hold(record, hold=posted.hold, by=posted.by, at=posted.at)
    return gettext("It is kept from the public.")


def withdraw(record: Record, posted: Posted) -> str:
    """Take it back from the public."""
    actions.withdraw(
        record,
        reason_code=posted.text("reason_code"),
        reason=posted.text("reason"),
        by=posted.by,
        at=posted.at,
    )
    return gettext("Withdrawn. The public page shows the reason alone.")


def end_early(record: Record, posted: Posted) -> str:
    """End its display."""
    actions.end_early(
        record,
        reason_code=posted.text("reason_code"),
        reason=posted.text("reason"),
        by=posted.by,
        at=posted.at,
    )
    return gettext("Its display has ended.")


def resume(record: Record, posted: Posted) -> str:
    """Show it again."""
    actions.resume(record, reason=posted.text("reason"), by=posted.by, at=posted.at)
    return gettext("It is shown again, for what is left of its period.")


def mark(record: Record, posted: Posted) -> str:
    """Note an objection or a change of state."""
    kind, on = _kind(posted), posted.day("on")
    if kind is None or on is None:
        raise actions_life.CannotMark("no-reason")
    reason = posted.text("reason")
    actions_life.mark(record, kind, on=on, reason=reason, by=posted.by, at=posted.at)
    return gettext("Noted; the public page says so.")


def settle(record: Record, posted: Posted) -> str:
    """Settle an objection."""
    actions_life.settle(
        record, outcome=posted.text("outcome"), by=posted.by, at=posted.at
    )
    return gettext("The objection is settled.")


def unmark(record: Record, posted: Posted) -> str:
    """Take back a change of state that was noted by mistake."""
    kind = _kind(posted)
    if kind is None:
        raise actions_life.CannotMark("not-marked")
    reason, by, at = posted.text("reason"), posted.by, posted.at
    actions_life.take_mark_back(record, kind, reason=reason, by=by, at=at)
    return gettext("Taken back; the public page no longer says so.")


def _kind(posted: Posted) -> Mark | None:
    kinds: Mapping[str, Mark] = {str(mark): mark for mark in Mark}
    return kinds.get(posted.text("mark"))


def correct(correction: ProposedCorrection, posted: Posted) -> str:
    """Take a correction over."""
    actions_life.correct(
        correction,
        by=posted.by,
        at=posted.at,
        secrecy_checked=posted.secrecy_checked,
    )
    return gettext("The correction is taken over.")


def refuse(correction: ProposedCorrection, posted: Posted) -> str:
    """Refuse a correction."""
    actions_life.refuse_correction(
        correction, reason=posted.text("reason"), by=posted.by, at=posted.at
    )
    return gettext("The correction is refused.")
