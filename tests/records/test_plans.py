"""However many records there are, lists and counts read them by an index."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role
from gongshi.domain.lifecycle import State
from gongshi.records.listing import Asked, Order, list_records
from gongshi.review.queries import todo
from tests.factories import MembershipFactory, RecordFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

DAY = date(2016, 3, 1)


@pytest.fixture(autouse=True)
def _indexes_wherever_possible() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # So few rows are read whole, unless that costs; then only what must be is.
        cursor.execute("SET enable_seqscan = off")
        yield
        cursor.execute("RESET enable_seqscan")


def _asked(units: Sequence[int]) -> Iterator[Asked]:
    for kind in ("", "penalty"):
        for state in ("", *(str(state) for state in State)):
            for order in Order:
                asked = {"units": units, "kind": kind, "state": state, "order": order}
                yield Asked(**asked)  # type: ignore[arg-type]
                yield Asked(**asked, since=DAY, until=DAY)  # type: ignore[arg-type]
        yield Asked(units=units, kind=kind, due_until=DAY)
        yield Asked(units=units, kind=kind, due_from=DAY, due_until=DAY)
        yield Asked(units=units, kind=kind, text="连云港")


def _steps_over_records(queries: CaptureQueriesContext) -> Iterator[tuple[str, str]]:
    """Yield each step of a plan that reads records, and the query."""
    is_sqlite = connection.vendor == "sqlite"
    how = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    for query in queries.captured_queries:
        sql = query["sql"]
        if "records_record" not in sql:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"{how} {sql.replace('%', '%%')}", [])
            for row in cursor.fetchall():
                if "SCAN r" in row[-1] or "records_record" in row[-1]:
                    yield row[-1], sql


def _scans(queries: CaptureQueriesContext) -> list[tuple[str, str]]:
    return [
        (step, sql)
        for step, sql in _steps_over_records(queries)
        if "Seq Scan" in step or step in ("SCAN r", "SCAN records_record")
    ]


def test_no_list_reads_all_records() -> None:
    units = [unit.pk for unit in UnitFactory.create_batch(3)]
    place = f"{DAY}~{RecordFactory.create().pk.hex}"

    with CaptureQueriesContext(connection) as queries:
        for asked in _asked(units):
            list_records(asked)
            list_records(asked, after=place)

    assert len(queries) > 100
    assert _scans(queries) == []


def test_to_do_page_reads_no_record_that_does_not_wait() -> None:
    office = MembershipFactory.create(role=Role.CREDIT_OFFICE)
    UnitFactory.create_batch(3, superior=office.unit)

    with CaptureQueriesContext(connection) as queries:
        todo(office.user, on=DAY, calendar=settings.CALENDAR)

    assert _scans(queries) == []
    if connection.vendor == "sqlite":
        used = {step for step, _ in _steps_over_records(queries)}
        assert not any("record_of_unit" in step for step in used)
