"""Says on which catalogue item a decision was made, where its row cannot say it."""

import json
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
from django.conf import settings
from django.db import transaction

from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.wording import differences
from gongshi.catalogue.models import CatalogueItem
from gongshi.catalogue.queries import item_version_for, items_in_force
from gongshi.domain.deadlines import publish_deadlines
from gongshi.domain.lifecycle import State
from gongshi.records.models import Record

_NAMING_AN_ITEM = ("item_code", "item_name")


class CannotChooseItem(Exception):
    """The item cannot be this record's; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # names-its-item | no-such-item | item-not-public | moved


def names_item(record: Record) -> bool:
    """Say whether the record's own row tells its item, rightly or not."""
    content = json.loads(record.content)
    return any(content.get(name) for name in _NAMING_AN_ITEM)


def items_to_choose(record: Record) -> Sequence[CatalogueItem]:
    """Return the public items of the unit that held on the day of the decision."""
    held = items_in_force(record.unit, record.decision_date, record.kind)
    return list(held.filter(is_public=True))


def choose_item(record: Record, code: str, *, by: Actor, at: datetime) -> None:
    """Bind a record that waits for review to the item of this code (ADR 0029).

    Its deadline follows the item's own days. What the catalogue keeps from the public
    is not chosen here, as nobody takes a decision from the public alone.

    Raises:
        CannotChooseItem: see there.
    """
    item = _item(record, code)
    before: dict[str, object] = {
        "item": record.item.code if record.item else None,
        "publish_by": record.publish_by,
    }
    publish_by = _deadline(record.decision_date, item.publish_working_days)
    with transaction.atomic():
        seen = Record.objects.filter(
            pk=record.pk, version=record.version, state=State.CHECKED
        )
        if seen.update(item=item, publish_by=publish_by) != 1:
            raise CannotChooseItem("moved")
        record_event(
            at=at,
            by=by,
            action="records.choose_item",
            target=Target(kind="record", key=str(record.pk)),
            changes=differences(before, {"item": code, "publish_by": publish_by}),
        )
    record.refresh_from_db()


def _item(record: Record, code: str) -> CatalogueItem:
    if names_item(record):
        raise CannotChooseItem("names-its-item")
    item = item_version_for(record.unit, record.kind, code, record.decision_date)
    if item is None:
        raise CannotChooseItem("no-such-item")
    if not item.is_public:
        raise CannotChooseItem("item-not-public")
    return item


def _deadline(decided: date, working_days: int | None) -> date | None:
    known = publish_deadlines(settings.CALENDAR, working_days=working_days)
    found = known.filter(pl.col("decision_date") == decided).get_column("deadline")
    deadline = found.first() if found.len() else None
    return deadline if isinstance(deadline, date) else None
