"""Periods that reach beyond all decisions."""

import pytest

from gongshi.portal import finding
from tests.portal.changes import TODAY, publish

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ({"until": "9999-12-31"}, [1]),
        ({"from": "0001-01-01", "until": "9999-12-31"}, [1]),
        ({"from": "2150-01-01"}, []),
        ({"from": "9999-12-31", "until": "9999-12-31"}, []),
        ({"until": "1800-12-31"}, []),
        ({"until": "0001-01-01"}, []),
    ],
)
def test_period_beyond_all_decisions_finds_what_lies_in_it(
    period: dict[str, str], found: list[int]
) -> None:
    publish({})

    query = finding.read_query({"q": "食品", **period}, on=TODAY)

    assert [record.position for record in finding.find(query).records] == found
    assert finding.count(query).number == len(found)
