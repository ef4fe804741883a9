"""A store that is filled without its indexes has all of them in the end."""

from collections.abc import Iterator

import pytest
from django.db import connections

from gongshi.portal import finding
from gongshi.portal.loading import loading
from gongshi.portal.models import PublishedRecord
from gongshi.portal.search import index_of
from tests.portal.changes import TODAY, publish

_AS_EVER = {"automerge": 4, "crisismerge": 16}  # what FTS5 does unless told otherwise

pytestmark = pytest.mark.django_db(databases=["portal"], transaction=True)


@pytest.fixture(autouse=True)
def _emptied() -> Iterator[None]:
    """Empty what the flush behind such a test does not know of."""
    yield
    index_of(connections["portal"]).empty(connections["portal"])


def _indexes() -> set[str]:
    connection = connections["portal"]
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(
            cursor, PublishedRecord._meta.db_table
        )
    return {name for name, constraint in found.items() if constraint["index"]}


def _merging() -> dict[str, int]:
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT k, v FROM published_search_config")
        return {key: value for key, value in cursor.fetchall() if "merge" in key}


def test_loaded_store_is_searched_and_has_its_indexes() -> None:
    before = _indexes()

    with loading():
        publish(*({"subject_name": f"连云港第{n}公司"} for n in range(30)))
        during = _indexes()
    query = finding.read_query({"q": "第29公"}, on=TODAY)

    assert "published_record_position" in before - during
    assert _indexes() == before
    assert [record.position for record in finding.find(query).records] == [30]
    assert finding.count(query).number == 1
    if connections["portal"].vendor == "sqlite":
        assert _merging() == _AS_EVER
