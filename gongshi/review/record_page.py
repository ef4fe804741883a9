"""What a record's page shows: fields, comments, versions, history, what can be done."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext

from gongshi.accounts.access import can
from gongshi.accounts.models import User
from gongshi.accounts.permissions import Permission
from gongshi.audit.presenting import ShownEvent, shown_history
from gongshi.catalogue.models import CatalogueItem
from gongshi.domain.lifecycle import Mark, State
from gongshi.domain.standards import (
    CannotFindForm,
    Field,
    FieldType,
    Form,
    Kind,
    Person,
    code_list,
    form,
    grouped,
)
from gongshi.intake.models import Batch
from gongshi.records.choosing import items_to_choose, names_item
from gongshi.records.models import (
    CorrectionState,
    ProposedCorrection,
    Record,
    RecordMark,
    RecordVersion,
)
from gongshi.review.actions import is_kept_by_people
from gongshi.review.models import ReviewComment
from gongshi.review.reasons import EndReason, HoldReason, WithdrawalReason
from gongshi.review.wording import MARKS, NOT_PUBLIC
from gongshi.validation.queries import ShownFinding, findings_of_row, unconfirmed


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field with its value and what was said of it."""

    field: Field
    value: str
    comments: Sequence[ReviewComment]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that belong together."""

    name: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One version beside the one after it."""

    version: RecordVersion
    differences: Sequence[Difference]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposed correction beside what the record says; who may decide."""

    correction: ProposedCorrection
    differences: Sequence[Difference]
    is_own: bool


# A record that can be sent again with other content.
EDITABLE = (State.RETURNED, State.CHECKED, State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True)
class RecordPage:
    """A record as its page shows it to one person.

    A fixed number of queries: comments, marks, versions, corrections, findings,
    batch, history.
    """

    record: Record
    user: User

    @cached_property
    def form(self) -> Form:
        """The form of its edition."""
        return form_of(self.record)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What the office may read, by field."""
        values: Mapping[str, str] = json.loads(self.record.content)
        return values

    @cached_property
    def groups(self) -> Sequence[Group]:
        """All fields with a value or a comment, grouped."""
        lines = [
            Line(
                field=field,
                value=_shown(field, self.values.get(field.name, "")),
                comments=self._by_field.get(field.name, ()),
            )
            for field in self.form.fields
        ]
        filled = [line for line in lines if line.value or line.comments]
        return [
            Group(name=group.name, title=gettext(group.title), lines=held)
            for group, held in grouped(filled, lambda line: line.field)
        ]

    @property
    def fields(self) -> Sequence[Field]:
        """The fields on which a reviewer may comment."""
        return self.form.fields

    @cached_property
    def _comments(self) -> Sequence[ReviewComment]:
        return list(self.record.comments.order_by("pk"))

    @cached_property
    def _by_field(self) -> Mapping[str, Sequence[ReviewComment]]:
        found: dict[str, list[ReviewComment]] = {}
        for comment in self._comments:
            if comment.version == self.record.version:
                found.setdefault(comment.field, []).append(comment)
        return found

    @property
    def general_comments(self) -> Sequence[ReviewComment]:
        """What was said of this version as a whole."""
        return self._by_field.get("", ())

    @cached_property
    def marks(self) -> Sequence[RecordMark]:
        """Objections and changes of state, newest first."""
        return list(self.record.marks.order_by("-pk"))

    @property
    def mark_names(self) -> Mapping[Mark, Promise]:
        """The marks that can be noted, in words."""
        return MARKS

    @cached_property
    def versions(self) -> Sequence[Compared]:
        """Earlier versions, newest first, each beside the one after it."""
        earlier = list(self.record.versions.order_by("version"))
        texts = [version.content for version in earlier] + [self.record.content]
        compared = [
            Compared(
                version=version,
                differences=self._differences(version.content, texts[place + 1]),
            )
            for place, version in enumerate(earlier)
        ]
        return compared[::-1]

    @cached_property
    def proposals(self) -> Sequence[Proposal]:
        """Corrections that wait for a decision, oldest first."""
        proposed = self.record.proposed_corrections.filter(state=CorrectionState.OPEN)
        return [
            Proposal(
                correction=correction,
                differences=self._differences(self.record.content, correction.content),
                is_own=correction.entered_by == self.user.username,
            )
            for correction in proposed.order_by("received_at", "pk")
        ]

    @cached_property
    def batch(self) -> Batch | None:
        """The batch that brought this version."""
        return Batch.objects.filter(pk=self.record.batch_id).first()

    @cached_property
    def findings(self) -> Sequence[ShownFinding]:
        """What the rules noted on its row."""
        record = self.record
        return findings_of_row(record.batch_id, record.sheet, record.row_number)

    @cached_property
    def unconfirmed(self) -> bool:
        """Whether a warning of its row still needs somebody's confirmation."""
        return bool(self.batch and self.batch.to_confirm and unconfirmed(self.record))

    @cached_property
    def history(self) -> Sequence[ShownEvent]:
        """What happened to it and to the batch that brought it, newest first."""
        more = [("batch", str(self.record.batch_id))]
        return shown_history("record", str(self.record.pk), more=more)

    @property
    def not_public_because(self) -> str | Promise:
        """Why it stays inside, in words."""
        code = self.record.not_public_reason
        return NOT_PUBLIC.get(code, code)

    @property
    def is_own(self) -> bool:
        """Whether the reader entered it, and so may not review it."""
        return self.record.entered_by == self.user.username

    def _may(self, permission: Permission, *states: State) -> bool:
        allowed = can(self.user, permission, self.record.unit)
        return allowed and self.record.state in states

    @property
    def waits_for_reader(self) -> bool:
        """Whether the reader may approve or return it."""
        return not self.is_own and self._may(Permission.RECORD_REVIEW, State.CHECKED)

    @property
    def can_return(self) -> bool:
        """Whether the reader may send it back."""
        states = (State.CHECKED, State.APPROVED)
        return not self.is_own and self._may(Permission.RECORD_REVIEW, *states)

    @property
    def can_release(self) -> bool:
        """Whether the reader may approve it after its deferral."""
        return not self.is_own and self._may(Permission.RECORD_REVIEW, State.DEFERRED)

    @property
    def can_reopen(self) -> bool:
        """Whether the reader may bring it back to review."""
        states = (State.NOT_PUBLIC, State.WITHDRAWN)
        may = self._may(Permission.RECORD_REVIEW, *states)
        return may and is_kept_by_people(self.record) and not self.is_own

    @property
    def can_resubmit(self) -> bool:
        """Whether the reader may hand it in again."""
        return self._may(Permission.RECORD_ENTER, State.RETURNED)

    @property
    def can_edit(self) -> bool:
        """Whether the reader may correct it in its form."""
        return self._may(Permission.RECORD_ENTER, *EDITABLE)

    @cached_property
    def items_to_choose(self) -> Sequence[CatalogueItem]:
        """The items to which the reader may bind it: its row names none."""
        may = self._may(Permission.RECORD_ENTER, State.CHECKED)
        return (
            items_to_choose(self.record) if may and not names_item(self.record) else ()
        )

    @property
    def can_hold(self) -> bool:
        """Whether the reader may defer it or keep it from the public."""
        states = (State.CHECKED, State.APPROVED, State.PUBLISHED)
        return not self.is_own and self._may(Permission.RECORD_HOLD, *states)

    @property
    def can_withdraw(self) -> bool:
        """Whether the reader may take it back."""
        states = (State.PUBLISHED, State.ENDED)
        return self._may(Permission.RECORD_WITHDRAW, *states)

    @property
    def can_mark(self) -> bool:
        """Whether the reader may note an objection or a change of state."""
        return self._may(Permission.RECORD_MARK, State.PUBLISHED)

    @property
    def can_settle(self) -> bool:
        """Whether an objection is open that the reader may settle."""
        return self.can_mark and self.record.disputed_on is not None

    @property
    def marks_to_take_back(self) -> Sequence[RecordMark]:
        """Changes of state that stand and that the reader may take back."""
        if not self.can_mark:
            return ()
        kinds = (Mark.REVOKED, Mark.OTHER)
        return [m for m in self.marks if m.kind in kinds and m.settled_at is None]

    @property
    def can_end(self) -> bool:
        """Whether the reader may end its display early."""
        return self._may(Permission.RECORD_END, State.PUBLISHED)

    @property
    def can_resume(self) -> bool:
        """Whether the reader may show it again after its early end."""
        return self._may(Permission.RECORD_END, State.ENDED)

    @property
    def can_decide(self) -> bool:
        """Whether the reader may decide on corrections."""
        return can(self.user, Permission.RECORD_REVIEW, self.record.unit)

    @property
    def can_do_anything(self) -> bool:
        """Whether the page has a single button for the reader."""
        return any(
            (
                self.can_return,
                self.can_release,
                self.can_reopen,
                self.can_resubmit,
                self.can_edit,
                self.can_hold,
                self.can_withdraw,
                self.can_mark,
                self.can_end,
                self.can_resume,
            )
        )

    @property
    def hold_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        """Why a decision may wait, or stay inside."""
        return HoldReason.choices

    @property
    def withdrawal_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        """Why a decision may be taken back."""
        return WithdrawalReason.choices

    @property
    def end_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        """Why its display may end early."""
        return EndReason.choices

    def _differences(self, before: str, after: str) -> Sequence[Difference]:
        return list(_compare(self.form, json.loads(before), json.loads(after)))


def _compare(
    wanted: Form, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Difference]:
    for field in wanted.fields:
        old, new = before.get(field.name, ""), after.get(field.name, "")
        if old != new:
            yield Difference(
                label=field.label, before=_shown(field, old), after=_shown(field, new)
            )


def changes_since(record: Record, version: str) -> Sequence[Difference]:
    """Return how a record differs from an earlier version of it, if there was one."""
    versions = record.versions.order_by("version")
    earlier = next((each for each in versions if str(each.version) == version), None)
    if earlier is None:
        return ()
    before, after = json.loads(earlier.content), json.loads(record.content)
    return list(_compare(form_of(record), before, after))


def form_of(record: Record) -> Form:
    """Return the form in which the record was sent."""
    return _form(record.edition, record.kind, record.person)


def _form(edition: str, kind: str, person: str) -> Form:
    try:
        return form(edition, Kind(kind), Person.ANY)
    except CannotFindForm:
        return form(edition, Kind(kind), Person(person))


def _shown(field: Field, value: str) -> str:
    if field.code_list is None or not value:
        return value
    labels = {entry.code: entry.label for entry in code_list(field.code_list)}
    codes = value.split(";") if field.type is FieldType.CHOICES else [value]
    return "；".join(labels.get(code, code) for code in codes)
