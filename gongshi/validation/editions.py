"""The standard editions by name, with the blank forms that units choose from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongshi.domain.power_list import power_list_form
from gongshi.domain.standards import (
    CannotFindForm,
    Form,
    Kind,
    Person,
    editions,
    form_by_key,
    forms,
)

_NAMES: Mapping[str, Promise] = {
    "jiangsu-2016": _("Jiangsu edition of 2016"),
    "national-2016": _("National edition of 2016"),
    "national-2018": _("National edition of 2018"),
}

_KINDS: Mapping[Kind, Promise] = {
    Kind.LICENCE: _("Administrative licence"),
    Kind.PENALTY: _("Administrative penalty"),
}
_PERSONS: Mapping[Person, Promise] = {
    Person.LEGAL: _("Legal person or other organisation"),
    Person.NATURAL: _("Natural person"),
}


@dataclass(frozen=True, kw_only=True)
class BlankForm:
    """One form to download; `is_natural` where it is for natural persons only."""

    edition: str
    kind: Kind
    is_natural: bool


@dataclass(frozen=True, kw_only=True)
class EditionForms:
    """An edition's forms under its name."""

    name: str
    forms: tuple[BlankForm, ...]


def edition_name(edition: str) -> str:
    """Return the edition's name in the active language, its code where it has none."""
    return str(_NAMES.get(edition, edition))


def form_name(form: Form) -> str:
    """Return a form's name in the active language."""
    parts = [edition_name(form.edition), _KINDS[form.kind], _PERSONS.get(form.person)]
    return " ".join(str(part) for part in parts if part)


def form_title(key: str) -> str:
    """Return a form's name in the active language, with the edition's code behind it.

    A key of no form is returned unchanged.
    """
    if key == power_list_form().key:
        return gettext("the power-list form")
    try:
        form = form_by_key(key)
    except CannotFindForm:
        return key
    return f"{form_name(form)} ({form.edition})"


def blank_forms() -> list[EditionForms]:
    """Return every edition with its forms, oldest edition first."""
    return [
        EditionForms(name=edition_name(edition), forms=tuple(_forms_of(edition)))
        for edition in editions()
    ]


def _forms_of(edition: str) -> Iterator[BlankForm]:
    held = {(form.kind, form.person) for form in forms() if form.edition == edition}
    for kind in Kind:
        yield BlankForm(edition=edition, kind=kind, is_natural=False)
        # A form for any subject serves natural persons too.
        if (kind, Person.ANY) not in held and (kind, Person.NATURAL) in held:
            yield BlankForm(edition=edition, kind=kind, is_natural=True)
