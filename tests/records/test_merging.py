"""The first records of many units together are those that sorting all of them gives."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from gongshi.domain.lifecycle import State
from gongshi.records.listing import first_records, list_records
from gongshi.records.models import Record
from gongshi.records.ways import Asked, Order, along
from tests.factories import RecordFactory, UnitFactory, standing_as

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

FIRST_DAY = date(2016, 2, 1)
STATES = (State.CHECKED, State.RETURNED, State.DEFERRED, State.PUBLISHED)


@pytest.fixture
def held() -> Sequence[Record]:
    """Return records of 12 units, many on the same days, two units without any."""
    random = Random(2016)  # noqa: S311 - the same each time
    units = UnitFactory.create_batch(12)
    return [
        RecordFactory.create(
            id=UUID(int=random.getrandbits(128)),
            unit=random.choice(units[:10]),
            kind=random.choice(["licence", "penalty"]),
            decision_date=FIRST_DAY + timedelta(days=random.randrange(9)),
            publish_by=FIRST_DAY + timedelta(days=random.randrange(20)),
            **standing_as(random.choice(STATES)),
        )
        for _ in range(150)
    ]


def _units(records: Sequence[Record]) -> list[int]:
    return sorted({record.unit_id for record in records})


@pytest.mark.parametrize("limit", [1, 4, 19, 20, 21, 200])
def test_first_keys_are_those_of_all_rows_in_order(
    held: Sequence[Record], limit: int
) -> None:
    way = along(
        "decision_date", _units(held), descending=True, kind=["licence", "penalty"]
    )
    way.add("NOT (r.state = 'received')")

    found = first_records(way, limit=limit)

    newest = sorted(held, key=lambda r: (r.decision_date, r.pk), reverse=True)
    assert list(found) == newest[:limit]


def test_first_keys_of_some_units_leave_out_the_others(held: Sequence[Record]) -> None:
    units = _units(held)[:3]
    way = along("publish_by", units, state=["checked", "returned"])
    way.add("r.publish_by IS NOT NULL")

    found = first_records(way, limit=10)

    wanted = [r for r in held if r.unit_id in units and r.state in STATES[:2]]
    assert list(found) == sorted(wanted, key=lambda r: (r.publish_by, r.pk))[:10]


def test_no_units_have_no_records(held: Sequence[Record]) -> None:
    assert first_records(along("decision_date", []), limit=10) == []


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("state", ["", "checked", "deferred"])
@pytest.mark.parametrize("size", [3, 25])
def test_pages_end_to_end_are_the_whole_list(
    held: Sequence[Record], order: Order, state: str, size: int
) -> None:
    asked = Asked(units=_units(held), state=state, order=order)

    seen, after = [], ""
    while True:
        page = list_records(asked, after=after, size=size)
        seen += [record.pk for record in page.records]
        after = page.after
        if not after:
            break

    assert seen == [record.pk for record in _sorted(held, state, order)]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("size", [2, 7])
def test_pages_of_a_period_are_all_of_it(
    held: Sequence[Record], order: Order, size: int
) -> None:
    since, until = FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=6)
    asked = Asked(units=_units(held), since=since, until=until, order=order)

    seen, after = [], ""
    while True:
        page = list_records(asked, after=after, size=size)
        seen += [record.pk for record in page.records]
        after = page.after
        if not after:
            break

    wanted = [r for r in _sorted(held, "", order) if since <= r.decision_date <= until]
    assert seen == [record.pk for record in wanted]


def test_place_outside_of_the_period_does_not_lead_out_of_it(
    held: Sequence[Record],
) -> None:
    until = FIRST_DAY + timedelta(days=3)
    later = max(held, key=lambda r: r.decision_date)
    asked = Asked(units=_units(held), until=until)

    page = list_records(asked, after=f"{later.decision_date}~{later.pk.hex}")

    assert max(r.decision_date for r in page.records) <= until


def _sorted(held: Sequence[Record], state: str, order: Order) -> Sequence[Record]:
    wanted = [r for r in held if not state or r.state == state]
    if order is Order.DECIDED:
        return sorted(wanted, key=lambda r: (r.decision_date, r.pk), reverse=True)
    open_states = [state] if state else ["checked", "approved", "returned"]
    waiting = [r for r in wanted if r.state in open_states]
    return sorted(waiting, key=lambda r: (r.publish_by, r.pk))
