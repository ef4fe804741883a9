"""Lists read their own records, not all that are listed at the time."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from gongshi.portal import queries
from gongshi.portal.queries import Listing
from tests.portal.changes import TODAY, publish

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _published() -> None:
    kinds = ("licence", "penalty")
    publish(
        *(
            {"catalogue_item": f"JS-XK-{number % 100}", "kind": kinds[number % 2]}
            for number in range(400)
        )
    )


def _plans(*, is_analysed: bool) -> list[str]:
    """Return the database's plans for the list of one item and its two counts."""
    connection = connections["portal"]
    listing = Listing(item="JS-XK-7")
    with CaptureQueriesContext(connection) as asked:
        found = queries.rolling_list(TODAY, listing)
        queries.listed_counts(TODAY, listing)
    assert len(found.records) == 4
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = []
    with connection.cursor() as cursor:
        if is_analysed:
            cursor.execute("ANALYZE published_record")
        for query in asked:
            cursor.execute(f"{explain} {query['sql']}")
            plans.append("\n".join(str(row) for row in cursor.fetchall()))
    return plans


def test_list_of_an_item_reads_that_items_records_only() -> None:
    # PostgreSQL analyses its tables by itself; SQLite never does.
    before = (
        []
        if connections["portal"].vendor == "postgresql"
        else _plans(is_analysed=False)
    )
    plans = before + _plans(is_analysed=True)

    assert len(plans) in (3, 6)
    for plan in plans:
        assert "published_record_item_listed" in plan
