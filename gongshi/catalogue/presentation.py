"""What an item says, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from gongshi.accounts.models import Unit
from gongshi.catalogue.comparison import Difference
from gongshi.catalogue.models import CatalogueItem, Kind, Subjects
from gongshi.catalogue.queries import Standing

STANDINGS: dict[Standing, Promise] = {
    Standing.DRAFT: gettext_lazy("Draft"),
    Standing.APPROVED: gettext_lazy("Approved, not yet in force"),
    Standing.IN_FORCE: gettext_lazy("In force now"),
    Standing.SUPERSEDED: gettext_lazy("Superseded"),
}


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """One field of an item, before and after, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """An item that was changed, and in what."""

    item: CatalogueItem
    fields: Sequence[ShownChange]


def shown_changes(difference: Difference) -> Sequence[ShownItem]:
    """Return the changed items with their fields in words."""
    return [
        ShownItem(
            item=change.item,
            fields=[
                ShownChange(
                    label=str(_label(field.name)),
                    before=shown(field.name, field.before),
                    after=shown(field.name, field.after),
                )
                for field in change.fields
            ],
        )
        for change in difference.changed
    ]


def shown(name: str, value: object) -> str:
    """Return what a field of an item says, in words."""
    if name == "subjects":
        return str(Subjects(str(value)).label)
    if name == "kind":
        return str(Kind(str(value)).label)
    if isinstance(value, bool):
        return (
            gettext("Open to the public")
            if value
            else gettext("Not open to the public")
        )
    if isinstance(value, Unit):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if value is None and name in ("publish_working_days", "display_years"):
        return gettext("As the law says")
    return str(value) if value else "—"


def _label(name: str) -> str | Promise:
    return CatalogueItem._meta.get_field(name).verbose_name  # type: ignore[union-attr]
