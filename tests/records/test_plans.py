"""However many records there are, lists and counts read them by an index."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role, Unit
from gongshi.domain.lifecycle import State
from gongshi.records.constraints import RECORD_INDEXES
from gongshi.records.listing import list_records
from gongshi.records.models import Record
from gongshi.records.ways import Asked, Order
from gongshi.review.queries import todo
from tests.factories import (
    MembershipFactory,
    ProposedCorrectionFactory,
    RecordFactory,
    UnitFactory,
    standing_as,
)
from tests.plans import indexes_wherever_possible, scans, steps

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

TABLE, DAY = "records_record", date(2016, 3, 1)


def _asked(units: Sequence[int]) -> Iterator[Asked]:
    for kind in ("", "penalty"):
        for state in ("", *(str(state) for state in State)):
            for order in Order:
                for day in (None, DAY):
                    yield Asked(
                        units=units,
                        kind=kind,
                        state=state,
                        order=order,
                        since=day,
                        until=day,
                    )
        yield Asked(units=units, kind=kind, due_until=DAY)
        yield Asked(units=units, kind=kind, due_from=DAY, due_until=DAY)
        yield Asked(units=units, kind=kind, text="连云港")


def _publish_many(units: Sequence[Unit]) -> None:
    """Land records that wait for nobody, and let the database count them.

    Of a table that it takes for empty, any index is as good to PostgreSQL as another.
    """
    published = RecordFactory.build_batch(
        2_000, unit=None, **standing_as(State.PUBLISHED)
    )
    for number, record in enumerate(published):
        record.unit = units[number % len(units)]
    Record.objects.bulk_create(published)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")


def test_no_list_reads_all_records() -> None:
    units = [unit.pk for unit in UnitFactory.create_batch(3)]
    place = f"{DAY}~{RecordFactory.create().pk.hex}"

    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        for asked in _asked(units):
            list_records(asked)
            list_records(asked, after=place)

        assert len(queries) > 100
        # What a text leads to is at most a few hundred rows, fetched before.
        assert [s for s in scans(queries, TABLE) if "FROM led r" not in s[1]] == []


def test_text_fetches_what_it_leads_to_before_anything_else() -> None:
    record = RecordFactory.create()
    asked = Asked(units=[record.unit_id], text="连云港", order=Order.DEADLINE)

    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        assert list(list_records(asked).records) == [record]

        found = [step for step, sql in steps(queries, TABLE) if "MATERIALIZED" in sql]
        keys = ("records_record_pkey", "sqlite_autoindex_records_record")
        assert any(key in step for step in found for key in keys)
        assert not any("record_waiting" in step for step in found)


def test_to_do_page_reads_no_record_that_does_not_wait() -> None:
    office = MembershipFactory.create(role=Role.CREDIT_OFFICE)
    units = UnitFactory.create_batch(3, superior=office.unit)
    _publish_many(units)

    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        todo(office.user, on=DAY, calendar=settings.CALENDAR)

        assert scans(queries, TABLE) == []
        assert not any("record_of_unit" in step for step, _ in steps(queries, TABLE))


def test_to_do_page_reads_no_correction_that_others_decide() -> None:
    office = MembershipFactory.create(role=Role.CREDIT_OFFICE)
    reviewer = MembershipFactory.create(role=Role.REVIEWER, user=office.user)
    ProposedCorrectionFactory.create(record__unit=reviewer.unit)

    with indexes_wherever_possible(), CaptureQueriesContext(connection) as queries:
        page = todo(office.user, on=DAY, calendar=settings.CALENDAR)

        found = [step for step, _ in steps(queries, "records_proposedcorrection")]
        assert len(page.corrections) == 1
        assert any("correction_open_to_decide" in step for step in found)
        assert scans(queries, "records_proposedcorrection") == []


def test_index_of_a_list_tells_rows_of_one_day_apart() -> None:
    """Else all rows that are due on a busy day are sorted for the first eight."""
    lists = {"of_unit", "in_state", "waiting", "held", "disputed", "revoked"}
    fields = {
        index.name.removeprefix("record_"): index.fields for index in RECORD_INDEXES
    }

    assert {name for name in lists if "id" not in fields[name]} == set()
