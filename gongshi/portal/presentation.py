"""How records are laid out for readers: results with matches, labelled groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from gongshi.domain import standards
from gongshi.portal.directory import UnitEntry
from gongshi.portal.highlighting import excerpt
from gongshi.portal.models import Level, PublicField, PublishedRecord

_LONG_TERM = date(2099, 12, 31)
# What a result shows anyway, so that an excerpt of it would say nothing new.
_SHOWN = frozenset({"subject_name", "item_name", "decision_number", "credit_code"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One public field with its official label."""

    label: str
    value: str
    is_code: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that belong together, in the standard's order."""

    name: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """Where in a record's longer texts the term was found."""

    label: str
    text: SafeString


@dataclass(frozen=True, kw_only=True)
class Result:
    """A record in a list that was asked for with a normalised term, or without one."""

    record: PublishedRecord
    term: str = ""

    @property
    def excerpt(self) -> Excerpt | None:
        """Where the match is, if it is in the record's content."""
        return _excerpt(self.record, self.term) if self.term else None


@dataclass(frozen=True, kw_only=True)
class LevelGroup:
    """The units of one level of government."""

    level: str
    title: str
    entries: Sequence[UnitEntry]


def by_level(entries: Sequence[UnitEntry]) -> list[LevelGroup]:
    """Return the units in groups, the higher level first; none is empty."""
    groups = []
    for level in Level:
        chosen = [entry for entry in entries if entry.unit.level == level]
        if chosen:
            title = str(level.label)
            groups.append(LevelGroup(level=level.value, title=title, entries=chosen))
    return groups


def results(records: Sequence[PublishedRecord], term: str = "") -> list[Result]:
    """Return the records for a list that was asked for with the normalised term."""
    return [Result(record=record, term=term) for record in records]


def groups(record: PublishedRecord) -> list[Group]:
    """Return the record's filled public fields in labelled groups."""
    found = standards.grouped(record.fields, lambda item: item.field)
    return [
        Group(
            name=group.name,
            title=gettext(group.title),
            lines=[_line(item) for item in items],
        )
        for group, items in found
    ]


def _line(item: PublicField) -> Line:
    return Line(
        label=item.field.label,
        value=_shown_value(item.value, item.field),
        is_code=item.field.type in standards.IDENTIFIER_TYPES,
    )


def _shown_value(value: str, field: standards.Field) -> str:
    if field.type is standards.FieldType.DATE:
        return _shown_date(value)
    if field.code_list:
        labels = {
            entry.code: entry.label for entry in standards.code_list(field.code_list)
        }
        return labels.get(value, value)
    return value


def _shown_date(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return gettext("Long-term") if day == _LONG_TERM else date_format(day)


def _excerpt(record: PublishedRecord, term: str) -> Excerpt | None:
    for label, value in _hidden_texts(record):
        # Editions title records by different fields: what stands above is not said twice.
        text = excerpt(value, term) if value != record.title else None
        if text is not None:
            return Excerpt(label=label, text=text)
    return None


def _hidden_texts(record: PublishedRecord) -> Iterator[tuple[str, str]]:
    for field, value in record.fields:
        if field.type is standards.FieldType.TEXT and field.name not in _SHOWN:
            yield field.label, value
