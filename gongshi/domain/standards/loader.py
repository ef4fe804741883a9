"""Reads the editions and code lists that lie beside this module as CSV.

An edition's CSV has one line per data item and form: `kind` (licence, penalty),
`persons` (`any`, or `legal`, `natural` or both joined with `+`), then the
columns of `Field`. Adding an edition means adding its CSV here.
"""

import csv
from functools import cache
from pathlib import Path

from gongshi.domain.standards.model import (
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

_EDITIONS = Path(__file__).parent
_CODE_LISTS = Path(__file__).parent.parent / "codelists"


class CannotFindForm(Exception):
    """No edition on file has such a form."""

    code = "unknown-form"


@cache
def editions() -> tuple[str, ...]:
    """Return the names of all editions, oldest first."""
    return tuple(sorted((path.stem for path in _EDITIONS.glob("*.csv")), key=_age))


@cache
def forms() -> tuple[Form, ...]:
    """Return every form of every edition."""
    return tuple(form for edition in editions() for form in _read_edition(edition))


def form(edition: str, kind: Kind, person: Person | None = None) -> Form:
    """Return one form; without a person, the one for all or for legal persons.

    Raises:
        CannotFindForm: the edition is unknown or has no such form.
    """
    wanted = (person,) if person else (Person.ANY, Person.LEGAL)
    for candidate in forms():
        if (candidate.edition, candidate.kind) == (edition, kind) and (
            candidate.person in wanted
        ):
            return candidate
    raise CannotFindForm(f"{edition} {kind} {person or ''}".strip())


def form_by_key(key: str) -> Form:
    """Return the form with that key, such as `jiangsu-2016/licence/any`.

    Raises:
        CannotFindForm: there is none.
    """
    edition, kind, person = [*key.split("/"), "", ""][:3]
    try:
        return form(edition, Kind(kind), Person(person))
    except ValueError as error:
        raise CannotFindForm(key) from error


@cache
def code_list(name: str) -> tuple[CodeListEntry, ...]:
    """Return the entries of a code list in official order."""
    with (_CODE_LISTS / f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple(
            CodeListEntry(
                code=line["code"],
                label=line["label"],
                needs_note=line["needs_note"] == "yes",
            )
            for line in csv.DictReader(lines)
        )


def _age(edition: str) -> tuple[str, str]:
    return edition.rsplit("-", 1)[-1], edition


def _read_edition(edition: str) -> tuple[Form, ...]:
    fields: dict[tuple[Kind, Person], list[Field]] = {}
    with (_EDITIONS / f"{edition}.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            for person in line["persons"].split("+"):
                key = (Kind(line["kind"]), Person(person))
                fields.setdefault(key, []).append(_read_field(line))
    return tuple(
        Form(edition=edition, kind=kind, person=person, fields=tuple(items))
        for (kind, person), items in fields.items()
    )


def _read_field(line: dict[str, str]) -> Field:
    return Field(
        code=line["code"],
        label=line["label"],
        aliases=tuple(alias for alias in line["aliases"].split("|") if alias),
        name=line["name"],
        type=FieldType(line["type"]),
        length=int(line["length"]) if line["length"] else None,
        counts_bytes=line["counts"] == "gbk",
        requirement=Requirement(line["requirement"]),
        code_list=line["code_list"] or None,
        publicity=Publicity(line["publicity"]),
        filled_by=FilledBy(line["filled_by"]) if line["filled_by"] else None,
        note=line["note"],
    )
