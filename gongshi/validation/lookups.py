"""What the registry knows already, for whoever types: subjects and catalogue items."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem
from gongshi.catalogue.queries import items_in_force
from gongshi.domain.rules.cells import SOLE_TRADER_WITHOUT_CODE
from gongshi.domain.standards import FieldType, Form, Person
from gongshi.portal.finding import find, read_query
from gongshi.portal.queries import CannotRead
from gongshi.records.models import Record

OFFERED = 8
_LEAST = 2  # characters from which a name is looked up
_HIGHEST = "\U0010ffff"
_REPRESENTATIVE = "legal_representative"
# What makes one decision this one; a copy begins without it.
_OF_ITS_OWN = frozenset(
    {"decision_number", "decision_date", "valid_from", "valid_until", "display_until"}
    | {"updated_date", "status", "certificate_number"}
)


@dataclass(frozen=True, kw_only=True)
class KnownSubject:
    """An organisation or sole trader as it was recorded last."""

    name: str
    credit_code: str
    legal_representative: str = ""


def subjects_like(text: str, *, unit: Unit, on: date) -> list[KnownSubject]:
    """Return organisations whose name begins so or holds the text; natural persons never.

    The unit's own records first, then what the public register shows.
    """
    plain = text.strip()
    if len(plain) < _LEAST:
        return []
    found: dict[tuple[str, str], KnownSubject] = {}
    for name, code in [*_own(plain, unit), *_public(plain, on)]:
        if code and code != SOLE_TRADER_WITHOUT_CODE:
            found.setdefault((name, code), KnownSubject(name=name, credit_code=code))
    return list(found.values())[:OFFERED]


def _own(text: str, unit: Unit) -> Iterator[tuple[str, str]]:
    begins = {"subject_name__startswith": text}
    if connection.vendor == "sqlite":  # whose LIKE uses no index
        begins = {"subject_name__gte": text, "subject_name__lt": text + _HIGHEST}
    records = Record.objects.settled().filter(
        unit=unit, person=str(Person.LEGAL), **begins
    )
    names = records.order_by("subject_name").values_list("subject_name", "credit_code")
    yield from names.distinct()[:OFFERED]


def _public(text: str, on: date) -> Iterator[tuple[str, str]]:
    try:
        page = find(read_query({"q": text}, on=on), size=OFFERED * 2)
    except CannotRead:
        return  # too long, or nothing that can be searched: nothing is offered
    for record in page.records:
        if text in record.subject_name:
            yield record.subject_name, record.credit_code


def subject_by_code(code: str, *, unit: Unit, on: date) -> KnownSubject | None:
    """Return the organisation under the credit code as it was recorded last.

    By the unit itself, or else as the public register shows it: what other units hold
    and do not show is not told.
    """
    if len(code) != 18 or code == SOLE_TRADER_WITHOUT_CODE:
        return None
    return _own_by_code(code, unit) or _public_by_code(code, on)


def _own_by_code(code: str, unit: Unit) -> KnownSubject | None:
    records = Record.objects.settled().filter(unit=unit, credit_code=code)
    latest = records.filter(person=str(Person.LEGAL)).order_by("-received_at").first()
    if latest is None:
        return None
    content = json.loads(latest.content)
    return KnownSubject(
        name=latest.subject_name,
        credit_code=code,
        legal_representative=content.get(_REPRESENTATIVE) or "",
    )


def _public_by_code(code: str, on: date) -> KnownSubject | None:
    # Natural persons are never found, and exact codes come first.
    try:
        page = find(read_query({"q": code}, on=on), size=1)
    except CannotRead:
        return None
    shown = next((r for r in page.records if r.credit_code == code), None)
    if shown is None:
        return None
    values = {item.field.name: item.value for item in shown.fields}
    return KnownSubject(
        name=shown.subject_name,
        credit_code=code,
        legal_representative=values.get(_REPRESENTATIVE, ""),
    )


def items_of(unit: Unit, form: Form, on: date) -> Sequence[CatalogueItem]:
    """Return the items of the unit's catalogue that a record of this form can be on."""
    return list(items_in_force(unit, on, form.kind))


def from_subject(values: Mapping[str, str], *, unit: Unit, on: date) -> dict[str, str]:
    """Return what is known of the subject and still empty in the form."""
    name, code = values.get("subject_name", ""), values.get("credit_code", "")
    if name and not code:
        same = [s for s in subjects_like(name, unit=unit, on=on) if s.name == name]
        code = same[0].credit_code if len(same) == 1 else ""
    known = subject_by_code(code, unit=unit, on=on) if code else None
    if known is None:
        return {}
    offered = {
        "subject_name": known.name,
        "credit_code": known.credit_code,
        "legal_representative": known.legal_representative,
    }
    return {n: text for n, text in offered.items() if text and not values.get(n)}


def from_item(
    item: CatalogueItem, values: Mapping[str, str], *, form: Form, unit: Unit
) -> dict[str, str]:
    """Return what the catalogue's item says: itself, its authority, region and basis."""
    if values.get("item_code") == item.code:
        return {}
    maker = unit.superior if unit.is_entrusted and unit.superior else unit
    offered = {
        "item_code": item.code,
        "item_name": item.name,
        "authority": maker.name,
        "authority_code": maker.credit_code,
        "region_code": unit.region_code,
        "legal_basis": item.basis,
    }
    return {
        name: text
        for name, text in offered.items()
        if text and form.field(name) and values.get(name) != text
    }


def copied_from(record: Record, form: Form) -> dict[str, str]:
    """Return what a new record may take over from an earlier one.

    Its number and dates are its own; what is masked is not known here.
    """
    content = json.loads(record.content)
    identities = {field.name for field in form.of_type(FieldType.RESIDENT_ID)}
    return {
        name: str(text)
        for name, text in content.items()
        if text and form.field(name) and name not in _OF_ITS_OWN | identities
        and "*" not in str(text)
    }  # fmt: skip
