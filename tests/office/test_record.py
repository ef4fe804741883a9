"""A record's page: what it shows, and what each of its buttons does."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Role, Unit
from gongshi.domain.lifecycle import State
from gongshi.portal.models import PublishedRecord
from gongshi.records.models import ProposedCorrection, Record
from tests.factories import (
    AT,
    MembershipFactory,
    RecordFactory,
    proposed,
    public_record,
    standing_as,
)
from tests.office.desk import checked_batch, licence_file, page_of

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

TICKED = {"secrecy_checked": "yes"}
REASON = {"reason_code": "revoked", "reason": "复议撤销"}
HOLD = {"reason_code": "privacy", "reason": "正在核实", "until": "2016-03-31"}


def _address(record: Record, action: str = "") -> str:
    return f"/office/records/{record.pk}/{action}"


def _press(client: Client, record: Record, action: str, **values: str) -> str:
    version = {"version": str(Record.objects.get(pk=record.pk).version)}
    response = client.post(_address(record, action), version | values, follow=True)
    record.refresh_from_db()
    return response.content.decode()


@pytest.fixture
def record(unit: Unit) -> Record:
    """Return a record that waits for its review."""
    checked_batch(unit, licence_file({}))
    return Record.objects.select_related("unit").get()


@pytest.fixture
def public(unit: Unit) -> Record:
    """Return a record that is public."""
    return public_record(unit=unit)


def test_enterer_is_led_to_the_correction_of_what_a_colleague_entered(
    enterer: Client, record: Record
) -> None:
    waiting = page_of(enterer, _address(record))

    assert 'id="review-title"' in waiting
    assert f'href="{_address(record, "edit/")}"' in waiting


def test_enterer_is_led_to_the_correction_of_what_is_public(
    enterer: Client, public: Record
) -> None:
    page = page_of(enterer, _address(public))

    assert f'href="{_address(public, "edit/")}"' in page


def test_page_shows_every_field_in_groups_with_the_deadline(
    browser: Client, record: Record
) -> None:
    page = page_of(browser, _address(record))

    for words in (
        "连云港苍梧化工有限公司",
        "同意年产300吨",
        "5 working days left",
        "Waits for review",
        "核准",
    ):
        assert words in page
    assert [*dict.fromkeys(re.findall(r'id="group-(\w+)"', page))] == [
        "subject",
        "decision",
        "dates",
        "authority",
        "other",
    ]
    assert "320703198001010015" not in page


def test_record_of_another_unit_is_not_there(browser: Client) -> None:
    other = RecordFactory.create()

    assert browser.get(_address(other)).status_code == 404
    for action in ("approve", "return", "withdraw", "mark", "defer", "resubmit"):
        assert browser.post(_address(other, action)).status_code == 404


def test_reviewer_approves_and_the_public_has_it_at_once(
    reviewer: Client, record: Record
) -> None:
    page = _press(reviewer, record, "approve", **TICKED)

    assert record.state == State.PUBLISHED
    assert (record.reviewed_by, record.secrecy_checked_by) == ("reviewer", "reviewer")
    assert PublishedRecord.objects.using("portal").count() == 1
    assert "Published in time" in page


def test_without_the_tick_nothing_is_published(
    reviewer: Client, record: Record
) -> None:
    page = _press(reviewer, record, "approve")

    assert record.state == State.CHECKED
    assert "secrecy check" in page


def test_double_click_publishes_once(reviewer: Client, record: Record) -> None:
    _press(reviewer, record, "approve", **TICKED)

    page = _press(reviewer, record, "approve", **TICKED)

    assert record.state == State.PUBLISHED
    assert "Somebody was quicker" in page
    assert PublishedRecord.objects.using("portal").count() == 1


def test_old_page_decides_nothing(reviewer: Client, record: Record) -> None:
    Record.objects.update(version=2)

    response = reviewer.post(
        _address(record, "approve"), TICKED | {"version": "1"}, follow=True
    )

    assert "Somebody was quicker" in response.content.decode()
    assert Record.objects.get().state == State.CHECKED


def test_enterer_has_no_button_to_review(enterer: Client, record: Record) -> None:
    page = page_of(enterer, _address(record))

    assert "/approve" not in page
    assert "/return" not in page
    assert enterer.post(_address(record, "approve"), TICKED).status_code == 403


def test_one_who_entered_it_and_reviews_elsewhere_is_told_so(
    browser: Client, unit: Unit
) -> None:
    checked_batch(unit, licence_file({}), by=unit.people.get().username)
    record = Record.objects.get()

    page = page_of(browser, _address(record))

    assert "/approve" not in page
    assert "You entered this record; somebody else reviews it." in page


def test_returned_record_shows_the_comment_beside_its_field(
    reviewer: Client, enterer: Client, record: Record
) -> None:
    _press(
        reviewer,
        record,
        "return",
        **{"comment-remarks": "请补充附件", "comment-": "整体有误"},
    )

    page = page_of(enterer, _address(record))

    assert record.state == State.RETURNED
    assert "请补充附件" in page
    assert "整体有误" in page
    assert "/resubmit" in page


def test_enterer_hands_in_again(enterer: Client, record: Record) -> None:
    Record.objects.update(**standing_as(State.RETURNED))
    record.refresh_from_db()

    _press(enterer, record, "resubmit", answer="核对无误")

    assert record.state == State.CHECKED


@pytest.mark.parametrize(
    ("action", "values", "state"),
    [
        ("withdraw", REASON, State.WITHDRAWN),
        ("defer", HOLD, State.DEFERRED),
        ("keep-private", HOLD, State.NOT_PUBLIC),
    ],
)
def test_public_record_leaves_the_portal_and_stays_visible_inside(
    reviewer: Client,
    public: Record,
    action: str,
    values: dict[str, str],
    state: State,
) -> None:
    page = _press(reviewer, public, action, **values)

    assert public.state == state
    assert not PublishedRecord.objects.using("portal").exists()
    assert public.subject_name in page
    assert values["reason"] in page


@pytest.mark.parametrize("action", ["defer", "keep-private"])
def test_checked_record_is_held(reviewer: Client, record: Record, action: str) -> None:
    _press(reviewer, record, action, **HOLD)

    assert record.state in (State.DEFERRED, State.NOT_PUBLIC)


def test_deferred_record_is_released(reviewer: Client, record: Record) -> None:
    _press(reviewer, record, "defer", **HOLD)

    _press(reviewer, record, "release", **TICKED)

    assert record.state == State.PUBLISHED


def test_withdrawn_record_is_brought_back_to_review(
    reviewer: Client, public: Record
) -> None:
    _press(reviewer, public, "withdraw", **REASON)

    _press(reviewer, public, "reopen", reason="误操作")

    assert public.state == State.CHECKED


def test_objection_is_noted_and_settled(reviewer: Client, public: Record) -> None:
    noted = _press(
        reviewer, public, "mark", mark="disputed", on="2016-03-01", reason="不服"
    )
    settled = _press(reviewer, public, "settle", outcome="维持")

    assert "Disputed" in noted
    assert "维持" in settled
    assert public.disputed_on is None


def test_revocation_noted_by_mistake_is_taken_back(
    reviewer: Client, public: Record
) -> None:
    noted = _press(
        reviewer, public, "mark", mark="revoked", on="2016-03-01", reason="复议"
    )
    taken_back = _press(reviewer, public, "unmark", mark="revoked", reason="记错案号")

    assert "/unmark" in noted
    assert "/unmark" not in taken_back
    assert "记错案号" in taken_back
    assert public.revoked_on is None


def test_comment_on_a_field_that_the_form_does_not_have_is_none(
    reviewer: Client, record: Record
) -> None:
    page = _press(reviewer, record, "return", **{f"comment-{'x' * 80}": "误"})

    assert "Say what is wrong, at least once." in page
    assert record.state == State.CHECKED


def test_credit_office_ends_the_display_and_reviewer_may_not(
    reviewer: Client, stranger: Client, public: Record
) -> None:
    office = MembershipFactory.create(role=Role.CREDIT_OFFICE, unit=public.unit)
    stranger.force_login(office.user)
    values = {"reason_code": "repair", "reason": "已修复"}

    refused = reviewer.post(_address(public, "end"), values)
    _press(stranger, public, "end", **values)

    assert refused.status_code == 403
    assert public.state == State.ENDED


def test_credit_office_shows_again_what_it_ended_by_mistake(
    stranger: Client, public: Record
) -> None:
    office = MembershipFactory.create(role=Role.CREDIT_OFFICE, unit=public.unit)
    stranger.force_login(office.user)
    ended = _press(stranger, public, "end", reason_code="repair", reason="已修复")

    again = _press(stranger, public, "resume", reason="误操作")

    assert _address(public, "resume") in ended
    assert _address(public, "resume") not in again
    assert public.state == State.PUBLISHED


def test_correction_is_compared_and_taken_over(
    reviewer: Client, public: Record
) -> None:
    correction = proposed(public, remarks="更正后的备注")
    before = page_of(reviewer, _address(public))

    reviewer.post(
        f"/office/corrections/{correction.pk}/take", TICKED | {"version": "1"}
    )
    after = page_of(reviewer, _address(public))

    assert "<ins>更正后的备注</ins>" in before
    assert ProposedCorrection.objects.get().state == "taken"
    assert "Version 1, replaced on" in after
    assert "Corrected on" in after


def test_correction_of_another_unit_is_not_there(reviewer: Client) -> None:
    correction = proposed(public_record(), remarks="更正后")

    for way in ("take", "refuse"):
        response = reviewer.post(f"/office/corrections/{correction.pk}/{way}")
        assert response.status_code == 404


def test_correction_is_refused_with_a_reason(reviewer: Client, public: Record) -> None:
    correction = proposed(public, remarks="更正后")

    reviewer.post(
        f"/office/corrections/{correction.pk}/refuse",
        {"version": "1", "reason": "与决定书不符"},
    )

    correction.refresh_from_db()
    assert (correction.state, correction.refusal) == ("refused", "与决定书不符")


def test_simple_procedure_is_shown_inside_with_its_reason(
    browser: Client, unit: Unit
) -> None:
    record = RecordFactory.create(unit=unit, **standing_as(State.NOT_PUBLIC))

    page = page_of(browser, _address(record))

    assert "Simple procedure, or for sharing or enquiry only" in page
    assert "Collected and reported, never shown to the public." in page


def test_history_tells_what_happened(reviewer: Client, record: Record) -> None:
    _press(reviewer, record, "approve", **TICKED)

    page = page_of(reviewer, _address(record))

    for sentence in ("Published a record", "Approved a record", "Received a file"):
        assert sentence in page


def test_page_costs_the_same_queries_for_a_short_and_a_long_life(
    reviewer: Client, public: Record, unit: Unit
) -> None:
    short = _cost(reviewer, public)
    for number in range(6):
        _press(
            reviewer,
            public,
            "mark",
            mark="disputed",
            on=AT.date().isoformat(),
            reason=f"不服{number}",
        )
        _press(reviewer, public, "settle", outcome="维持")
        proposed(public, remarks=f"更正{number}")

    assert _cost(reviewer, public) == short <= 25


def _cost(client: Client, record: Record) -> int:
    client.get(_address(record))  # the first page of a minute prolongs the session
    with CaptureQueriesContext(connection) as queries:
        client.get(_address(record))
    return len(queries)
