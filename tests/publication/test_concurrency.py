"""Two at the same moment: published once, landed once, received once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connections

from gongshi.accounts.models import Unit
from gongshi.audit.queries import verify_chain
from gongshi.intake.actions import receive_file
from gongshi.intake.models import Batch, BatchState, StoredFile
from gongshi.portal.models import PublishedRecord, PublishedUnit
from gongshi.publication.actions import publish_batch
from gongshi.publication.consumers import catch_up_portal
from gongshi.publication.models import Change
from gongshi.publication.queries import verify_feed
from gongshi.publication.units import publish_changed_units
from gongshi.records.actions import CannotLand, Landed, land_rows, settle_batch
from gongshi.records.models import Record
from tests.factories import (
    AT,
    BY,
    BatchFactory,
    UnitFactory,
    approved,
    licence_rows,
    source_of,
    upload,
)

Result = TypeVar("Result")

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "portal"]),
    pytest.mark.postgresql,  # SQLite has one writer
]


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Make the calls at the same moment, each on a connection of its own."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        start.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_publishers_publish_each_record_once() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKED)
    land_rows(licence_rows(*[{}] * 20), source_of(batch))
    settle_batch(batch.pk, at=AT)
    approved(batch)

    def publish() -> int:
        return publish_batch(Batch.objects.select_related("unit").get(), at=AT, chunk=3)

    counts = at_once(publish, publish)

    catch_up_portal()
    assert sum(counts) == Change.objects.count() == 20
    assert PublishedRecord.objects.using("portal").count() == 20
    assert verify_feed() is None
    assert verify_chain() is None


def test_two_workers_tell_of_a_unit_once() -> None:
    UnitFactory.create()
    UnitFactory.create()

    def publish() -> int:
        return publish_changed_units(by=BY, at=AT)

    counts = at_once(publish, publish)

    catch_up_portal()
    assert sorted(counts) == [0, 2]
    assert PublishedUnit.objects.using("portal").count() == 2
    assert verify_feed() is None


def test_two_batches_land_a_decision_once() -> None:
    batches = [BatchFactory.create(), BatchFactory.create()]

    def land(batch: Batch) -> Callable[[], Landed | None]:
        def call() -> Landed | None:
            try:
                return land_rows(licence_rows({}, {}), source_of(batch))
            except CannotLand:
                return None

        return call

    results = at_once(*(land(batch) for batch in batches))

    assert sorted(results, key=str) == [Landed(new=2), None]
    assert Record.objects.count() == 2


def test_one_form_sent_twice_makes_one_batch() -> None:
    unit: Unit = UnitFactory.create()

    def receive() -> Batch:
        return receive_file(upload(key="form-1"), unit=unit, by=BY, at=AT)

    first, second = at_once(receive, receive)

    assert first == second
    assert first.already_received != second.already_received
    assert StoredFile.objects.count() == 1
