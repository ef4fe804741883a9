"""The pages of the bulk sets, and their files: whole, in ranges, or not again."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from gongshi.portal.opendata.making import make_set
from gongshi.portal.opendata.sets import DAILY, find_set
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_AT = datetime(2016, 3, 1, 16, 5, tzinfo=UTC)
_NAME = "licence-jiangsu-2016"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def published_set(tmp_path: Path, settings: LazySettings) -> Path:
    """Return the folder of the set that the pages show."""
    settings.OPEN_DATA_DIR = tmp_path
    apply_chained(change(1), change(2))
    make_set(tmp_path, TODAY, at=_AT)
    return tmp_path / DAILY / "2016-03-01"


_FILE = f"/open/sets/daily/2016-03-01/{_NAME}.ndjson"


def test_page_shows_the_newest_set(published_set: Path) -> None:
    page = Client().get("/open/").content.decode()

    assert _FILE in page
    assert "SHA256SUMS" in page
    assert find_set(published_set.parent.parent, DAILY, "2016-03-01") is not None
    assert Client().get("/open/sets/monthly/2016-03/").status_code == 200


def test_page_says_that_records_were_withdrawn_since(published_set: Path) -> None:
    before = Client().get("/open/").content.decode()
    apply_chained(change(1), change(2), withdrawal(3, record=1))

    after = Client().get("/open/").content.decode()

    assert "open-removed" not in before
    assert "open-removed" in after


def test_page_without_any_set_says_so(tmp_path: Path, settings: LazySettings) -> None:
    settings.OPEN_DATA_DIR = tmp_path / "nothing"

    assert Client().get("/open/").status_code == 200


def test_file_is_sent_whole(published_set: Path) -> None:
    response = Client().get(_FILE)

    content = (published_set / f"{_NAME}.ndjson").read_bytes()
    assert b"".join(response) == content
    assert response.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None)],
)
def test_range_of_a_file_is_sent(
    published_set: Path, asked: str, start: int, end: int | None
) -> None:
    response = Client().get(_FILE, headers={"Range": asked})

    content = (published_set / f"{_NAME}.ndjson").read_bytes()
    assert response.status_code == 206
    assert b"".join(response) == content[start:end]
    assert response.headers["Content-Length"] == str(len(content[start:end]))


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=9-5", "bytes=-0"])
def test_range_outside_of_the_file_is_refused(published_set: Path, asked: str) -> None:
    response = Client().get(_FILE, headers={"Range": asked})

    assert response.status_code == 416


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=0-1,5-6", "x"])
def test_range_that_is_not_understood_is_passed_over(
    published_set: Path, asked: str
) -> None:
    assert Client().get(_FILE, headers={"Range": asked}).status_code == 200


def test_range_of_a_file_that_changed_since_is_sent_whole(published_set: Path) -> None:
    response = Client().get(_FILE, headers={"Range": "bytes=0-1", "If-Range": '"old"'})

    assert response.status_code == 200


def test_file_is_not_sent_again(published_set: Path) -> None:
    etag = Client().get(_FILE).headers["ETag"]

    assert Client().get(_FILE, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/open/sets/daily/2016-03-01/no.csv",
        "/open/sets/daily/2016-03-01/..%2F..%2F.lock",
        "/open/sets/daily/2016-03-01/%2Fetc%2Fpasswd",
        "/open/sets/daily/2016-03-02/SHA256SUMS",
        "/open/sets/yearly/2016-03-01/SHA256SUMS",
        "/open/sets/daily/work/",
        "/open/sets/daily/2016-03-01x/",
    ],
)
def test_what_is_not_in_a_set_is_not_there(published_set: Path, path: str) -> None:
    assert Client().get(path).status_code == 404
