"""The desk on which a record is entered or corrected, and the page that shows it."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit, User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting
from gongshi.domain.findings import Severity
from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Form, Person
from gongshi.intake.models import Batch, BatchState
from gongshi.records.models import Record
from gongshi.validation.actions import Clock
from gongshi.validation.actions_batches import LONGEST_REASON
from gongshi.validation.actions_entry import Entry, hand_in
from gongshi.validation.editions import form_name
from gongshi.validation.entry_form import (
    Annotations,
    EntryField,
    Said,
    codes_to_confirm,
    entered_fields,
    entry_field,
    groups_of,
)
from gongshi.validation.lookups import items_of
from gongshi.validation.tasks import check_batch

NOT_SAVED: Mapping[str, Promise] = {
    "too-many": _("Not saved: you have 200 drafts. Delete some of them."),
    "not-yours": _("Not saved: this draft belongs to somebody else. Reload the page."),
}


@dataclass(frozen=True, kw_only=True)
class Editing:
    """A record that is corrected on the desk: where to, what reviewers said of it.

    `kept` are the fields whose values are withheld; left empty, they stay. `moved`
    is what has changed since the form was opened, None where nothing has: field,
    before and after of each.
    """

    record: Record
    comments: Mapping[str, Sequence[str]]
    kept: frozenset[str]
    addresses: Mapping[str, str]
    moved: Sequence[tuple[str, str, str]] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether somebody answers for the record already."""
        return self.record.state in (State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True, kw_only=True)
class Other:
    """That what is typed names another decision: field, before and after of each.

    `is_meant` says that the person has confirmed it.
    """

    changes: Sequence[tuple[str, str, str]]
    is_meant: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the rules say of a form that was handed in, and what was answered.

    `reasons` are by the rules that want one, empty where it is still wanted.
    """

    said: Mapping[str, Sequence[Said]]
    reasons: Mapping[str, str]
    other: Other | None = None

    @property
    def is_good(self) -> bool:
        """Whether the form can be taken: nothing wrong, nothing left to answer."""
        wrong = any(
            each.severity == Severity.ERROR
            for found in self.said.values()
            for each in found
        )
        is_settled = self.other is None or self.other.is_meant
        is_told = all(0 < len(text) <= LONGEST_REASON for text in self.reasons.values())
        return not wrong and is_told and is_settled


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What is on somebody's desk: which form, for which unit, under which id.

    `is_whole` says that all findings are shown, those on empty fields too. `withheld`
    are values of the draft that are not shown again; left empty, they stay.
    """

    form: Form
    person: Person | None
    unit: Unit
    key: uuid.UUID
    is_whole: bool = False
    editing: Editing | None = None
    withheld: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def whole(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return what was typed, with what stays unseen."""
        return {**self.withheld, **values}

    def beside(self, said: Mapping[str, Sequence[Said]]) -> Annotations:
        """Return what stands beside the fields, with these findings."""
        if self.editing is None:
            return Annotations(said=said, comments={}, kept=frozenset(self.withheld))
        comments, kept = self.editing.comments, self.editing.kept
        return Annotations(said=said, comments=comments, kept=kept)


def said_page(
    request: HttpRequest,
    desk: Desk,
    values: Mapping[str, str],
    said: Mapping[str, Sequence[Said]],
    other: Other | None = None,
) -> HttpResponse:
    """Give what is said of each field, to be put beside it."""
    beside = desk.beside(said)
    fields = [entry_field(f, values, beside) for f in entered_fields(desk.form)]
    context = {"fields": fields, "desk": desk, "other": other}
    return render(request, "office/_entry_said.html", context)


def hand_over(request: HttpRequest, desk: Desk, entry: Entry, *, clock: Clock) -> Batch:
    """Hand in what was typed; the worker checks it where that must wait."""
    assert isinstance(request.user, User)
    by = acting(request, Permission.RECORD_ENTER, unit=desk.unit)
    batch = hand_in(entry, unit=desk.unit, owner=request.user, by=by, clock=clock)
    if batch.state == BatchState.RECEIVED:
        check_batch.enqueue(str(batch.pk))
    return batch


def reasons_given(
    request: HttpRequest, said: Mapping[str, Sequence[Said]]
) -> dict[str, str]:
    """Return the reasons that were written, empty where one is still wanted.

    Also those that are too long, for the page to say so.
    """
    codes = codes_to_confirm(said.values())
    given = {code: request.POST.get(f"reason.{code}", "") for code in codes}
    return {code: " ".join(reason.split()) for code, reason in given.items()}


def entry_page(
    request: HttpRequest,
    desk: Desk,
    values: Mapping[str, str],
    verdict: Verdict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the form with these values; with a verdict, why it is not taken yet."""
    said = verdict.said if verdict else {}
    groups = groups_of(desk.form, values, desk.beside(said))
    fields = [field for group in groups for field in group.fields]
    context = {
        "desk": desk,
        "title": form_name(desk.form),
        "groups": groups,
        "fields": fields,
        "wrong": [field for field in fields if field.is_wrong],
        "said_of_row": said.get("", ()),
        "is_whole": verdict is not None,
        "other": verdict.other if verdict else None,
        "to_confirm": _to_confirm(fields, verdict.reasons if verdict else {}),
        "items": items_of(desk.unit, desk.form, timezone.localdate()),
        "item_code": values.get("item_code", ""),
        "addresses": desk.editing.addresses if desk.editing else _addresses(desk),
    }
    status = 422 if verdict else status
    return render(request, "office/entry.html", context, status=status)


def _to_confirm(
    fields: Sequence[EntryField], reasons: Mapping[str, str]
) -> list[tuple[str, Said, str]]:
    said = {each.code: each for field in fields for each in field.said}
    return [(code, said[code], text) for code, text in reasons.items() if code in said]


def _addresses(desk: Desk) -> dict[str, str]:
    end = "-natural" if desk.person is Person.NATURAL else ""
    arguments = [desk.form.edition, str(desk.form.kind)]
    return {
        name: reverse(f"validation:entry{part}{end}", args=arguments)
        for name, part in (
            ("form", ""),
            ("check", "-check"),
            ("fill", "-fill"),
            ("draft", "-draft"),
        )
    }
