"""Rows of a form or a call take the very path of a file."""

import json
from collections.abc import Mapping

import pytest
from django.db import IntegrityError

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.intake.actions import Rows, receive_rows
from gongshi.intake.files import CannotReceive
from gongshi.intake.models import Batch, BatchSource, StoredChunk
from gongshi.intake.reading import Document
from gongshi.records.models import Record
from gongshi.validation.storage import stored_findings
from tests.factories import AT, BY, LICENCE, BatchFactory, UnitFactory, jiangsu_licence
from tests.office.desk import WRONG_CODE, check, checked_batch, licence_file

pytestmark = pytest.mark.django_db(databases=["default"])

Row = Mapping[str, str | None]


@pytest.fixture
def unit() -> Unit:
    """Return a unit."""
    return UnitFactory.create()


def rows_of(*rows: Row, key: str = "k") -> Rows:
    """Return rows handed in by a call."""
    document = Document(form=jiangsu_licence(), rows=rows)
    return Rows(document=document, source=BatchSource.API, name="接口", key=key)


def checked_rows(unit: Unit, *rows: Row) -> Batch:
    """Return the batch of rows, checked."""
    batch = receive_rows(rows_of(*rows), unit=unit, by=BY, at=AT)
    check(batch)
    return batch


def test_row_lands_as_the_same_record_as_from_a_file(unit: Unit) -> None:
    by_file = checked_batch(unit, licence_file({}))
    record = Record.objects.of_batch(by_file.pk).get()
    by_call = checked_rows(unit, dict(LICENCE))

    assert by_call.counts["unchanged"] == 1
    assert record.digest == Record.objects.get(pk=record.pk).digest


def test_findings_are_those_of_the_file(unit: Unit) -> None:
    changes: list[Row] = [WRONG_CODE, {"authority": None}, {"decision_date": "去年"}]
    by_file = checked_batch(unit, licence_file(*changes))
    rows = [
        dict(LICENCE) | {"decision_number": f"连环审〔2016〕{number}号"} | dict(change)
        for number, change in enumerate(changes, start=12)
    ]
    by_call = checked_rows(UnitFactory.create(), *rows)

    told = [
        [part.drop("sheet").rows() for part in stored_findings(batch)]
        for batch in (by_file, by_call)
    ]
    assert told[0] == told[1] != []


def test_names_may_be_official_codes_or_labels(unit: Unit) -> None:
    form = jiangsu_licence()
    by_code = {form.by_name[name].code: text for name, text in LICENCE.items()}
    by_label = {form.by_name[name].label: text for name, text in LICENCE.items()}

    batch = checked_rows(unit, by_code, by_label)

    # The second row is the same decision again.
    assert batch.rule_counts == {"error duplicate-in-file": 1}


def test_field_named_twice_in_a_row_is_told_about(unit: Unit) -> None:
    batch = checked_rows(unit, dict(LICENCE) | {"决定书文号": "连环审〔2016〕99号"})

    assert batch.rule_counts == {"warning repeated-column": 1}
    assert Record.objects.get().decision_number == LICENCE["decision_number"]


def test_unknown_name_is_told_about_like_an_unknown_column(unit: Unit) -> None:
    batch = checked_rows(unit, dict(LICENCE) | {"colour": "red"})

    assert batch.rule_counts == {"warning unrecognised-column": 1}
    assert batch.counts["good"] == 1


def test_rows_are_sealed_at_rest(unit: Unit) -> None:
    receive_rows(rows_of(dict(LICENCE)), unit=unit, by=BY, at=AT)

    stored = bytes(StoredChunk.objects.get().sealed)
    assert b"320703198001010015" not in stored
    assert json.dumps("320703198001010015").encode() not in stored


def test_same_key_and_rows_make_one_batch(unit: Unit) -> None:
    first = receive_rows(rows_of(dict(LICENCE)), unit=unit, by=BY, at=AT)
    second = receive_rows(rows_of(dict(LICENCE)), unit=unit, by=BY, at=AT)

    assert second.pk == first.pk
    assert second.already_received


def test_same_key_with_other_rows_is_refused(unit: Unit) -> None:
    receive_rows(rows_of(dict(LICENCE)), unit=unit, by=BY, at=AT)

    with pytest.raises(CannotReceive) as error:
        receive_rows(rows_of(dict(LICENCE) | WRONG_CODE), unit=unit, by=BY, at=AT)

    assert error.value.code == "key-reused"


def test_receiving_rows_is_one_event(unit: Unit) -> None:
    batch = receive_rows(rows_of(dict(LICENCE)), unit=unit, by=BY, at=AT)

    event = Event.objects.get()
    assert (event.action, event.target_id) == ("intake.receive_rows", str(batch.pk))


def test_no_rows_at_all_are_an_empty_file(unit: Unit) -> None:
    batch = checked_rows(unit)

    assert (batch.state, batch.failure) == ("failed", "empty-file")


def test_source_is_one_of_three() -> None:
    with pytest.raises(IntegrityError, match="batch_source_known"):
        BatchFactory.create(source="fax")


def test_batch_does_not_continue_itself() -> None:
    batch = BatchFactory.create()

    with pytest.raises(IntegrityError, match="batch_continues_another"):
        Batch.objects.filter(pk=batch.pk).update(continues=batch.pk)
