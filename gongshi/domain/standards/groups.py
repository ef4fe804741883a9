"""How the fields of a form are grouped for people: on the record's page, in entry.

Fields go by our own names, so that one grouping serves every edition; what stands
in no group comes last.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from gongshi.domain.messages import noop
from gongshi.domain.standards.model import Field

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class FieldGroup:
    """A group of fields; its title is English, translated where it is shown."""

    name: str
    title: str
    fields: frozenset[str] = frozenset()


SUBJECT = FieldGroup(
    name="subject",
    title=noop("Subject"),
    fields=frozenset(
        {
            "subject_name",
            "subject_kind",
            "credit_code",
            "organisation_code",
            "registration_number",
            "taxpayer_number",
            "institution_number",
            "social_organisation_number",
            "resident_id",
            "legal_representative",
            "legal_representative_id_type",
            "legal_representative_id",
            "subject_id_type",
            "subject_id",
        }
    ),
)
DECISION = FieldGroup(
    name="decision",
    title=noop("Decision"),
    fields=frozenset(
        {
            "document_name",
            "decision_number",
            "item_name",
            "item_code",
            "licence_category",
            "penalty_category",
            "penalty_category_2",
            "licence_content",
            "violation_type",
            "facts",
            "legal_basis",
            "penalty_result",
            "fine_amount",
            "confiscated_amount",
            "revoked_certificate",
            "certificate_name",
            "certificate_number",
        }
    ),
)
DATES = FieldGroup(
    name="dates",
    title=noop("Dates and status"),
    fields=frozenset(
        {"decision_date", "valid_from", "valid_until", "display_until", "status"}
    ),
)
AUTHORITY = FieldGroup(
    name="authority",
    title=noop("Authority"),
    fields=frozenset(
        {
            "authority",
            "authority_code",
            "source_unit",
            "source_unit_code",
            "region_code",
        }
    ),
)
OTHER = FieldGroup(name="other", title=noop("Other"))
GROUPS = (SUBJECT, DECISION, DATES, AUTHORITY, OTHER)

_GROUP_OF: Mapping[str, FieldGroup] = MappingProxyType(
    {name: group for group in GROUPS for name in group.fields}
)


def grouped(
    items: Iterable[Item], field_of: Callable[[Item], Field]
) -> list[tuple[FieldGroup, list[Item]]]:
    """Return the items by the group of their field, in order; no empty group."""
    found: dict[str, list[Item]] = {}
    for item in items:
        group = _GROUP_OF.get(field_of(item).name, OTHER)
        found.setdefault(group.name, []).append(item)
    return [(group, found[group.name]) for group in GROUPS if group.name in found]
