"""One record entered in a form: generated, checked, filled in, handed in."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from django.test import Client

from gongshi.accounts.models import Unit, User
from gongshi.domain.standards import forms
from gongshi.intake.models import Batch, BatchSource, BatchState, Draft
from gongshi.records.models import Record
from gongshi.validation.models import Confirmation
from tests.factories import (
    AT,
    RecordFactory,
    UnitFactory,
)
from tests.office.desk import WRONG_CODE, checked_batch, licence_file, page_of, queued
from tests.office.filled import FORM, check, post, save, typed
from tests.portal.changes import publish

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LATE = {"decision_date": "2016-01-05"}


def found(page: str) -> set[str]:
    """Return the fields beside which an error stands."""
    parts = re.split(r'id="found-(\w+)"', page)
    return {n for n, text in zip(parts[1::2], parts[2::2], strict=True)
            if "found-error" in text.split("</div>")[0]}  # fmt: skip


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_every_form_of_every_edition_has_its_page(
    browser: Client, form: object
) -> None:
    edition, kind, person = form.key.split("/")  # type: ignore[attr-defined]
    end = "natural/" if person == "natural" else ""

    page = page_of(browser, f"/office/records/new/{edition}/{kind}/{end}")

    named = set(re.findall(r'name="(\w+)"', page))
    fields = {f.name for f in form.fields if f.filled_by != "receipt"}  # type: ignore[attr-defined]
    assert fields <= named or person == "any" or person == "legal"
    assert all(f'for="f-{name}"' in page for name in named & fields)


def test_form_leaves_out_what_helps_only_with_files(browser: Client) -> None:
    page = page_of(browser, "/office/records/new/national-2018/penalty/")

    main = page.partition("<main")[2]
    assert "YYYY/MM/DD" not in main
    assert "多项用" not in main
    assert "(national-2018)" not in main
    assert page.count("(10,000 yuan)") == 0  # the label says 万元 already
    assert page.count('inputmode="decimal"') == 2
    assert "2099/12/31 表示长期" in main


def test_form_says_already_whose_decision_it_is(browser: Client, unit: Unit) -> None:
    page = page_of(browser, FORM)

    assert re.search(rf'id="f-authority"[^>]*value="{unit.name}"', page)
    assert re.search(r'id="f-region_code"[^>]*value="320700"', page)


def test_good_record_is_handed_in_and_checked_at_once(
    browser: Client, unit: Unit, officer: User
) -> None:
    address = post(browser, typed(unit))

    batch = Batch.objects.get()
    record = Record.objects.get()
    assert address == f"/office/batches/{batch.pk}/"
    assert (batch.source, batch.state) == (BatchSource.FORM, BatchState.CHECKED)
    assert (record.batch_id, record.entered_by) == (batch.pk, officer.username)
    assert queued() == []


def test_record_is_the_one_that_a_file_would_make(browser: Client, unit: Unit) -> None:
    post(browser, typed(unit))

    by_file = checked_batch(unit, licence_file({}))

    assert by_file.counts["unchanged"] == 1


def test_wrong_record_stays_on_the_desk(browser: Client, unit: Unit) -> None:
    page = post(browser, typed(unit, **WRONG_CODE, authority=None), status=422)

    assert found(page) == {"credit_code", "authority"}
    assert 'href="#f-credit_code"' in page
    assert not Batch.objects.exists()


def test_handed_in_twice_it_is_one_batch(browser: Client, unit: Unit) -> None:
    data = typed(unit)

    assert post(browser, data) == post(browser, data)
    assert Batch.objects.count() == 1


def test_late_record_wants_a_reason_first(browser: Client, unit: Unit) -> None:
    data = typed(unit, **LATE)
    asked = post(browser, data, status=422)

    post(browser, data | {"reason.late": "系统切换"})

    assert 'name="reason.late"' in asked
    assert Confirmation.objects.get().reason == "系统切换"


def test_reason_that_is_too_long_is_refused_and_stays(
    browser: Client, unit: Unit
) -> None:
    reason = "因" * 501

    page = post(browser, typed(unit, **LATE) | {"reason.late": reason}, status=422)

    assert "The reason is longer than 500 characters." in page
    assert reason in page
    assert not Batch.objects.exists()


def test_other_choice_takes_its_note(browser: Client, unit: Unit) -> None:
    post(
        browser,
        typed(unit, licence_category="其他") | {"licence_category.note": "备案"},
    )

    assert '"licence_category":"其他-备案"' in Record.objects.get().content


def test_typing_is_told_about_wrong_fields_not_about_empty_ones(
    browser: Client, unit: Unit
) -> None:
    said = check(browser, typed(unit, **WRONG_CODE, authority=None))

    assert found(said) == {"credit_code"}


def test_form_that_was_refused_is_told_about_all(browser: Client, unit: Unit) -> None:
    said = check(browser, typed(unit, authority=None) | {"whole": "1"})

    assert found(said) == {"authority"}


def test_name_that_is_known_otherwise_is_told_about(
    browser: Client, unit: Unit
) -> None:
    checked_batch(unit, licence_file({}))

    said = check(browser, typed(unit, subject_name="连云港海州商贸有限公司"))

    assert "连云港苍梧化工有限公司" in said


def test_checking_keeps_nothing(browser: Client, unit: Unit) -> None:
    check(browser, typed(unit))

    assert not Batch.objects.exists()
    assert not Draft.objects.exists()


def test_known_subjects_are_offered_natural_persons_are_not(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(
        unit=unit, subject_name="欧阳海燕", person="natural", credit_code=""
    )
    RecordFactory.create(unit=unit, subject_name="欧阳商贸有限公司")

    page = page_of(browser, f"/office/subjects/{unit.code}?subject_name=欧阳")

    assert re.findall(r'value="([^"]*)">([^<]*)<', page) == [
        ("欧阳商贸有限公司", "91320703MA1TE5T0XR")
    ]


def fill(browser: Client, data: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that the server fills in, with their values."""
    page = browser.post(f"{FORM}fill", data).content.decode()
    return dict(re.findall(r'id="f-(\w+)"[^>]*value="([^"]*)"', page))


def test_code_brings_the_name_and_name_the_code(browser: Client, unit: Unit) -> None:
    RecordFactory.create(unit=unit)
    by_code = typed(unit, subject_name=None, legal_representative=None)
    by_name = typed(unit, credit_code=None, legal_representative="某人")

    assert fill(browser, by_code) == {
        "subject_name": "连云港苍梧化工有限公司", "legal_representative": "欧阳海",
    }  # fmt: skip
    assert fill(browser, by_name) == {"credit_code": "91320703MA1TE5T0XR"}


def test_what_another_unit_holds_is_told_only_as_the_public_register_shows_it(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(unit=UnitFactory.create())
    by_code = typed(unit, subject_name=None, legal_representative=None)

    assert fill(browser, by_code) == {}

    publish(
        {"subject_name": "连云港苍梧化工有限公司", "credit_code": "91320703MA1TE5T0XR"}
    )

    assert fill(browser, by_code) == {"subject_name": "连云港苍梧化工有限公司"}


def test_what_was_typed_is_never_overwritten(browser: Client, unit: Unit) -> None:
    RecordFactory.create(unit=unit)

    assert fill(browser, typed(unit, subject_name="别的公司")) == {}


def test_without_javascript_the_form_comes_back_filled(
    browser: Client, unit: Unit
) -> None:
    RecordFactory.create(unit=unit)
    data = typed(unit, subject_name=None) | {"action": "fill"}

    page = browser.post(FORM, data).content.decode()

    assert re.search(r'id="f-subject_name"[^>]*value="连云港苍梧化工有限公司"', page)


def test_copy_leaves_out_what_is_the_records_own(browser: Client, unit: Unit) -> None:
    batch = checked_batch(unit, licence_file({}))
    record = Record.objects.get(batch_id=batch.pk)

    page = page_of(browser, f"{FORM}?copy={record.pk}")

    values = dict(re.findall(r'id="f-(\w+)"[^>]*value="([^"]*)"', page))
    assert values["subject_name"] == "连云港苍梧化工有限公司"
    assert [values[n] for n in ("decision_number", "decision_date", "resident_id")] == [
        "", "", "",
    ]  # fmt: skip


def test_other_units_record_is_not_copied(browser: Client) -> None:
    record = RecordFactory.create()

    assert browser.get(f"{FORM}?copy={record.pk}").status_code == 404


def test_nobody_enters_for_another_unit(browser: Client, unit: Unit) -> None:
    other = UnitFactory.create()

    assert browser.post(FORM, typed(other)).status_code == 404
    assert browser.post(f"{FORM}check", typed(other)).status_code == 404
    assert (
        browser.get(f"/office/subjects/{other.code}?subject_name=连云").status_code
        == 404
    )


@pytest.mark.parametrize(
    "path", ["nothing/licence/", "jiangsu-2016/fine/", "jiangsu-2016/licence/natural/"]
)
def test_form_that_is_not_there_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(f"/office/records/new/{path}").status_code == 404


def test_first_page_offers_forms_drafts_and_records(
    browser: Client, unit: Unit
) -> None:
    draft = save(browser, typed(unit))
    record = RecordFactory.create(
        unit=unit, received_at=AT, decision_date=date(2016, 2, 1)
    )

    page = page_of(browser, "/office/records/new/")

    assert f'href="{FORM}"' in page
    assert f"draft={draft.pk}" in page
    assert f"copy={record.pk}" in page


def test_record_whose_number_cannot_be_read_is_named_by_its_form(
    browser: Client, unit: Unit
) -> None:
    post(browser, typed(unit, decision_number="\u200b"))

    assert Batch.objects.get().name == "jiangsu-2016／licence／any"
