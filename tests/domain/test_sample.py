"""Samples: realistic, reproducible, clean but for the faults that they name."""

from datetime import date

import polars as pl
import pytest

from gongshi.domain.findings import FINDING_SCHEMA
from gongshi.domain.identifiers import CREDIT_CODE, RESIDENT_ID, is_valid
from gongshi.domain.rules import Checker, Context
from gongshi.domain.sample import (
    CannotSample,
    Order,
    Sample,
    departments,
    first_day_in_time,
    sample_blocks,
    sample_frame,
)
from gongshi.domain.sample.faults import FAULTS
from gongshi.domain.sample.items import NATURAL
from gongshi.domain.sample.subjects import segments, subjects
from gongshi.domain.sample.words import lines
from gongshi.domain.standards import Form, Kind, Person, form, forms
from gongshi.domain.working_days import default_calendar

UNTIL = date(2016, 9, 20)
LICENCE = form("jiangsu-2016", Kind.LICENCE)
PENALTY = form("national-2018", Kind.PENALTY)
LOST = r"^\d\.\d{5}E\+\d{2}$"
every_form = pytest.mark.parametrize("wanted", forms(), ids=lambda form: form.key)


def sample(
    wanted: Form = LICENCE,
    rows: int = 400,
    *,
    seed: int = 1,
    since: date | None = None,
    unit: str | None = None,
    errors: float = 0.0,
) -> Sample:
    calendar = default_calendar()
    return sample_frame(
        wanted,
        rows,
        seed=seed,
        since=since or first_day_in_time(UNTIL, calendar),
        until=UNTIL,
        calendar=calendar,
        unit=unit,
        errors=errors,
    )


def by_name(made: Sample, wanted: Form) -> pl.DataFrame:
    """Return the sample's frame with our own names of the fields."""
    return made.frame.rename({field.label: field.name for field in wanted.fields})


def found_in(made: Sample, wanted: Form) -> pl.DataFrame:
    """Return what the rules find, as the sample's own list of faults has it."""
    frame = by_name(made, wanted).with_row_index("row", 2)
    lost = pl.concat(
        [
            frame.filter(pl.col(name).str.contains(LOST)).select(
                "row", field=pl.lit(name)
            )
            for name in wanted.names
        ]
    )
    context = Context(form=wanted, received_on=UNTIL, calendar=default_calendar())
    findings = Checker().check(frame, context, lost=lost).findings
    assert findings.schema == pl.Schema(FINDING_SCHEMA)
    return findings.select("row", "code").unique().sort("row", "code")


@every_form
def test_sample_has_the_labels_of_its_form(wanted: Form) -> None:
    made = sample(wanted, rows=50)

    assert made.frame.columns == [field.label for field in wanted.fields]
    assert set(made.frame.dtypes) == {pl.String}
    assert made.frame.height == 50


@every_form
def test_sample_without_errors_is_clean(wanted: Form) -> None:
    made = sample(wanted, rows=2000)

    assert found_in(made, wanted).rows() == []
    assert made.faults.rows() == []


@every_form
def test_sample_carries_the_faults_that_it_names_and_no_others(wanted: Form) -> None:
    made = sample(wanted, rows=2000, errors=0.3)

    assert found_in(made, wanted).rows() == made.faults.rows()


def test_sample_of_all_years_names_the_late_rows() -> None:
    made = sample(LICENCE, rows=1000, since=date(2015, 1, 5), errors=0.05)

    assert found_in(made, LICENCE).rows() == made.faults.rows()
    codes = made.faults["code"].unique().to_list()
    assert {"late", "before-start"} < set(codes)


def test_faults_are_the_asked_share_of_the_rows() -> None:
    made = sample(rows=2000, errors=0.05)

    assert made.faults["row"].n_unique() == 100


def test_faults_come_in_turn() -> None:
    counts = sample(PENALTY, rows=2000, errors=0.3).faults["code"].value_counts()

    planted = set(counts["code"]) - {"late"}
    assert planted == set(FAULTS) - {"region-code", "late"}


def test_faults_of_all_forms_together_are_the_whole_table() -> None:
    codes = {
        code
        for wanted in forms()
        for code in sample(wanted, rows=600, errors=0.5).faults["code"]
    }

    assert codes == set(FAULTS)


def test_sample_is_the_same_for_the_same_seed() -> None:
    first, second = (sample(rows=500, seed=7, errors=0.1) for _ in range(2))

    assert first.frame.equals(second.frame)
    assert first.faults.equals(second.faults)


def test_sample_differs_for_another_seed() -> None:
    assert not sample(seed=7).frame.equals(sample(seed=8).frame)


def test_blocks_continue_the_numbers() -> None:
    calendar = default_calendar()
    order = Order(
        form=LICENCE,
        rows=100_200,
        seed=1,
        since=first_day_in_time(UNTIL, calendar),
        until=UNTIL,
    )

    blocks = list(sample_blocks(order, calendar=calendar))

    assert [block.frame.height for block in blocks] == [100_000, 200]
    numbers = pl.concat(block.frame for block in blocks)["行政许可决定书文号"]
    assert numbers.is_unique().all()


def test_company_keeps_its_name_and_representative() -> None:
    frame = by_name(sample(rows=3000), LICENCE).drop_nulls("credit_code")

    kept = frame.group_by("credit_code").agg(
        pl.col("subject_name", "legal_representative").n_unique()
    )
    assert kept.height < frame.height
    assert kept.select(pl.max("subject_name", "legal_representative")).row(0) == (1, 1)


def test_subjects_have_names_and_codes_of_their_own() -> None:
    city = subjects(1_000_000, natural=0.06)

    companies = city.frame.head(city.first_person)
    assert companies["name"].is_unique().all()
    assert companies["credit_code"].is_unique().all()
    assert city.frame.select(
        CREDIT_CODE.is_valid(pl.col("credit_code")).all().alias("code"),
        RESIDENT_ID.is_valid(pl.col("resident_id")).all().alias("identity"),
    ).row(0) == (True, True)


def test_subjects_are_the_same_in_samples_of_any_size() -> None:
    small, large = subjects(1000, natural=0.1), subjects(200_000, natural=0.1)

    few = small.first_person
    assert large.frame.head(few).equals(small.frame.head(few))


def test_decisions_stand_in_the_order_of_their_days() -> None:
    days = sample(since=date(2016, 1, 1)).frame["许可决定日期"]

    assert days.is_sorted()
    assert days.n_unique() > 150


def test_departments_have_codes_and_number_words_of_their_own() -> None:
    codes = {(each.name, each.credit_code) for each in departments()}
    codes |= {(each.name_2019, each.credit_code_2019) for each in departments()}
    words = [
        (kind, era, each.words[kind][era])
        for each in departments()
        for kind in Kind
        for era in (0, 1)
    ]

    assert len({code for _, code in codes}) == len({name for name, _ in codes})
    assert all(is_valid(CREDIT_CODE, code) for _, code in codes)
    assert len(set(words)) == len(words)


def test_departments_are_renamed_with_the_reform() -> None:
    made = sample_frame(
        LICENCE,
        400,
        seed=1,
        since=date(2018, 1, 1),
        until=date(2020, 12, 31),
        calendar=default_calendar(),
        unit="连云港市环境保护局",
    )

    days = made.frame.group_by("许可机关").agg(pl.col("许可决定日期").max())
    assert set(days["许可机关"]) == {"连云港市环境保护局", "连云港市生态环境局"}
    assert (
        days.filter(许可机关="连云港市环境保护局")["许可决定日期"].item() < "2019/03/01"
    )


def test_unit_decides_everything_of_its_sample() -> None:
    made = sample(unit="东海县环境保护局")

    assert made.frame["许可机关"].unique().to_list() == ["东海县环境保护局"]
    assert made.frame["地方编码"].unique().to_list() == ["320722"]


@pytest.mark.parametrize(
    ("wanted", "unit", "code"),
    [
        (LICENCE, "连云港市卫生局", "unknown-unit"),
        (
            form("national-2018", Kind.LICENCE, Person.NATURAL),
            "连云港市环境保护局",
            "no-items",
        ),
    ],
)
def test_sample_refuses_a_unit_without_records(
    wanted: Form, unit: str, code: str
) -> None:
    with pytest.raises(CannotSample) as refused:
        sample(wanted, unit=unit)

    assert refused.value.code == code


def test_sample_refuses_days_in_the_wrong_order() -> None:
    with pytest.raises(CannotSample) as refused:
        sample(since=date(2016, 9, 21))

    assert refused.value.code == "no-days"


def test_items_name_known_departments_and_trades() -> None:
    keys = {line["key"] for line in lines("departments")}
    groups = {group for group, _ in segments()} | {NATURAL}

    listed = (*lines("licences"), *lines("violations"))

    assert {key for line in listed for key in line["departments"].split("|")} == keys
    assert {group for line in listed for group in line["subjects"].split("|")} == groups


def test_texts_have_nothing_left_to_fill_in() -> None:
    for wanted in (LICENCE, PENALTY):
        texts = sample(wanted, rows=2000).frame.select(
            pl.all().str.contains(r"[{}]").any()
        )

        assert not any(texts.row(0))
