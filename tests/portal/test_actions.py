"""The public store follows the feed exactly, however often it is told."""

from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from gongshi.domain.feed import Operation
from gongshi.portal import finding, queries
from gongshi.portal.actions import CannotApply, apply_changes
from gongshi.portal.models import Cursor, PublishedRecord, Tally, Tombstone
from tests.portal.changes import AT, TODAY, change, payload, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


def _found(text: str) -> list[int]:
    query = finding.read_query({"q": text}, on=TODAY)
    return [record.record_id.int for record in finding.find(query).records]


def test_published_record_holds_what_the_payload_says() -> None:
    applied = apply_changes([change(1)])

    record = PublishedRecord.objects.get()
    assert applied == 1
    assert record.record_id == record_id(1)
    assert record.position == 1
    assert record.decision_number_key == "连食药许(2016)1号"
    assert record.decision_date == date(2016, 2, 25)
    assert record.listed_until == date(2016, 3, 10)
    assert record.updated_at == AT
    assert record.fields[2].value == "预包装食品销售"
    assert record.search_text.split("\n") == [
        "连云港云台食品有限公司",
        "食品经营许可",
        "预包装食品销售",
        "连食药许(2016)1号",
        "91320700ma1mbgc09c",
    ]


def test_fields_without_value_are_not_shown() -> None:
    apply_changes([change(1, fields={"XK_NR": "销售", "XK_FR": ""})])

    (shown,) = PublishedRecord.objects.get().fields
    assert (shown.field.code, shown.value) == ("XK_NR", "销售")


def test_values_that_a_payload_leaves_open_are_stored_empty() -> None:
    apply_changes([change(1, credit_code=None, status=None, display_until=None)])

    record = PublishedRecord.objects.get()
    assert (record.credit_code, record.status) == ("", "")
    assert record.display_until is None


def test_cursor_moves_to_the_last_change() -> None:
    changes = [change(1), change(2)]

    apply_changes(changes)

    assert queries.feed_head() == queries.FeedHead(sequence=2, hash=changes[-1].hash)


def test_changes_applied_before_are_skipped() -> None:
    changes = [change(1), change(2), change(3)]
    apply_changes(changes[:2])

    applied = apply_changes(changes)

    assert applied == 1
    assert apply_changes(changes) == 0
    assert PublishedRecord.objects.count() == 3


@pytest.mark.parametrize("sequences", [(2,), (1, 3)])
def test_missing_change_is_refused(sequences: tuple[int, ...]) -> None:
    with pytest.raises(CannotApply) as refusal:
        apply_changes([change(sequence) for sequence in sequences])

    assert refusal.value.code == "gap"
    assert not PublishedRecord.objects.exists()
    assert queries.feed_head().sequence == 0


def test_another_feed_is_refused() -> None:
    apply_changes([change(1)])
    Cursor.objects.update(hash="f" * 64)

    with pytest.raises(CannotApply) as refusal:
        apply_changes([change(1), change(2)])

    assert refusal.value.code == "forked"


def test_nothing_stays_of_a_call_that_fails() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using="portal"):
        apply_changes([change(1), change(2, kind="decree")])

    assert not PublishedRecord.objects.exists()
    assert queries.feed_head().sequence == 0
    assert _found("食品") == []


def test_correction_replaces_the_record_and_its_search_text() -> None:
    apply_changes([change(1, subject_name="连云港旧名有限公司")])

    apply_changes(
        [
            change(
                2,
                record=1,
                operation=Operation.CORRECT,
                subject_name="连云港新名有限公司",
            )
        ]
    )

    record = PublishedRecord.objects.get()
    assert (record.subject_name, record.position) == ("连云港新名有限公司", 2)
    assert (_found("旧名"), _found("新名")) == ([], [1])


def test_withdrawal_leaves_a_tombstone_and_nothing_to_find() -> None:
    apply_changes([change(1), change(2)])

    apply_changes([withdrawal(3, record=1, reason="行政复议决定撤销")])

    assert [record.record_id for record in PublishedRecord.objects.all()] == [
        record_id(2)
    ]
    assert _found("食品") == [2]
    tombstone = Tombstone.objects.get()
    assert tombstone.record_id == record_id(1)
    assert (tombstone.reason, tombstone.at) == ("行政复议决定撤销", AT)


def test_last_change_of_a_record_in_a_call_wins() -> None:
    apply_changes(
        [
            change(1),
            change(2),
            withdrawal(3, record=1),
            change(4, record=2, operation=Operation.CORRECT, subject_name="改后公司"),
        ]
    )

    assert PublishedRecord.objects.get().subject_name == "改后公司"
    assert Tombstone.objects.get().record_id == record_id(1)


def test_record_published_again_has_no_tombstone() -> None:
    apply_changes([change(1), withdrawal(2, record=1)])

    apply_changes([change(3, record=1)])

    assert PublishedRecord.objects.get().position == 3
    assert not Tombstone.objects.exists()


def test_withdrawal_of_an_unknown_record_leaves_a_tombstone() -> None:
    apply_changes([withdrawal(1, record=7)])

    assert Tombstone.objects.get().record_id == record_id(7)


def test_totals_follow_every_change() -> None:
    apply_changes([change(1), change(2, kind="penalty"), change(3)])
    apply_changes([withdrawal(4, record=1), change(5, record=2, kind="penalty")])

    assert queries.published_totals() == {"licence": 1, "penalty": 1}
    assert Tally.objects.count() == 2


def test_natural_person_is_neither_listed_nor_searched() -> None:
    apply_changes([change(1, person="natural", subject_name="张*", credit_code=None)])

    record = PublishedRecord.objects.get()
    assert (record.search_text, record.listed_until) == ("", None)


def test_store_refuses_a_natural_person_with_search_text() -> None:
    apply_changes([change(1, person="natural")])

    with (
        pytest.raises(IntegrityError, match="published_record_natural_person_unlisted"),
        transaction.atomic(using="portal"),
    ):
        PublishedRecord.objects.update(search_text="张三")


def test_store_refuses_a_listed_natural_person() -> None:
    apply_changes([change(1, person="natural")])

    with (
        pytest.raises(IntegrityError, match="published_record_natural_person_unlisted"),
        transaction.atomic(using="portal"),
    ):
        PublishedRecord.objects.update(listed_until=TODAY)


@pytest.mark.parametrize(
    ("field", "constraint"),
    [
        ("kind", "published_record_kind_known"),
        ("person", "published_record_person_known"),
    ],
)
def test_store_refuses_unknown_words(field: str, constraint: str) -> None:
    apply_changes([change(1)])

    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(using="portal"),
    ):
        PublishedRecord.objects.update(**{field: "other"})


def test_store_refuses_a_tombstone_of_unknown_kind() -> None:
    with (
        pytest.raises(IntegrityError, match="tombstone_kind_known"),
        transaction.atomic(using="portal"),
    ):
        Tombstone.objects.create(
            record_id=record_id(1),
            position=1,
            operation="withdraw",
            kind="decree",
            reason="",
            at=AT,
        )


def test_store_refuses_a_negative_cursor() -> None:
    with (
        pytest.raises(IntegrityError, match="feed_cursor_sequence_not_negative"),
        transaction.atomic(using="portal"),
    ):
        Cursor.objects.create(name="feed", sequence=-1, hash="")


def test_store_refuses_a_negative_total() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using="portal"):
        Tally.objects.create(kind="licence", records=-1)


def test_many_changes_at_once_are_all_found() -> None:
    changes = [
        change(number, subject_name=f"第{number}公司") for number in range(1, 1_202)
    ]
    apply_changes(changes)

    apply_changes([withdrawal(1_201 + n, record=n) for n in range(1, 1_001)])

    assert PublishedRecord.objects.count() == 201
    assert _found("第1001公司") == [1001]
    assert _found("第1000公司") == []


def test_index_agrees_with_itself_after_changes() -> None:
    connection = connections["portal"]
    if connection.vendor != "sqlite":
        return  # PostgreSQL keeps its index entries with the rows

    apply_changes([change(1), change(2), withdrawal(3, record=1)])

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO published_search(published_search) VALUES ('integrity-check')"
        )


def test_payload_builder_has_every_member_that_is_read() -> None:
    assert payload()["fields"]
