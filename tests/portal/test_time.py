"""What is shown when: by the date of the request in Beijing, to the second."""

import pytest
from django.test import Client

from gongshi.domain.feed import Operation
from gongshi.portal.actions import apply_changes
from tests.portal.changes import change, publish, record_id
from tests.portal.clock import stand_at

pytestmark = pytest.mark.django_db(databases=["portal"])

_RECORD = f"/records/{record_id(1)}/"
_LISTS = (
    "/",
    "/lists/",
    "/kinds/licence/",
    "/regions/320700/",
    "/units/11320700014310258G/",
    "/items/JS320700SY-XK-0001/",
)


def _shows(address: str) -> bool:
    return _RECORD in Client().get(address).content.decode()


@pytest.mark.parametrize("address", _LISTS)
def test_tenth_day_is_listed_to_its_last_second(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    publish({"published_on": "2016-03-01", "listed_until": "2016-03-10"})

    stand_at(monkeypatch, "2016-03-10 23:59:59")
    on_day_ten = _shows(address)
    stand_at(monkeypatch, "2016-03-11 00:00:00")
    on_day_eleven = _shows(address)

    assert on_day_ten
    assert not on_day_eleven


def test_eleventh_day_is_query_only(monkeypatch: pytest.MonkeyPatch) -> None:
    publish({"published_on": "2016-03-01", "listed_until": "2016-03-10"})

    stand_at(monkeypatch, "2016-03-11 00:00:00")

    assert _shows("/search?q=云台食品")
    assert _shows("/subjects/91320700MA1MBGC09C/")
    assert Client().get(_RECORD).status_code == 200


def test_period_ends_at_midnight_after_its_last_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish({"display_until": "2023-03-01", "listed_until": "2016-03-10"})

    stand_at(monkeypatch, "2023-03-01 23:59:59")
    before = (_shows("/search?q=云台食品"), Client().get(_RECORD).status_code)
    stand_at(monkeypatch, "2023-03-02 00:00:00")
    after = (_shows("/search?q=云台食品"), Client().get(_RECORD).status_code)

    assert before == (True, 200)
    assert after == (False, 410)


def test_ended_period_is_said_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    publish({"display_until": "2023-03-01", "subject_name": "连云港甲公司"})
    stand_at(monkeypatch, "2023-03-02 00:00:00")

    page = Client().get(_RECORD).content.decode()

    assert "公示期" in page
    assert "连云港甲公司" not in page
    assert Client().get("/subjects/91320700MA1MBGC09C/").status_code == 404


def test_midnight_in_beijing_decides_not_that_of_greenwich(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish({"listed_until": "2016-03-10"})

    # In Greenwich it is four in the afternoon of the tenth.
    stand_at(monkeypatch, "2016-03-11 00:00:00")

    assert not _shows("/lists/")


def test_long_term_record_has_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    publish({"display_until": None, "listed_until": "2016-03-10"})

    stand_at(monkeypatch, "2099-12-31 23:59:59")

    assert Client().get(_RECORD).status_code == 200


def test_marks_stand_in_lists_and_on_the_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_at(monkeypatch, "2016-03-05 10:00:00")
    apply_changes([change(1)])
    marked = change(
        2,
        record=1,
        operation=Operation.MARK,
        disputed_on="2016-03-04",
        corrected_on="2016-03-03",
        version=2,
    )

    apply_changes([marked])

    for address in ("/", "/lists/", "/search?q=食品", _RECORD):
        page = Client().get(address).content.decode()
        assert "异议处理中" in page
        assert "更正于 2016-03-03" in page
