"""The page of the audit trail: what is asked for, within reach, and its files."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role, Unit
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.models import Event
from gongshi.pipeline import audit_views
from tests.factories import MembershipFactory, UnitFactory
from tests.office.desk import page_of
from tests.tampering import tamper

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

NOON = datetime(2016, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def city() -> Unit:
    """Return the unit above all others."""
    return UnitFactory.create(code="lyg", name="连云港市人民政府", short_name="市政府")


@pytest.fixture
def auditor(city: Unit) -> Client:
    """Return the browser of the city's auditor."""
    return browser(city)


def browser(unit: Unit, role: Role = Role.AUDITOR) -> Client:
    """Return the browser of somebody with a role in the unit."""
    client = Client()
    seat = MembershipFactory.create(unit=unit, user__unit=unit, role=role)
    client.force_login(seat.user)
    return client


def event(**changes: object) -> Event:
    """Append an event; a change names what is different about it."""
    values: dict[str, object] = {
        "username": "li",
        "unit": "",
        "address": "10.0.0.8",
        "action": "intake.receive_file",
        "key": "k-1",
        "at": NOON,
        "details": {},
        "reason": "",
    } | changes
    at = values["at"]
    details = values["details"]
    assert isinstance(at, datetime)
    assert isinstance(details, dict)
    return record_event(
        at=at,
        by=Actor(
            username=str(values["username"]),
            role="enterer",
            unit=str(values["unit"]),
            address=str(values["address"]),
        ),
        action=str(values["action"]),
        target=Target(kind="batch", key=str(values["key"])),
        details=details,
        changes={"state": ("received", "checked")},
        reason=str(values["reason"]),
    )


def shown(client: Client, **asked: object) -> list[int]:
    """Return the numbers of the events on the page that is asked for."""
    page = page_of(client, f"/office/audit/?{urlencode(asked)}")
    return [int(part.split('"')[0]) for part in page.split('id="event-')[1:]]


def file_of(client: Client, ending: str, **asked: object) -> str:
    """Return a file's text, as it is streamed."""
    response = client.get(f"/office/audit/export.{ending}?{urlencode(asked)}")
    assert response.status_code == 200
    return response.getvalue().decode()


def test_page_tells_who_what_where_and_why(auditor: Client) -> None:
    event(reason="每月报送")

    page = page_of(auditor, "/office/audit/")

    for told in ("li", "填报", "10.0.0.8", "接收文件", "每月报送"):
        assert told in page
    assert "<del>已接收</del>" in page
    assert "<ins>已校验</ins>" in page


def test_unit_among_the_details_is_told_by_its_name(auditor: Client) -> None:
    event(details={"unit": "lyg"})
    event(details={"unit": "gone"})

    page = page_of(auditor, "/office/audit/")

    assert "<span>单位 市政府</span>" in page
    assert "<span>单位 gone</span>" in page


def test_values_in_a_value_are_parted_as_chinese_is_written(auditor: Client) -> None:
    event(details={"comments": [{"code": "请核对。", "month": "3"}]})

    page = page_of(auditor, "/office/audit/")

    assert "代码：请核对。；月份：3" in page


def test_event_that_changed_very_much_is_folded(auditor: Client) -> None:
    items = {f"XK-{number}": (None, "环境影响评价审批") for number in range(7)}
    record_event(
        at=NOON,
        by=Actor(username="li"),
        action="catalogue.take_items",
        target=Target(kind="catalogue", key="lyg 1"),
        changes=items,
    )

    page = page_of(auditor, "/office/audit/")

    assert "<summary>变更 7 项</summary>" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", "wang"),
        ("unit", "lyg-hbj"),
        ("action", "publication.withdraw"),
        ("action", "publication"),
        ("target", "k-2"),
        ("address", "10.9.9.9"),
        ("since", "2016-03-02"),
    ],
)
def test_filter_leaves_what_is_asked_for(
    auditor: Client, city: Unit, name: str, value: str
) -> None:
    UnitFactory.create(code="lyg-hbj", superior=city)
    event()
    wanted = event(
        username="wang",
        unit="lyg-hbj",
        action="publication.withdraw",
        key="k-2",
        address="10.9.9.9",
        at=datetime(2016, 3, 1, 16, tzinfo=UTC),
    )

    assert shown(auditor, **{name: value}) == [wanted.sequence]


def test_last_day_of_a_period_is_counted_in_as_beijing_has_it(auditor: Client) -> None:
    late = event(at=datetime(2016, 3, 1, 15, 59, tzinfo=UTC))
    event(at=datetime(2016, 3, 1, 16, tzinfo=UTC))

    assert shown(auditor, until="2016-03-01") == [late.sequence]


@pytest.mark.parametrize("address", ["", "export.csv", "export.jsonl"])
@pytest.mark.parametrize(
    "asked",
    [
        {"since": "abc"},
        {"since": "2016-13-01"},
        {"since": "0001-01-01"},
        {"until": "1999-12-31"},
        {"until": "9999-12-31"},
    ],
)
def test_day_that_is_none_of_ours_is_refused_and_kept_as_typed(
    auditor: Client, address: str, asked: dict[str, str]
) -> None:
    ((name, typed),) = asked.items()

    page = page_of(auditor, f"/office/audit/{address}?{urlencode(asked)}", status=422)

    assert f'id="{name}-error">请按 2016-03-01 的格式填写' in page
    assert f'name="{name}" type="text" value="{typed}"' in page
    assert 'action="/office/audit/"' in page


def test_first_and_last_day_of_ours_are_taken(auditor: Client) -> None:
    wanted = event()

    assert wanted.sequence in shown(auditor, since="2000-01-01", until="2100-12-31")


def test_pages_follow_each_other_without_gap_or_repetition(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_views, "PAGE", 2)
    for _number in range(5):
        event(key="paged")

    first = shown(auditor, target="paged")
    second = shown(auditor, target="paged", below=first[-1])
    third = shown(auditor, target="paged", below=second[-1])
    back = shown(auditor, target="paged", above=third[0])

    assert [len(first), len(second), len(third)] == [2, 2, 1]
    assert first + second + third == sorted({*first, *second, *third}, reverse=True)
    assert back == second


def test_reader_sees_events_of_the_units_within_reach_only(city: Unit) -> None:
    ours = UnitFactory.create(code="ours", superior=city)
    UnitFactory.create(code="theirs", superior=city)
    event(unit="theirs")
    event(unit="")
    wanted = event(unit="ours")

    assert shown(browser(ours)) == [wanted.sequence]
    assert "theirs" not in file_of(browser(ours), "jsonl")


def test_reader_of_everything_sees_what_was_done_for_no_unit(auditor: Client) -> None:
    unowned = event(unit="")

    assert unowned.sequence in shown(auditor)


@pytest.mark.parametrize("role", [Role.ENTERER, Role.REVIEWER, Role.UNIT_ADMIN])
def test_page_is_for_those_who_may_read_the_trail(city: Unit, role: Role) -> None:
    assert browser(city, role).get("/office/audit/").status_code == 403
    assert browser(city, role).get("/office/audit/export.csv").status_code == 403


def test_csv_has_every_event_in_order_and_runs_no_formula(auditor: Client) -> None:
    event(key="a", reason="=HYPERLINK(1)")
    event(key="b")

    text = file_of(auditor, "csv", action="intake")

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert [row["target_id"] for row in rows] == ["a", "b"]
    assert rows[0]["reason"] == "'=HYPERLINK(1)"


def test_json_lines_keep_before_after_and_hashes(auditor: Client) -> None:
    kept = event(key="a", details={"rows": 3})

    line = json.loads(file_of(auditor, "jsonl", target="a"))

    assert line["changes"] == {"state": {"before": "received", "after": "checked"}}
    assert (line["details"], line["hash"]) == ({"rows": 3}, kept.hash)


@pytest.mark.parametrize(
    "edit",
    [
        "details = 'x'",
        "details = '[]'",
        "changes = 'null'",
        "changes = '[1]'",
        """changes = '{"a": 1}'""",
    ],
)
def test_event_whose_content_was_damaged_spoils_neither_page_nor_files(
    auditor: Client, edit: str
) -> None:
    event(key="a", reason="每月报送")
    event(key="b")
    tamper(f"UPDATE audit_event SET {edit} WHERE target_id = 'a'")  # noqa: S608 - ours

    page = page_of(auditor, "/office/audit/")
    lines = [json.loads(line) for line in file_of(auditor, "jsonl").splitlines()]

    assert "每月报送" in page
    assert "该条日志内容已损坏" in page
    kept = Event.objects.get(target_id="a")
    told = next(line for line in lines if line["target_id"] == "a")
    assert (told["details"], told["changes"]) == (kept.details, kept.changes)
    assert len(file_of(auditor, "csv").splitlines()) == 1 + len(lines)


def test_unknown_kind_of_file_is_not_there(auditor: Client) -> None:
    assert auditor.get("/office/audit/export.xml").status_code == 404


def test_page_asks_the_database_the_same_number_of_times_for_any_number_of_events(
    auditor: Client,
) -> None:
    event()
    shown(auditor)
    with CaptureQueriesContext(connection) as few:
        shown(auditor)
    for _number in range(20):
        event()

    with CaptureQueriesContext(connection) as many:
        shown(auditor)

    assert len(many) == len(few)
