"""Feeds tell what was published, of everything or of one part, never of persons."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_ATOM = "{http://www.w3.org/2005/Atom}"
_UNIT = "11320700014310258G"
_CODE = "91320700MA1MBGC09C"
_PATHS = [
    "all",
    f"units/{_UNIT}",
    "regions/320700",
    "kinds/licence",
    f"subjects/{_CODE}",
]


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    apply_chained(
        change(1, title="<b>食品</b>&"),
        change(2, kind="penalty", unit_code="other", region_code="320703"),
        change(3, person="natural", credit_code=None, subject_name="欧阳**"),
        change(4, display_until="2016-02-29"),
        change(5),
        withdrawal(6, record=5),
    )


def _urn(number: int) -> str:
    return f"urn:uuid:{record_id(number)}"


@pytest.mark.parametrize("path", _PATHS)
def test_feed_tells_the_same_in_both_forms(path: str) -> None:
    client = Client()
    tree = ElementTree.fromstring(client.get(f"/feeds/{path}.atom").content)  # noqa: S314 - our own
    values = client.get(f"/feeds/{path}.json").json()

    ids = [each.text for each in tree.iterfind(f"{_ATOM}entry/{_ATOM}id")]
    assert ids == [item["id"] for item in values["items"]]
    assert _urn(1) in ids
    assert values["version"] == "https://jsonfeed.org/version/1.1"
    assert not {_urn(3), _urn(4), _urn(5)} & set(ids)


def test_feed_of_a_part_has_that_part_only() -> None:
    client = Client()

    everything = client.get("/feeds/all.json").json()
    penalties = client.get("/feeds/kinds/penalty.json").json()

    assert [item["id"] for item in everything["items"]] == [_urn(2), _urn(1)]
    assert [item["id"] for item in penalties["items"]] == [_urn(2)]


def test_text_of_a_record_is_text() -> None:
    tree = ElementTree.fromstring(Client().get("/feeds/all.atom").content)  # noqa: S314 - our own

    titles = [each.text or "" for each in tree.iterfind(f"{_ATOM}entry/{_ATOM}title")]
    assert titles[-1].endswith("<b>食品</b>&")


@pytest.mark.parametrize("path", _PATHS)
def test_feed_leads_to_a_page_of_the_site(path: str) -> None:
    client = Client()

    page = client.get(f"/feeds/{path}.json").json()["home_page_url"]

    assert client.get(page.removeprefix("http://testserver")).status_code == 200


def test_feed_is_not_sent_again_until_something_changes() -> None:
    client = Client()
    etag = client.get("/feeds/all.atom").headers["ETag"]

    same = client.get("/feeds/all.atom", headers={"If-None-Match": etag})

    assert same.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "units/nobody.atom",
        "regions/999999.json",
        "kinds/other.atom",
        "subjects/91320700MA1MBGC09X.json",
        "persons/1.atom",
        "units/nobody.rss",
    ],
)
def test_feed_of_nothing_is_not_there(path: str) -> None:
    assert Client().get(f"/feeds/{path}").status_code == 404


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "all"),
        ("/lists/", "all"),
        ("/kinds/licence/", "kinds/licence"),
        ("/regions/320700/", "regions/320700"),
        (f"/units/{_UNIT}/", f"units/{_UNIT}"),
        (f"/subjects/{_CODE}/", f"subjects/{_CODE}"),
    ],
)
def test_page_names_its_feed_for_programs_and_for_people(page: str, feed: str) -> None:
    client = Client()

    head, body = client.get(page).content.decode().split("</head>")

    named = re.findall(r'rel="alternate" type="[^"]+" href="([^"]+)"', head)
    assert named[:2] == [f"/feeds/{feed}.atom", f"/feeds/{feed}.json"]
    assert named[2:] == (
        [] if feed == "all" else ["/feeds/all.atom", "/feeds/all.json"]
    )
    assert re.search(
        rf'<a[^>]* href="/feeds/{feed}\.atom" type="application/atom', body
    )
    assert {client.get(address).status_code for address in named} == {200}


@pytest.mark.parametrize("page", ["/search", f"/records/{record_id(1)}/", "/about/"])
def test_page_without_a_feed_names_that_of_everything(page: str) -> None:
    head = Client().get(page).content.decode().split("</head>")[0]

    assert re.findall(r'rel="alternate" type="[^"]+" href="([^"]+)"', head) == [
        "/feeds/all.atom",
        "/feeds/all.json",
    ]
