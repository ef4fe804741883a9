"""A unit's list in its own site: in any frame, without scripts, within fixed bounds."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_FRAME = "/embed/units/11320700014310258G/"
_DATA = "/embed/units/11320700014310258G.json"


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    apply_chained(
        *(change(number) for number in range(1, 9)),
        change(9, person="natural", credit_code=None, subject_name="欧阳**"),
        change(10, unit_code="other"),
    )


def test_frame_may_stand_in_any_site_and_runs_no_script() -> None:
    response = Client().get(_FRAME)

    page = response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in response.headers
    assert "<script" not in page
    assert "unsafe" not in policy
    assert not response.cookies


def test_frame_stays_open_when_it_comes_from_memory() -> None:
    client = Client()
    client.get(_FRAME)

    again = client.get(_FRAME)

    assert "X-Frame-Options" not in again.headers
    assert "frame-ancestors *" in again.headers["Content-Security-Policy"]


def test_frame_shows_the_units_latest_and_leads_to_the_register() -> None:
    page = Client().get(f"{_FRAME}?size=5").content.decode()

    shown = re.findall(r'href="http://testserver/records/([^/]+)/"', page)
    assert shown == [str(record_id(number)) for number in (8, 7, 6, 5, 4)]
    assert 'target="_blank" rel="noopener"' in page


def test_looks_are_from_a_fixed_list() -> None:
    page = Client().get(f"{_FRAME}?theme=dark&accent=red&type=large").content.decode()

    assert 'class="theme-dark accent-red type-large"' in page


@pytest.mark.parametrize(
    "query",
    ["?theme=x", "?size=1000", '?accent="><script>', "?kind=other", "?type=%00"],
)
def test_other_looks_are_refused(query: str) -> None:
    client = Client()

    assert client.get(_FRAME + query).status_code == 400
    assert client.get(_DATA + query).status_code == 400


def test_data_may_be_read_from_any_site() -> None:
    response = Client().get(f"{_DATA}?size=5&kind=licence")

    values = response.json()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert len(values["records"]) == 5
    assert values["records"][0]["address"].endswith(f"/records/{record_id(8)}/")


def test_withdrawn_record_leaves_the_frame_at_once() -> None:
    client = Client()
    etag = client.get(_FRAME).headers["ETag"]
    before = [change(number) for number in range(1, 9)]
    person = change(9, person="natural", credit_code=None, subject_name="欧阳**")
    other = change(10, unit_code="other")
    apply_chained(*before, person, other, withdrawal(11, record=8))

    response = client.get(_FRAME, headers={"If-None-Match": etag})

    assert response.status_code == 200
    assert str(record_id(8)) not in response.content.decode()


@pytest.mark.parametrize("path", ["/embed/units/nobody/", "/embed/units/nobody.json"])
def test_unit_that_does_not_exist_has_no_list(path: str) -> None:
    assert Client().get(path).status_code == 404
