"""Drafts as they are listed: what is known of each, and until when it is due."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
from django.urls import reverse

from gongshi.accounts.models import Unit
from gongshi.catalogue.queries import bind_items
from gongshi.domain.rules.values import parse_dates
from gongshi.domain.standards import Person
from gongshi.intake.actions_drafts import draft_values
from gongshi.intake.models import Draft
from gongshi.records.preparation import deadlines
from gongshi.records.sealing import CannotUnseal

_READ = ("item_code", "item_name", "decision_date")


@dataclass(frozen=True, kw_only=True)
class ShownDraft:
    """A draft in a list; `values` is None where it does not open.

    `is_dated` says that it holds a day of decision; `publish_by` is None also where
    the holidays after that day are not announced yet.
    """

    draft: Draft
    values: Mapping[str, str] | None
    is_dated: bool
    publish_by: date | None

    @property
    def opens(self) -> bool:
        """Whether its key is at hand."""
        return self.values is not None

    @property
    def kind(self) -> str:
        """Licence or penalty."""
        return self.draft.form.split("/")[1]

    @property
    def address(self) -> str:
        """The address of its form, filled."""
        edition, kind, person = self.draft.form.split("/")
        end = "-natural" if person == Person.NATURAL else ""
        address = reverse(f"validation:entry{end}", args=[edition, kind])
        return f"{address}?draft={self.draft.pk}"

    @property
    def number(self) -> str:
        """The decision's number, if it was typed."""
        return (self.values or {}).get("decision_number", "")

    @property
    def subject(self) -> str:
        """The subject's name, if it was typed."""
        return (self.values or {}).get("subject_name", "")


def shown_drafts(drafts: Iterable[Draft]) -> Sequence[ShownDraft]:
    """Return the drafts as they are listed, in their order."""
    opened = [(draft, _values_or_none(draft)) for draft in drafts]
    due = _due(opened)
    return [
        ShownDraft(
            draft=draft,
            values=values,
            is_dated=draft.pk in due,
            publish_by=due.get(draft.pk),
        )
        for draft, values in opened
    ]


def _values_or_none(draft: Draft) -> dict[str, str] | None:
    # One that does not open must not hide the others.
    try:
        return draft_values(draft)
    except CannotUnseal:
        return None


def _due(
    opened: Iterable[tuple[Draft, Mapping[str, str] | None]],
) -> dict[UUID, date | None]:
    """Return the deadlines of those that hold a day of decision, by key."""
    lines = defaultdict[tuple[Unit, str], list[dict[str, str | None]]](list)
    for draft, values in opened:
        kind = draft.form.split("/")[1]
        line = {name: (values or {}).get(name) or None for name in _READ}
        lines[draft.unit, kind].append({"id": str(draft.pk), **line})
    due: dict[UUID, date | None] = {}
    for (unit, kind), group in lines.items():
        schema = dict.fromkeys(("id", *_READ), pl.String)
        rows = pl.DataFrame(group, schema=schema).with_columns(
            parse_dates(pl.col("decision_date"))
        )
        items = bind_items(rows.drop_nulls("decision_date"), unit, kind)
        keys = items.get_column("id").to_list()
        due |= dict(zip(map(UUID, keys), deadlines(items).to_list(), strict=True))
    return due
