"""The form for one record, generated from the edition: groups, inputs, findings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.domain.findings import Severity
from gongshi.domain.rules import TO_CONFIRM
from gongshi.domain.standards import (
    IDENTIFIER_TYPES,
    Field,
    FieldType,
    FilledBy,
    Form,
    code_list,
    grouped,
)
from gongshi.records.preparation import identity_columns
from gongshi.validation.report import with_messages

NOTE = ".note"  # behind a field's name: what 其他 means
_PARAGRAPH = 300  # a text that may be longer gets a larger input
_YUAN = "万元"
_FOR_FILES = re.compile("格式 YYYY/MM/DD，?|；文件中没有此列时[^；]*")
_FIRST = {"status": "0", "use_scope": "0"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One finding beside its field."""

    code: str
    severity: str
    message: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a code list, as a form offers it."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class EntryField:
    """One field of the form with its present value and what is said of it.

    `widget` is `text`, `area`, `date`, `select` or `checks`; `note` is what stands
    behind 其他, `kept` that a withheld value stays unless another is typed.
    """

    field: Field
    widget: str
    value: str
    choices: Sequence[Choice] = ()
    note: str | None = None
    said: Sequence[Said] = ()
    comments: Sequence[str] = ()
    kept: bool = False

    @property
    def name(self) -> str:
        """The name of the input."""
        return self.field.name

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the row from landing."""
        return any(said.severity == Severity.ERROR for said in self.said)

    @property
    def is_code(self) -> bool:
        """Whether the value is read digit by digit."""
        return self.field.type in IDENTIFIER_TYPES

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole line."""
        return self.widget in ("area", "checks")

    @property
    def unit(self) -> Promise | str:
        """What the number counts."""
        is_said = _YUAN in self.field.label
        return _("10,000 yuan") if self.is_amount and not is_said else ""

    @property
    def is_amount(self) -> bool:
        """Whether digits are typed."""
        return self.field.type is FieldType.AMOUNT

    @property
    def hint(self) -> str:
        """The standard's note, without what helps only those who fill in a file."""
        labels = [choice.label for choice in self.choices]
        if labels and all(label in self.field.note for label in labels):
            return ""  # the list stands above
        return _FOR_FILES.sub("", self.field.note)


@dataclass(frozen=True, kw_only=True)
class EntryGroup:
    """Fields that belong together, under their heading."""

    name: str
    title: str
    fields: Sequence[EntryField]


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """What stands beside fields: findings, a reviewer's comments, withheld values."""

    said: Mapping[str, Sequence[Said]]
    comments: Mapping[str, Sequence[str]]
    kept: frozenset[str] = frozenset()


NOTHING = Annotations(said={}, comments={})


def entered_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that a person fills in; the day of receipt is ours."""
    return tuple(f for f in form.fields if f.filled_by is not FilledBy.RECEIPT)


def withheld_of(values: Mapping[str, str], form: Form) -> dict[str, str]:
    """Return the identity numbers among the values, which are not shown again."""
    return {n: values[n] for n in identity_columns(form) if values.get(n)}


def first_values(form: Form, unit: Unit) -> dict[str, str]:
    """Return what an empty form says already: whose decision it is."""
    maker = unit.superior if unit.is_entrusted and unit.superior else unit
    values = {
        **_FIRST,
        "authority": maker.name,
        "authority_code": maker.credit_code,
        "source_unit": unit.name,
        "source_unit_code": unit.credit_code,
        "region_code": unit.region_code,
    }
    if form.edition == "national-2018":
        values["status"] = "1"
    return {f.name: values[f.name] for f in entered_fields(form) if values.get(f.name)}


def read_values(form: Form, posted: QueryDict) -> dict[str, str]:
    """Return the values that were typed, by our names; what is empty is left out."""
    values = {}
    for field in entered_fields(form):
        parts = [text.strip() for text in posted.getlist(field.name) if text.strip()]
        note = posted.get(field.name + NOTE, "").strip()
        if field.code_list and note:
            parts = [_with_note(part, note, field) for part in parts]
        if parts:
            values[field.name] = ";".join(parts)
    return values


def _with_note(part: str, note: str, field: Field) -> str:
    wanted = {e.code for e in code_list(str(field.code_list)) if e.needs_note}
    return f"{part}-{note}" if part in wanted else part


def groups_of(
    form: Form, values: Mapping[str, str], beside: Annotations = NOTHING
) -> list[EntryGroup]:
    """Return the form's groups with these values in their fields."""
    fields = [entry_field(f, values, beside) for f in entered_fields(form)]
    return [
        EntryGroup(name=group.name, title=gettext(group.title), fields=found)
        for group, found in grouped(fields, lambda each: each.field)
    ]


def entry_field(
    field: Field, values: Mapping[str, str], beside: Annotations = NOTHING
) -> EntryField:
    """Return one field with its value."""
    value = values.get(field.name, "")
    choices, note = _choices(field, value)
    return EntryField(
        field=field,
        widget=_widget(field),
        value=value,
        choices=choices,
        note=note,
        said=beside.said.get(field.name, ()),
        comments=beside.comments.get(field.name, ()),
        kept=field.name in beside.kept,
    )


def _widget(field: Field) -> str:
    if field.type is FieldType.CHOICES:
        return "checks"
    if field.type is FieldType.CHOICE:
        return "select"
    if field.type is FieldType.DATE:
        return "date"
    return "area" if (field.length or 0) > _PARAGRAPH else "text"


def _choices(field: Field, value: str) -> tuple[Sequence[Choice], str | None]:
    """Return the entries to choose from, and the note where one takes a note."""
    if field.type not in (FieldType.CHOICE, FieldType.CHOICES):
        return (), None
    entries = code_list(str(field.code_list))
    several = field.type is FieldType.CHOICES
    chosen, note = set[str](), ""
    for part in value.split(";") if several else [value]:
        code, _hyphen, said = part.partition("-")
        noted = any(entry.needs_note and entry.code == code for entry in entries)
        chosen.add(code if noted else part)
        note = said if noted else note
    choices = tuple(
        Choice(value=e.code, label=e.label, is_chosen=e.code in chosen) for e in entries
    )
    return choices, note if any(entry.needs_note for entry in entries) else None


def said_of(findings: pl.DataFrame, form: Form) -> dict[str, list[Said]]:
    """Return the findings by our name of their field, in the active language."""
    names = {field.code: field.name for field in form.fields}
    said: dict[str, list[Said]] = {}
    for line in with_messages(findings, gettext).iter_rows(named=True):
        name = names.get(line["field"] or "", "")
        said.setdefault(name, []).append(
            Said(
                code=line["code"],
                severity=line["severity"],
                message=line["message"],
                expected=line["expected"] or "",
            )
        )
    return said


def of_filled(
    said: Mapping[str, Sequence[Said]], values: Mapping[str, str]
) -> dict[str, Sequence[Said]]:
    """Return what is said of filled fields: who is still typing has not forgotten."""
    return {name: found for name, found in said.items() if values.get(name)}


def codes_to_confirm(said: Iterable[Sequence[Said]]) -> list[str]:
    """Return the rules whose warnings want a reason, each once."""
    codes = (each.code for found in said for each in found)
    return [code for code in dict.fromkeys(codes) if code in TO_CONFIRM]
