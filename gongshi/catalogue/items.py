"""What an item says, apart from where it stands: for editing, import and comparison."""

from dataclasses import dataclass, fields
from datetime import date

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem

START = date(2015, 7, 1)  # the first decisions that anybody discloses


@dataclass(frozen=True, kw_only=True)
class ItemValues:
    """Everything that an item says; the defaults are those of law."""

    kind: str
    code: str
    name: str
    basis: str = ""
    subjects: str = "any"
    is_public: bool = True
    not_public_reason: str = ""
    publish_working_days: int | None = None
    display_years: int | None = None
    entrusted_to: Unit | None = None
    from_date: date = START
    until_date: date | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By what the item is known within a version."""
        return self.kind, self.code


NAMES = tuple(field.name for field in fields(ItemValues))


def values_of(item: CatalogueItem) -> ItemValues:
    """Return what an item says."""
    return ItemValues(**{name: getattr(item, name) for name in NAMES})


def told(values: ItemValues) -> dict[str, object]:
    """Return the values as JSON takes them, for the audit trail."""
    return {name: _told(getattr(values, name)) for name in NAMES}


def _told(value: object) -> object:
    if isinstance(value, Unit):
        return value.code
    return value.isoformat() if isinstance(value, date) else value
