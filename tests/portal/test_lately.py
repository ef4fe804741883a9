"""Records that were read lately are not read again, and never outlive their removal."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from gongshi.portal import finding, replaced
from gongshi.portal.actions import apply_changes
from gongshi.portal.counting import Moment, moment
from gongshi.portal.lately import LatelyRead, lately_read
from gongshi.portal.models import PublishedRecord
from gongshi.portal.store import STORE
from tests.portal.changes import TODAY, change, publish, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

NOW = Moment(change=3, records=3)


def _record(position: int) -> PublishedRecord:
    return PublishedRecord(position=position)


def _kept(positions: list[int], now: Moment) -> list[int]:
    return sorted(lately_read.get(positions, now))


def test_records_stay_while_others_only_come() -> None:
    lately = LatelyRead(10)
    lately.get([], NOW)
    lately.put([_record(1), _record(2)], NOW)

    assert sorted(lately.get([1, 2, 3], Moment(change=5, records=5))) == [1, 2]


def test_all_are_forgotten_after_any_other_change() -> None:
    lately = LatelyRead(10)
    lately.get([], NOW)
    lately.put([_record(1), _record(2)], NOW)

    assert lately.get([1, 2], Moment(change=4, records=2)) == {}
    assert lately.get([1, 2], Moment(change=5, records=3)) == {}


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    lately, later = LatelyRead(10), Moment(change=4, records=2)
    lately.get([], NOW)
    lately.get([], later)

    lately.put([_record(1)], NOW)

    assert lately.get([1], later) == {}


def test_records_asked_for_last_are_kept() -> None:
    lately = LatelyRead(2)
    lately.get([], NOW)
    lately.put([_record(1), _record(2)], NOW)
    lately.get([1], NOW)

    lately.put([_record(3)], NOW)

    assert sorted(lately.get([1, 2, 3], NOW)) == [1, 3]


def test_search_reads_only_what_is_new() -> None:
    publish(*({"content": "甲乙"} for _ in range(3)))
    query = finding.read_query({"q": "甲乙"}, on=TODAY)
    before = finding.find(query, now=moment())
    apply_changes([change(4, content="甲乙")])

    after = finding.find(query, now=moment())

    assert [record.position for record in after.records] == [4, 3, 2, 1]
    assert after.records[1:] == before.records
    assert all(a is b for a, b in zip(after.records[1:], before.records, strict=True))


def test_withdrawn_record_is_neither_shown_nor_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    publish(*({"content": "甲乙", "subject_name": f"第{n}公司"} for n in range(1, 4)))
    before = Client().get("/search", {"q": "甲乙"}).content.decode()
    assert _kept([1, 2, 3], moment()) == [1, 2, 3]

    apply_changes([withdrawal(4, record=2)])
    after = Client().get("/search", {"q": "甲乙"}).content.decode()

    assert "第2公司" in before
    assert "第2公司" not in after
    assert "第3公司" in after
    assert _kept([1, 2, 3], moment()) == [1, 3]


def test_nothing_is_kept_of_a_file_that_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "portal.sqlite3"
    path.write_bytes(b"one")
    store = SimpleNamespace(
        vendor="sqlite", settings_dict={"NAME": str(path)}, close=lambda: None
    )
    monkeypatch.setattr(replaced, "connections", {STORE: store})
    answer = replaced.ReplacedStore(lambda request: HttpResponse())
    request = HttpRequest()
    answer(request)
    lately_read.get([], NOW)
    lately_read.put([_record(1)], NOW)
    answer(request)
    before = _kept([1], NOW)

    other = tmp_path / "other"
    other.write_bytes(b"two")
    other.replace(path)
    answer(request)

    assert before == [1]
    assert _kept([1], NOW) == []


def test_kept_rows_mark_the_term_and_speak_the_language_of_each_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    publish({"subject_name": "甲乙丙公司"})

    pages = [
        Client(headers={"accept-language": language})
        .get("/search", {"q": term, "language": language})
        .content.decode()
        for term in ("甲乙", "乙丙")
        for language in ("zh-hans", "en")
    ]

    assert ["<mark>甲乙</mark>丙公司" in page for page in pages] == [
        True,
        True,
        False,
        False,
    ]
    assert ["甲<mark>乙丙</mark>公司" in page for page in pages] == [
        False,
        False,
        True,
        True,
    ]
