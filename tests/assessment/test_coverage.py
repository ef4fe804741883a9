"""Coverage: which units and items have records in a month, which reported none."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gongshi.accounts.models import Role, Unit
from gongshi.assessment.actions import file_nil_report
from gongshi.assessment.models import NilReport
from gongshi.assessment.months import Month
from gongshi.assessment.queries import Cover, coverage, item_coverage
from gongshi.catalogue.models import Kind
from gongshi.domain.lifecycle import State
from tests.catalogue.conftest import browser_of, person
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import AT, BY, RecordFactory, UnitFactory

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
FEBRUARY = Month(date(2016, 2, 1))
IN_FEBRUARY = date(2016, 2, 9)


@pytest.fixture
def department(morning: None) -> Unit:
    """Return a department with an item of each kind."""
    unit = UnitFactory.create(code="lyg-hbj", name="连云港市环境保护局")
    version = CatalogueVersionFactory.create(unit=unit, number=1)
    CatalogueItemFactory.create(version=version, code="1")
    CatalogueItemFactory.create(version=version, code="2", kind="penalty")
    return unit


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be a morning in March 2016."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def covers(unit: Unit, month: Month = FEBRUARY) -> tuple[Cover, Cover]:
    """Return how the unit covers licences and penalties."""
    (found,) = coverage([unit], month)
    return found.licences, found.penalties


def nil(unit: Unit, *kinds: Kind) -> None:
    """File a nil report for February."""
    file_nil_report(unit, FEBRUARY, list(kinds), reason="无", by=BY, at=AT)


def test_nothing_to_show_is_missing(department: Unit) -> None:
    assert covers(department) == (Cover.MISSING, Cover.MISSING)
    assert coverage([department], FEBRUARY)[0].is_missing


def test_a_record_of_the_month_covers_its_kind(department: Unit) -> None:
    RecordFactory.create(unit=department, decision_date=IN_FEBRUARY)

    assert covers(department) == (Cover.RECORDS, Cover.MISSING)
    assert covers(department, FEBRUARY.next) == (Cover.MISSING, Cover.MISSING)


def test_a_row_that_is_still_landing_covers_nothing(department: Unit) -> None:
    RecordFactory.create(
        unit=department, decision_date=IN_FEBRUARY, state=State.RECEIVED
    )

    assert covers(department)[0] is Cover.MISSING


def test_a_nil_report_covers_and_records_contradict_it(department: Unit) -> None:
    nil(department, Kind.LICENCE)
    assert covers(department) == (Cover.NIL, Cover.MISSING)

    RecordFactory.create(unit=department, decision_date=IN_FEBRUARY)

    assert covers(department) == (Cover.CONTRADICTED, Cover.MISSING)


def test_nothing_is_due_without_items_or_before_the_start() -> None:
    bare = UnitFactory.create(start_date=date(2016, 1, 1))

    assert covers(bare) == (Cover.NO_ITEMS, Cover.NO_ITEMS)
    assert covers(bare, Month(date(2015, 12, 1))) == (Cover.NOT_DUE, Cover.NOT_DUE)


def test_nothing_is_due_after_a_unit_s_end(department: Unit) -> None:
    department.valid_until = date(2016, 2, 1)
    department.save()

    assert covers(department) == (Cover.MISSING, Cover.MISSING)
    assert covers(department, FEBRUARY.next) == (Cover.NOT_DUE, Cover.NOT_DUE)


def test_items_without_a_record_come_first(department: Unit) -> None:
    used = department.catalogue_versions.get().items.get(code="1")
    RecordFactory.create(unit=department, item=used, decision_date=IN_FEBRUARY)

    found = item_coverage(department, FEBRUARY)

    assert [(each.item.code, each.has_record) for each in found] == [
        ("2", False),
        ("1", True),
    ]
    (whole,) = coverage([department], FEBRUARY)
    assert (whole.items, whole.items_without) == (2, 1)
    assert coverage([department], FEBRUARY.next)[0].items_without == 2


def test_a_record_under_the_version_before_counts_for_the_item(
    department: Unit,
) -> None:
    old = department.catalogue_versions.get().items.get(code="1")
    RecordFactory.create(unit=department, item=old, decision_date=IN_FEBRUARY)
    later = CatalogueVersionFactory.create(
        unit=department, number=2, effective_from=date(2016, 2, 15)
    )
    CatalogueItemFactory.create(version=later, code="1")

    assert [each.has_record for each in item_coverage(department, FEBRUARY)] == [True]


def test_an_entrusted_body_s_record_covers_its_item(department: Unit) -> None:
    item = department.catalogue_versions.get().items.get(code="1")
    body = UnitFactory.create(kind="entrusted", superior=department)
    item.entrusted_to = body
    item.save()
    RecordFactory.create(unit=body, item=item, decision_date=IN_FEBRUARY)

    found = {each.unit: each for each in coverage([department, body], FEBRUARY)}

    assert found[department].items_without == 1
    assert (found[body].licences, found[body].items_without) == (Cover.RECORDS, 0)


def test_records_that_name_no_item_are_told_of(department: Unit) -> None:
    client = browser_of(person("sun", Role.AUDITOR, department))
    path = "/office/coverage/lyg-hbj/?month=2016-02"
    assert "name no item" not in client.get(path).content.decode()

    RecordFactory.create(unit=department, item=None, decision_date=IN_FEBRUARY)

    assert "name no item" in client.get(path).content.decode()


def test_months_know_their_days() -> None:
    december = Month.parse("2015-12")

    assert december is not None
    assert (december.last, str(december.next)) == (date(2015, 12, 31), "2016-01")
    assert FEBRUARY.last == date(2016, 2, 29)
    assert Month.parse("2016-13") is None
    assert Month.parse("0000-01") is None
    assert Month.parse("x") is None


@pytest.mark.parametrize("month", ["0001-01", "1999-12", "2100-01", "9999-12"])
def test_months_far_away_are_none(department: Unit, month: str) -> None:
    client = browser_of(person("li", Role.ENTERER, department))

    page = client.get(f"/office/coverage/?month={month}")
    filed = client.post(f"/office/coverage/lyg-hbj/{month}/nil-report")

    assert str(page.context["month"]) == "2016-02"
    assert filed.status_code == 404


def test_record_that_another_one_replaced_is_no_decision_of_the_month(
    department: Unit,
) -> None:
    RecordFactory.create(
        unit=department,
        decision_date=IN_FEBRUARY,
        state=State.NOT_PUBLIC,
        not_public_reason="replaced",
    )

    assert covers(department) == (Cover.MISSING, Cover.MISSING)


def test_coverage_costs_the_same_for_many_units(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    units = [UnitFactory.create() for _ in range(8)]
    for unit in units:
        version = CatalogueVersionFactory.create(unit=unit)
        CatalogueItemFactory.create(version=version)

    with django_assert_num_queries(5):
        coverage(units, FEBRUARY)


def test_the_page_shows_last_month_and_who_is_missing(department: Unit) -> None:
    RecordFactory.create(unit=department, decision_date=IN_FEBRUARY)
    client = browser_of(person("sun", Role.AUDITOR, department))

    response = client.get("/office/coverage/")

    assert str(response.context["month"]) == "2016-02"
    assert response.context["missing"] == 1
    assert "Neither" in response.content.decode()
    only = client.get("/office/coverage/?month=2015-06&show=missing")
    assert "Every unit has records or a nil report" in only.content.decode()


def test_units_with_neither_stand_first_on_pages_of_25(morning: None) -> None:
    centre = UnitFactory.create(code="lyg-zf")
    for number in range(30):
        unit = UnitFactory.create(name=f"第{number}局", superior=centre)
        version = CatalogueVersionFactory.create(unit=unit, number=1)
        CatalogueItemFactory.create(version=version)
        if number != 29:
            RecordFactory.create(unit=unit, decision_date=IN_FEBRUARY)
    client = browser_of(person("centre", Role.CENTRE, centre))

    first = client.get("/office/coverage/").content.decode()
    second = client.get("/office/coverage/?page=2").content.decode()

    names = re.findall(r">(第\d+局)</a>", first)
    assert (len(names), names[0]) == (25, "第29局")
    rest = re.findall(r">(第\d+局)</a>", second)
    assert {*names, *rest} == {f"第{number}局" for number in range(30)}
    assert "cover their unit, but none of its items" in first


def test_a_unit_files_its_nil_report_on_the_page(department: Unit) -> None:
    client = browser_of(person("li", Role.ENTERER, department))
    page = client.get("/office/coverage/lyg-hbj/?month=2016-02").content.decode()
    assert "File a nil report for 2016-02" in page

    answer = client.post(
        "/office/coverage/lyg-hbj/2016-02/nil-report",
        {"kinds": ["licence", "penalty"], "reason": "本月未收到申请"},
        follow=True,
    )

    text = answer.content.decode()
    assert "The nil report is filed" in text
    assert "本月未收到申请" in text
    assert "File a nil report for" not in text
    assert NilReport.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kinds": ["licence"]}, "Say why there was nothing to disclose"),
        ({"reason": "无"}, "Tick what there was none of"),
        ({"kinds": ["licence"], "reason": "无"}, "There are records of this kind"),
    ],
)
def test_a_wrong_report_comes_back_with_what_is_wrong(
    department: Unit, data: dict[str, object], said: str
) -> None:
    RecordFactory.create(unit=department, decision_date=IN_FEBRUARY)
    client = browser_of(person("li", Role.ENTERER, department))

    response = client.post("/office/coverage/lyg-hbj/2016-02/nil-report", data)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_others_see_no_unit_and_readers_file_nothing(department: Unit) -> None:
    sibling = browser_of(person("zhao", Role.ENTERER, UnitFactory.create()))
    auditor = browser_of(person("sun", Role.AUDITOR, department))
    path = "/office/coverage/lyg-hbj/2016-02/nil-report"

    assert sibling.get("/office/coverage/lyg-hbj/").status_code == 404
    assert sibling.post(path).status_code == 404
    assert auditor.post(path).status_code == 403
    assert Client().get("/office/coverage/").status_code == 302
