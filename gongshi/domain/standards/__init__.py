"""Standard editions as data: one CSV per edition, read once."""

from gongshi.domain.standards.groups import FieldGroup, grouped
from gongshi.domain.standards.loader import (
    CannotFindForm,
    code_list,
    editions,
    form,
    form_by_key,
    forms,
)
from gongshi.domain.standards.model import (
    IDENTIFIER_TYPES,
    CodeListEntry,
    Field,
    FieldType,
    FilledBy,
    Form,
    Kind,
    Person,
    Publicity,
    Requirement,
)

__all__ = [
    "IDENTIFIER_TYPES",
    "CannotFindForm",
    "CodeListEntry",
    "Field",
    "FieldGroup",
    "FieldType",
    "FilledBy",
    "Form",
    "Kind",
    "Person",
    "Publicity",
    "Requirement",
    "code_list",
    "editions",
    "form",
    "form_by_key",
    "forms",
    "grouped",
]
