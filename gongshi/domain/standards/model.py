"""What a standard edition says: forms, their fields and the kinds of value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What a decision is."""

    LICENCE = "licence"  # 行政许可
    PENALTY = "penalty"  # 行政处罚


class Person(StrEnum):
    """Whom a form is for."""

    ANY = "any"
    LEGAL = "legal"  # 法人、非法人组织、个体工商户
    NATURAL = "natural"  # 自然人


class FieldType(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"  # 万元, up to six decimals
    CHOICE = "choice"  # one entry of a code list
    CHOICES = "choices"  # entries joined with ";"
    CREDIT_CODE = "credit_code"
    ORGANISATION_CODE = "organisation_code"
    REGISTRATION_NUMBER = "registration_number"
    TAXPAYER_NUMBER = "taxpayer_number"
    RESIDENT_ID = "resident_id"
    REGION_CODE = "region_code"


IDENTIFIER_TYPES = frozenset(
    {
        FieldType.CREDIT_CODE,
        FieldType.ORGANISATION_CODE,
        FieldType.REGISTRATION_NUMBER,
        FieldType.TAXPAYER_NUMBER,
        FieldType.RESIDENT_ID,
        FieldType.REGION_CODE,
    }
)


class Requirement(StrEnum):
    """Whether a field must be filled."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"  # a rule of its own says when
    OPTIONAL = "optional"


class Publicity(StrEnum):
    """Who may see a field."""

    PUBLIC = "public"
    MASKED = "masked"  # shown with digits or letters hidden
    INTERNAL = "internal"  # never leaves the registry


class FilledBy(StrEnum):
    """Where the platform takes a value that the file leaves out."""

    UNIT = "unit"
    RECEIPT = "receipt"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One data item of a form, as the standard defines it.

    `length` counts GBK bytes where `counts_bytes`, characters otherwise; None
    where the standard names no limit.
    """

    code: str
    label: str
    aliases: tuple[str, ...]
    name: str
    type: FieldType
    length: int | None
    counts_bytes: bool
    requirement: Requirement
    code_list: str | None
    publicity: Publicity
    filled_by: FilledBy | None
    note: str

    @property
    def is_required(self) -> bool:
        """Whether every record must fill it."""
        return self.requirement is Requirement.REQUIRED


@dataclass(frozen=True, kw_only=True)
class Form:
    """One template of an edition: the data items of a licence or a penalty."""

    edition: str
    kind: Kind
    person: Person
    fields: tuple[Field, ...]

    def __hash__(self) -> int:
        # Forms are keys of caches; hashing every field each time would cost more.
        return hash((self.edition, self.kind, self.person))

    @property
    def key(self) -> str:
        """The form's name, such as `jiangsu-2016/licence/any`."""
        return f"{self.edition}/{self.kind}/{self.person}"

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by our own names."""
        return {field.name: field for field in self.fields}

    @property
    def names(self) -> tuple[str, ...]:
        """Our own names of the fields, in the standard's order."""
        return tuple(self.by_name)

    def field(self, name: str) -> Field | None:
        """Return the field of that name, None where the form has none."""
        return self.by_name.get(name)

    def of_type(self, *types: FieldType) -> tuple[Field, ...]:
        """Return the fields of these types, in the standard's order."""
        return tuple(field for field in self.fields if field.type in types)


@dataclass(frozen=True, kw_only=True)
class CodeListEntry:
    """One allowed value: its code and its Chinese label."""

    code: str
    label: str
    needs_note: bool
