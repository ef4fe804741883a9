"""Rows become records: once each, sealed, unseen until their batch is checked."""

import json
from uuid import UUID, uuid4

import polars as pl
import pytest

from gongshi.accounts.models import Unit
from gongshi.domain.lifecycle import State
from gongshi.records.actions import (
    CannotLand,
    Landed,
    discard_batch,
    land_rows,
    settle_batch,
)
from gongshi.records.models import ProposedCorrection, Record, RecordVersion
from gongshi.records.preparation import identified
from gongshi.records.queries import (
    by_identity,
    held_status,
    known_names,
    withheld_values,
)
from tests.factories import (
    AT,
    NATURAL_PERSON,
    BatchFactory,
    UnitFactory,
    jiangsu_licence,
    licence_rows,
    source_of,
    standing_as,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def landed(rows: pl.DataFrame, unit: Unit | None = None) -> Landed:
    """Land and settle the rows as a batch of their own, of the unit or a new one."""
    batch = BatchFactory.create(unit=unit or UnitFactory.create())
    result = land_rows(rows, source_of(batch))
    settle_batch(batch.pk, at=AT)
    return result


def test_new_rows_become_records_with_their_values() -> None:
    batch = BatchFactory.create()

    result = land_rows(licence_rows({}, {}), source_of(batch))

    assert result == Landed(new=2)
    record = Record.objects.of_batch(batch.pk)[0]
    assert (record.kind, record.edition, record.person) == (
        "licence",
        "jiangsu-2016",
        "legal",
    )
    assert (record.unit, record.sheet, record.row_number) == (batch.unit, "Sheet1", 2)
    assert record.decision_number == "连环审〔2016〕12号"
    assert record.decision_date.isoformat() == "2016-02-26"
    assert json.loads(record.content)["valid_until"] == "2019-02-25"


def test_landing_rows_are_unseen_until_the_batch_is_settled() -> None:
    batch = BatchFactory.create()
    land_rows(licence_rows({}), source_of(batch))

    assert not Record.objects.settled().exists()
    assert settle_batch(batch.pk, at=AT).records == 1
    assert Record.objects.settled().get().state == State.CHECKED


def test_withheld_row_settles_as_not_public_with_its_reason() -> None:
    rows = licence_rows({}, {}).with_columns(
        withheld=pl.Series([None, "not-public"], dtype=pl.String)
    )

    result = landed(rows)

    assert result == Landed(new=2, not_public=1)
    record = Record.objects.get(state=State.NOT_PUBLIC)
    assert (record.row_number, record.not_public_reason) == (3, "not-public")


def test_identity_number_is_sealed_and_never_plain() -> None:
    landed(licence_rows({}))

    record = Record.objects.get()
    assert record.sealed is not None
    assert b"320703198001010015" not in bytes(record.sealed)
    assert "320703198001010015" not in record.content
    assert withheld_values(record) == {"resident_id": "320703198001010015"}


def test_personal_data_in_a_text_is_masked_in_content_and_kept_sealed() -> None:
    text = "联系人电话13812345678，同意。"

    landed(licence_rows({"licence_content": text, "resident_id": None}))

    record = Record.objects.get()
    assert "13812345678" not in record.content
    assert withheld_values(record) == {"licence_content": text}


def test_extra_columns_are_kept_and_masked() -> None:
    rows = licence_rows({"resident_id": None}).with_columns(
        pl.lit("320703198001010015").alias("extra.身份证")
    )

    landed(rows)

    record = Record.objects.get()
    assert json.loads(record.content)["extra.身份证"].startswith("3207")
    assert "320703198001010015" not in record.content


def test_row_without_anything_to_withhold_has_nothing_sealed() -> None:
    landed(licence_rows({"resident_id": None}))

    assert Record.objects.get().sealed is None


def test_person_is_found_by_exact_identity_number() -> None:
    landed(licence_rows(NATURAL_PERSON, {}))

    found = by_identity("320723199506060026")

    assert [record.subject_name for record in found] == ["欧阳海燕"]
    assert by_identity("320723199506060027") == []


@pytest.mark.parametrize(
    "odd",
    [
        '引号"与\\反斜杠',
        '{"remarks":null},"remarks":null',
        "换行\n制表\t",
        "𠮷 \u2028 é",
    ],
)
def test_content_holds_any_text_as_it_was(odd: str) -> None:
    landed(licence_rows({"licence_content": odd}))

    content = json.loads(Record.objects.get().content)
    assert content["licence_content"] == odd
    assert set(content) <= set(jiangsu_licence().names)
    assert None not in content.values()


def test_platform_fills_the_region_that_the_file_leaves_out() -> None:
    landed(licence_rows({"region_code": None}))

    assert Record.objects.get().region_code == "320700"


def test_same_rows_again_add_nothing_and_count_the_same() -> None:
    batch = BatchFactory.create()
    rows = licence_rows({}, {"decision_number": "连环审〔2016〕12号", "remarks": "另"})

    first = land_rows(rows, source_of(batch))
    second = land_rows(rows, source_of(batch))

    assert first == second == Landed(new=1, corrections=1)
    assert Record.objects.count() == ProposedCorrection.objects.count() == 1


def test_equal_rows_of_a_later_batch_are_unchanged() -> None:
    landed(licence_rows({}, {}))

    result = landed(licence_rows({}, {}))

    assert result == Landed(unchanged=2)
    assert Record.objects.count() == 2


def test_collection_date_alone_is_no_change() -> None:
    landed(licence_rows({}))

    assert landed(licence_rows({"updated_date": "2016/03/01"})) == Landed(unchanged=1)


@pytest.mark.parametrize(
    "change",
    [
        {"licence_content": "同意年产500吨。"},
        {"resident_id": "320723199506060026"},
        {"remarks": "补正"},
    ],
)
def test_different_row_is_a_proposed_correction(change: dict[str, str]) -> None:
    landed(licence_rows({}))
    before = Record.objects.get()

    result = landed(licence_rows(change))

    assert result == Landed(corrections=1)
    after = Record.objects.get()
    assert (after.digest, after.content, after.version) == (
        before.digest,
        before.content,
        1,
    )
    proposal = ProposedCorrection.objects.get()
    assert proposal.record == after
    assert proposal.digest != after.digest


def test_correction_is_for_the_unit_of_the_record_whoever_proposes_it() -> None:
    holder, proposer = UnitFactory.create_batch(2)
    landed(licence_rows({}), holder)

    landed(licence_rows({"remarks": "补正"}), proposer)

    proposal = ProposedCorrection.objects.get()
    assert (proposal.record_unit, proposal.unit) == (holder, proposer)


def test_second_row_of_a_new_decision_is_for_the_unit_that_sent_both() -> None:
    unit = UnitFactory.create()
    same = {"decision_number": "连环审〔2016〕12号"}

    landed(licence_rows(same, same | {"remarks": "补正"}), unit)

    assert ProposedCorrection.objects.get().record_unit == unit


def test_unit_replaces_what_nobody_has_approved_and_keeps_the_version() -> None:
    unit = UnitFactory.create()
    landed(licence_rows({}), unit)
    Record.objects.update(state=State.RETURNED)
    before = Record.objects.get()

    landed(licence_rows({"remarks": "补正", "decision_date": "2016/02/25"}), unit)

    after = Record.objects.get()
    assert (after.state, after.version, after.batch_id != before.batch_id) == (
        State.CHECKED,
        2,
        True,
    )
    assert json.loads(after.content)["remarks"] == "补正"
    assert (str(after.decision_date), str(after.publish_by)) == (
        "2016-02-25",
        "2016-03-07",
    )
    kept = RecordVersion.objects.get()
    assert (kept.version, kept.content, kept.digest) == (
        1,
        before.content,
        before.digest,
    )
    assert ProposedCorrection.objects.get().state == "taken"


@pytest.mark.parametrize(
    "state", [State.APPROVED, State.PUBLISHED, State.WITHDRAWN, State.DEFERRED]
)
def test_what_somebody_answers_for_is_not_replaced_by_a_file(state: State) -> None:
    unit = UnitFactory.create()
    landed(licence_rows({}), unit)
    Record.objects.update(**standing_as(state))

    landed(licence_rows({"remarks": "补正"}), unit)

    assert (Record.objects.get().version, Record.objects.get().state) == (1, state)
    assert ProposedCorrection.objects.get().state == "open"


def test_record_has_the_last_day_of_its_publication() -> None:
    landed(licence_rows({}))

    assert str(Record.objects.get().publish_by) == "2016-03-08"


def test_deadline_is_unknown_where_the_holidays_are() -> None:
    landed(licence_rows({"decision_date": "2030/03/01"}))

    assert Record.objects.get().publish_by is None


def test_two_rows_of_one_decision_in_a_file_are_one_record() -> None:
    same = {"decision_number": "连环审〔2016〕12号"}

    assert landed(licence_rows(same, same)) == Landed(new=1, unchanged=1)


def test_rows_that_meet_another_unfinished_batch_do_not_land() -> None:
    land_rows(licence_rows({}), source_of(BatchFactory.create()))
    later = BatchFactory.create()

    with pytest.raises(CannotLand) as refused:
        land_rows(licence_rows({}), source_of(later))

    assert refused.value.code == "landing-elsewhere"
    assert not Record.objects.of_batch(later.pk).exists()


def test_discarding_removes_what_was_landing_and_nothing_else() -> None:
    landed(licence_rows({}))
    batch = BatchFactory.create()
    changed = licence_rows({"remarks": "另"}, {})
    land_rows(changed, source_of(batch))

    assert discard_batch(batch.pk) == 1
    assert Record.objects.count() == 1
    assert not ProposedCorrection.objects.exists()


def test_discarding_leaves_settled_records_alone() -> None:
    batch = BatchFactory.create()
    land_rows(licence_rows({}), source_of(batch))
    settle_batch(batch.pk, at=AT)

    assert discard_batch(batch.pk) == 0
    assert Record.objects.count() == 1


def test_no_rows_land_as_nothing() -> None:
    assert (
        land_rows(licence_rows({}).clear(), source_of(BatchFactory.create()))
        == Landed()
    )


def test_held_status_tells_equal_different_and_unknown() -> None:
    landed(licence_rows({}, {}))
    rows = licence_rows({}, {"remarks": "另"}, {}, {"decision_number": None})

    source = source_of(BatchFactory.create())
    status = held_status(identified(rows, source), source)

    assert status.to_list() == ["equal", "different", None, None]


def test_held_status_overlooks_what_the_batch_landed_itself() -> None:
    batch = BatchFactory.create()
    land_rows(licence_rows({}), source_of(batch))

    source = source_of(batch)
    ready = identified(licence_rows({}), source)
    assert held_status(ready, source).to_list() == [None]


def test_known_names_gives_the_latest_name_of_a_code() -> None:
    landed(licence_rows({}))

    names = known_names(pl.Series(["91320703MA1TE5T0XR", "113207000143810191", None]))

    assert names.rows() == [("91320703MA1TE5T0XR", "连云港苍梧化工有限公司")]


def test_batches_records_come_in_the_order_of_their_rows() -> None:
    batch = BatchFactory.create()
    land_rows(licence_rows({}, {}, {}), source_of(batch))

    rows = [record.row_number for record in Record.objects.of_batch(batch.pk)]

    assert rows == [2, 3, 4]
    assert not Record.objects.of_batch(uuid4()).exists()
    assert isinstance(Record.objects.of_batch(batch.pk)[0].id, UUID)
