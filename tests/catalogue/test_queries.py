"""Which items hold on which day; records are bound by what is tested here."""

from datetime import date

import polars as pl
import pytest

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import CatalogueItem
from gongshi.catalogue.queries import (
    Standing,
    bind_items,
    item_version_for,
    items_by_code,
    items_in_force,
    stages,
    version_in_force,
)
from tests.catalogue.factories import (
    CatalogueItemFactory,
    CatalogueVersionFactory,
    DraftFactory,
)
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
CODE = "JS320700HB-XK-0001"
ENDED = "JS320700HB-XK-0002"


@pytest.fixture
def unit() -> Unit:
    """Return a unit with two versions: since 2016, and since May 2016."""
    unit = UnitFactory.create()
    first = CatalogueVersionFactory.create(unit=unit, number=1)
    second = CatalogueVersionFactory.create(
        unit=unit, number=2, effective_from=date(2016, 5, 1)
    )
    DraftFactory.create(unit=unit, number=3)
    for version in (first, second):
        CatalogueItemFactory.create(version=version, code=CODE, kind="licence")
    CatalogueItemFactory.create(
        version=first, code=ENDED, kind="licence", until_date=date(2016, 3, 31)
    )
    CatalogueItemFactory.create(version=second, code=CODE, kind="penalty")
    return unit


def entrusted_body(unit: Unit) -> Unit:
    """Return a body that acts for the unit on one item of its second version."""
    body = UnitFactory.create(kind="entrusted", superior=unit)
    item = CatalogueItem.objects.get(version__number=2, kind="licence")
    CatalogueItem.objects.filter(pk=item.pk).update(entrusted_to=body)
    return body


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2015, 12, 31), None),
        (date(2016, 1, 1), 1),
        (date(2016, 4, 30), 1),
        (date(2016, 5, 1), 2),
        (date(2030, 1, 1), 2),
    ],
)
def test_a_version_is_in_force_until_the_day_before_the_next(
    unit: Unit, on: date, number: int | None
) -> None:
    version = version_in_force(unit, on)

    assert (version.number if version else None) == number


def test_stages_tell_how_each_version_stands(unit: Unit) -> None:
    found = stages(unit, date(2016, 4, 1))

    assert [(stage.version.number, stage.standing) for stage in found] == [
        (3, Standing.DRAFT),
        (2, Standing.APPROVED),
        (1, Standing.IN_FORCE),
    ]
    assert found[2].until == date(2016, 4, 30)
    assert stages(unit, date(2016, 5, 1))[2].standing is Standing.SUPERSEDED


def test_an_item_holds_until_its_own_last_day(unit: Unit) -> None:
    assert item_version_for(unit, "licence", ENDED, date(2016, 3, 31)) is not None
    assert item_version_for(unit, "licence", ENDED, date(2016, 4, 1)) is None


def test_items_are_told_apart_by_kind(unit: Unit) -> None:
    on = date(2016, 5, 1)

    assert [item.kind for item in items_in_force(unit, on)] == ["licence", "penalty"]
    assert [item.kind for item in items_in_force(unit, on, "penalty")] == ["penalty"]


def test_a_record_is_bound_to_the_version_of_its_day(unit: Unit) -> None:
    before = item_version_for(unit, "licence", CODE, date(2016, 4, 30))
    after = item_version_for(unit, "licence", CODE, date(2016, 5, 1))

    assert before is not None
    assert before.version.number == 1
    assert after is not None
    assert after.version.number == 2


def test_an_entrusted_body_acts_on_what_its_superior_entrusts(unit: Unit) -> None:
    body = entrusted_body(unit)

    items = items_in_force(body, date(2016, 6, 1))

    assert [item.entrusted_to for item in items] == [body]
    assert items_in_force(unit, date(2016, 6, 1)).count() == 2
    assert items_by_code(body).get_column("item_code").to_list() == [CODE]


def test_items_by_code_cuts_each_item_to_the_time_of_its_version(unit: Unit) -> None:
    frame = items_by_code(unit).filter(kind="licence")

    assert frame.select("item_code", "from_date", "until_date").rows() == [
        (CODE, date(2016, 1, 1), date(2016, 4, 30)),
        (CODE, date(2016, 5, 1), None),
        (ENDED, date(2016, 1, 1), date(2016, 3, 31)),
    ]


def test_items_by_code_leaves_out_other_times(unit: Unit) -> None:
    later = items_by_code(unit, since=date(2016, 5, 1))
    earlier = items_by_code(unit, until=date(2016, 4, 30))

    assert later.height == 2
    assert earlier.height == 2


def test_rows_are_bound_by_code_and_day_in_their_order(unit: Unit) -> None:
    rows = pl.DataFrame(
        {
            "item_code": [CODE, ENDED, None, CODE, "?", ENDED, CODE],
            "decision_date": [
                date(2016, 5, 1),
                date(2016, 4, 1),
                date(2016, 5, 1),
                date(2016, 4, 30),
                date(2016, 5, 1),
                date(2016, 3, 31),
                None,
            ],
        },
        schema={"item_code": pl.String, "decision_date": pl.Date},
    )

    unnamed = rows.with_columns(item_name=pl.lit(None, dtype=pl.String))
    bound = bind_items(unnamed, unit, "licence")

    assert bound.get_column("item_code").to_list() == rows["item_code"].to_list()
    expected = [
        (item := item_version_for(unit, "licence", code, on)) and item.pk
        if code and on
        else None
        for code, on in rows.rows()
    ]
    assert bound.get_column("item_id").to_list() == expected
    assert [key is not None for key in expected] == [1, 0, 0, 1, 0, 1, 0]


def test_binding_no_rows_gives_no_rows(unit: Unit) -> None:
    schema = {"item_code": pl.String, "item_name": pl.String, "decision_date": pl.Date}
    rows = pl.DataFrame(schema=schema)

    assert bind_items(rows, unit, "licence").is_empty()


MARCH, JUNE = date(2016, 3, 1), date(2016, 6, 1)


def bound_by_name(
    unit: Unit, name: str, on: date = MARCH, code: str | None = None
) -> int | None:
    """Return the key of the item to which a row of that name is bound."""
    rows = pl.DataFrame(
        [(code, name, on)],
        schema={
            "item_code": pl.String,
            "item_name": pl.String,
            "decision_date": pl.Date,
        },
        orient="row",
    )
    key = bind_items(rows, unit, "licence").item(0, "item_id")
    assert key is None or isinstance(key, int)
    return key


@pytest.fixture
def named() -> Unit:
    """Return a unit whose item was renamed in May, and two items of one name."""
    unit = UnitFactory.create()
    first = CatalogueVersionFactory.create(unit=unit, number=1)
    second = CatalogueVersionFactory.create(
        unit=unit, number=2, effective_from=date(2016, 5, 1)
    )
    for version, name in ((first, "取水许可（地表水）"), (second, "取水许可")):
        CatalogueItemFactory.create(version=version, code="XK-1", name=name)
        for code in ("XK-2", "XK-3"):
            CatalogueItemFactory.create(version=version, code=code, name="排污许可")
    return unit


def test_row_without_a_code_is_bound_by_its_name(named: Unit) -> None:
    first = CatalogueItem.objects.get(version__number=1, code="XK-1")
    second = CatalogueItem.objects.get(version__number=2, code="XK-1")

    assert bound_by_name(named, "取水许可 (地表水)") == first.pk
    assert bound_by_name(named, "取水许可", on=JUNE) == second.pk


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("取水许可", MARCH, None),  # the name of later
        ("取水许可（地表水）", JUNE, None),  # the name of before
        ("排污许可", MARCH, None),  # two are called so
        ("排污", MARCH, None),  # part of a name
        ("取水许可（地表水）", MARCH, "XK-9"),  # a code that the catalogue has not
    ],
)
def test_row_is_bound_by_no_name_that_is_not_its_own_alone(
    named: Unit, name: str, on: date, code: str | None
) -> None:
    assert bound_by_name(named, name, on, code) is None


def test_two_names_that_never_held_at_once_are_told_apart() -> None:
    unit = UnitFactory.create()
    version = CatalogueVersionFactory.create(unit=unit)
    ended = CatalogueItemFactory.create(
        version=version, code="XK-1", name="取水许可", until_date=date(2016, 4, 30)
    )
    begun = CatalogueItemFactory.create(
        version=version, code="XK-2", name="取水许可", from_date=date(2016, 5, 1)
    )

    assert bound_by_name(unit, "取水许可", MARCH) == ended.pk
    assert bound_by_name(unit, "取水许可", JUNE) == begun.pk
