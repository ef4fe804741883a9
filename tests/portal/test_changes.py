"""The public chain: complete, exact, and silent about natural persons."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gongshi.domain.feed import Operation, PublicChange, payload_digest, record_digest
from gongshi.domain.feed_check import Check, read_head, read_link
from gongshi.portal.actions import apply_changes
from gongshi.portal.models import PublishedRecord
from gongshi.portal.restoring import restored
from gongshi.portal.store import STORE
from tests.portal.chain import apply_chained, chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_PERSON = {"person": "natural", "credit_code": None, "subject_name": "欧阳**"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def _lines(client: Client, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"/changes.ndjson{query}")
    assert response.status_code == 200
    text = b"".join(response).decode()
    return [json.loads(line) for line in text.splitlines()]


def test_record_on_display_is_given_with_the_very_content_of_its_change(
    client: Client,
) -> None:
    (published,) = apply_chained(change(1, title='引号"和\\斜杠', status=None))

    (line,) = _lines(client)

    assert line["payload"] == published.payload
    assert payload_digest(line["payload"]) == line["digest"]
    assert line["record_id"] == str(record_id(1))


def test_whole_chain_holds_for_a_reader_who_has_nothing_else(client: Client) -> None:
    apply_chained(
        change(1),
        change(2, **_PERSON),
        change(3, record=1, operation=Operation.CORRECT, version=2),
        change(4),
        withdrawal(5, record=4),
    )

    response = client.get("/changes.ndjson")
    links = [read_link(line) for line in b"".join(response).decode().splitlines()]
    check = Check()
    followed = list(check.follow(links))

    assert len(followed) == 5
    assert check.finish().contents == 1
    assert check.head == read_head(client.get("/changes/head").content.decode())


def test_natural_person_is_in_the_chain_without_a_way_to_the_page(
    client: Client,
) -> None:
    apply_chained(change(1, **_PERSON), change(2))

    page = client.get("/changes").content.decode()
    lines = _lines(client)

    assert lines[0]["absent"] == "natural-person"
    assert lines[0]["record"] == record_digest(record_id(1))
    assert str(record_id(1)) not in json.dumps(lines) + page
    assert str(record_id(2)) in page


def test_natural_person_taken_away_and_back_is_never_named(client: Client) -> None:
    taken = chained([change(1, **_PERSON), withdrawal(2, record=1, person="natural")])
    back = chained([*taken, change(3, record=1, **_PERSON)])
    secret = str(record_id(1))

    apply_changes(taken)
    while_away = _everything(client)
    apply_changes(back)

    assert "行政决定被依法撤销" in while_away
    assert secret not in while_away + _everything(client)
    assert client.get(f"/records/{secret}/").status_code == 200
    assert client.get(f"/open/api/v1/records/{secret}").status_code == 404


def test_legal_person_taken_away_is_named(client: Client) -> None:
    apply_chained(change(1), withdrawal(2, record=1))

    assert _everything(client).count(str(record_id(1))) >= 4


def _everything(client: Client) -> str:
    """Return all that names changes and removals."""
    addresses = ("/withdrawals/", "/changes", "/open/api/v1/changes", "/sitemaps/1.xml")
    texts = [b"".join(client.get(address)).decode() for address in addresses]
    return "\n".join([*texts, *(json.dumps(line) for line in _lines(client))])


@pytest.mark.parametrize(
    ("later", "absent"),
    [
        (withdrawal(2, record=1), "superseded"),
        (change(2, record=1, operation=Operation.CORRECT), "superseded"),
    ],
)
def test_content_of_what_was_overtaken_is_not_given(
    client: Client, later: PublicChange, absent: str
) -> None:
    apply_chained(change(1), later)

    first = _lines(client)[0]

    assert first["absent"] == absent
    assert "payload" not in first


def test_content_goes_when_the_display_ends(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_chained(change(1, display_until="2016-03-02"))
    shown = _lines(client)

    monkeypatch.setattr(timezone, "localdate", lambda: date(2016, 3, 3))

    assert "payload" in shown[0]
    assert _lines(client)[0]["absent"] == "display-ended"


def test_stream_goes_on_behind_a_number_and_is_bounded(client: Client) -> None:
    apply_chained(*(change(number) for number in range(1, 8)))

    some = _lines(client, "?since=2&limit=3")

    assert [line["sequence"] for line in some] == [3, 4, 5]
    assert _lines(client, "?since=7") == []


@pytest.mark.parametrize(
    "query", ["?since=x", "?since=-1", "?limit=0", "?limit=5001", "?since=" + "9" * 20]
)
def test_senseless_stream_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/changes.ndjson{query}").status_code == 400


def test_page_before_a_number_shows_those_before(client: Client) -> None:
    apply_chained(*(change(number) for number in range(1, 4)))

    page = client.get("/changes?before=2").content.decode()

    assert f"/records/{record_id(1)}/" in page
    assert f"/records/{record_id(2)}/" not in page
    assert client.get("/changes?before=no").status_code == 400


def test_reader_who_has_the_present_chain_is_told_so_from_the_cursor_alone(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    apply_chained(change(1))
    etag = client.get("/changes.ndjson").headers["ETag"]

    with django_assert_num_queries(1, using=STORE):
        again = client.get("/changes.ndjson", headers={"If-None-Match": etag})
    apply_chained(change(1), withdrawal(2, record=1))

    assert again.status_code == 304
    assert (
        client.get("/changes.ndjson", headers={"If-None-Match": etag}).status_code
        == 200
    )


def test_restored_payload_keeps_days_and_nothing_as_they_were() -> None:
    published = apply_chained(
        change(1, display_until=None, corrected_on="2016-03-01", category=None),
        change(2, entrusted_name="市食品监督所", credit_code=None, title=""),
        change(3, disputed_on="2016-03-01", version=4, catalogue_item=None),
    )

    records = PublishedRecord.objects.using(STORE).order_by("position")

    assert [restored(each) for each in records] == [each.payload for each in published]
