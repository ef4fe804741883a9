"""The sample city's catalogues: drafted, approved by another, in force since July 2015."""

from datetime import datetime

from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.catalogue.actions import approve, begin_draft, propose_date, take_items
from gongshi.catalogue.items import START, ItemValues
from gongshi.catalogue.models import CatalogueVersion
from gongshi.catalogue.queries import draft_of
from gongshi.domain.sample import catalogue_of, departments

_DRAFTER = Actor(username="sample", role="enterer")
_APPROVER = Actor(username="sample-review", role="reviewer")


def put_catalogues_in_force(at: datetime) -> int:
    """Give every department of the sample a catalogue that has none; return how many.

    An interrupted run goes on where it was.
    """
    names = {department.name for department in departments()}
    done = CatalogueVersion.objects.filter(state="approved").values("unit")
    units = Unit.objects.filter(name__in=names).exclude(pk__in=done).order_by("code")
    for unit in units:
        _put_in_force(unit, at)
    return len(units)


def _put_in_force(unit: Unit, at: datetime) -> None:
    draft = draft_of(unit) or begin_draft(unit, by=_DRAFTER, at=at)
    items = [
        ItemValues(
            kind=str(item.kind),
            code=item.code,
            name=item.name,
            basis=item.basis,
            subjects=item.subjects,
        )
        for item in catalogue_of(unit.name)
    ]
    take_items(draft, items, by=_DRAFTER, at=at)
    propose_date(draft, START, by=_DRAFTER, at=at)
    draft.refresh_from_db()
    approve(draft, revision=draft.revision, by=_APPROVER, at=at)
