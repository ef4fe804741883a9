"""A city's folder of CSV: what Lianyungang's holds, what is told of bad lines."""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gongshi.accounts.actions import load_city
from gongshi.accounts.city import CannotLoadCity, UnitRow, cities, read_city
from gongshi.accounts.city_check import COLUMNS
from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.domain.units import Level, UnitKind
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import AT, BY, UnitFactory

database = pytest.mark.django_db(databases=["default", "portal"])
_FIRST_SIX = {"lyg-jxw", "lyg-hbj", "lyg-syjj", "lyg-zjj", "lyg-wjj", "lyg-ajj"}
_GOOD = {
    "code": "x-zf",
    "name": "某市人民政府",
    "short_name": "市政府",
    "kind": "government",
    "level": "city",
    "region_code": "320700",
    "start_date": "2016-01-01",
}
_OFFICE = _GOOD | {
    "code": "x-hbj",
    "name": "某市环境保护局",
    "kind": "department",
    "superior": "x-zf",
}


def folder(path: Path, *lines: Mapping[str, str]) -> str:
    """Write a city's folder and return its path."""
    with (path / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(lines)
    return str(path)


def lianyungang() -> list[UnitRow]:
    """Return the units that come with Gongshi."""
    return list(read_city("lianyungang"))


def test_lianyungang_has_its_city_departments() -> None:
    rows = [row for row in lianyungang() if row.level is Level.CITY]

    kinds = Counter(row.kind for row in rows)
    assert kinds[UnitKind.DEPARTMENT] >= 40
    assert kinds[UnitKind.VERTICAL] >= 8
    assert kinds[UnitKind.AUTHORISED] >= 8
    assert kinds[UnitKind.ENTRUSTED] >= 2


def test_lianyungang_has_districts_counties_and_zones_with_their_departments() -> None:
    rows = lianyungang()

    below = Counter(row.superior for row in rows)
    places = {
        row.name: below[row.code]
        for row in rows
        if row.kind is UnitKind.GOVERNMENT and row.superior == "lyg-zf"
    }
    assert {name for name, number in places.items() if number >= 20} == {
        "连云港市连云区人民政府",
        "连云港市海州区人民政府",
        "连云港市赣榆区人民政府",
        "东海县人民政府",
        "灌云县人民政府",
        "灌南县人民政府",
    }
    assert {name for name, number in places.items() if 4 <= number < 20} == {
        "连云港经济技术开发区管理委员会",
        "国家东中西区域合作示范区（连云港徐圩新区）管理委员会",
        "连云港市云台山风景名胜区管理委员会",
        "连云港高新技术产业开发区管理委员会",
    }


def test_the_six_that_went_ahead_disclose_since_july_2015() -> None:
    early = {row.code for row in lianyungang() if row.start_date.year == 2015}

    assert early == _FIRST_SIX


def test_everybody_but_the_city_office_has_a_credit_authority() -> None:
    rows = {row.code: row for row in lianyungang()}

    assert [code for code, row in rows.items() if not row.credit_authority] == [
        "lyg-xyb"
    ]
    for row in rows.values():
        if row.level is Level.COUNTY and row.credit_authority != "lyg-xyb":
            office = rows[row.credit_authority]
            assert office.region_code == row.region_code
            assert office.credit_authority == "lyg-xyb"


def test_no_credit_code_is_invented() -> None:
    assert [row.code for row in lianyungang() if row.credit_code] == []


def test_names_and_codes_are_given_once() -> None:
    rows = lianyungang()

    assert len({row.name for row in rows}) == len(rows)
    assert len({row.code for row in rows}) == len(rows)


@database
def test_loading_a_city_twice_changes_nothing() -> None:
    first = load_city("lianyungang", by=BY, at=AT)
    second = load_city("lianyungang", by=BY, at=AT)

    assert first.created == Unit.objects.count()
    assert (first.updated, second.created, second.updated) == (0, 0, 0)
    assert Event.objects.count() == 1
    bureau = Unit.objects.select_related("credit_authority").get(code="dhx-hbj")
    assert bureau.credit_authority is not None
    assert bureau.credit_authority.code == "dhx-xyb"


@database
def test_loading_a_city_brings_a_changed_unit_up_to_date() -> None:
    load_city("lianyungang", by=BY, at=AT)
    first = Event.objects.get()
    assert "lyg-hbj" in json.loads(first.details)["new_units"]
    Unit.objects.filter(code="lyg-hbj").update(name="旧名称")
    Unit.objects.filter(code="lyg-wsjd").update(credit_authority=None)

    loaded = load_city("lianyungang", by=BY, at=AT)

    assert loaded.updated == 2
    assert Unit.objects.get(code="lyg-hbj").name == "连云港市环境保护局"
    event = Event.objects.order_by("sequence").last()
    assert event is not None
    assert json.loads(event.details)["units"] == ["lyg-hbj", "lyg-wsjd"]


@database
def test_folder_is_told_by_its_name_however_long_its_path_is(tmp_path: Path) -> None:
    far = tmp_path / ("d" * 70) / ("市" * 70)
    far.mkdir(parents=True)

    load_city(folder(far, _GOOD), by=BY, at=AT)

    event = Event.objects.order_by("sequence").last()
    assert event is not None
    assert event.target_id == "市" * 64


@database
def test_loading_keeps_what_the_office_knows_and_the_file_does_not(
    tmp_path: Path,
) -> None:
    city = folder(tmp_path, _GOOD)
    load_city(city, by=BY, at=AT)
    Unit.objects.filter(code="x-zf").update(
        site_address="http://www.x.example/", credit_code="1"
    )
    Unit.objects.create(
        code="own", name="本地单位", region_code="320700", start_date=AT.date()
    )

    loaded = load_city(city, by=BY, at=AT)

    assert (loaded.created, loaded.updated) == (0, 0)
    unit = Unit.objects.get(code="x-zf")
    assert (unit.site_address, unit.credit_code) == ("http://www.x.example/", "1")
    assert Unit.objects.filter(code="own").exists()


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"code": "市环保局"}, "code", "such as lyg-hbj"),
        ({"code": "x-zf"}, "code", "Line 2 has it already"),
        ({"name": ""}, "name", "full official name"),
        ({"name": "局" * 201}, "name", "At most 200"),
        ({"kind": "bureau"}, "kind", "department"),
        ({"level": "town"}, "level", "county"),
        ({"region_code": "320799"}, "region_code", "GB/T 2260"),
        ({"superior": "x-none"}, "superior", "No line above"),
        ({"superior": "", "kind": "entrusted"}, "superior", "entrusts it"),
        ({"credit_authority": "x-none"}, "credit_authority", "No line has"),
        ({"start_date": ""}, "start_date", "2016-01-01"),
        ({"start_date": "2016/1/1"}, "start_date", "no day"),
        ({"valid_until": "2016-02-30"}, "valid_until", "no day"),
        (
            {"valid_from": "2016-02-01", "valid_until": "2016-01-01"},
            "valid_until",
            "before it begins",
        ),
        ({"site_address": "www.x.example"}, "site_address", "whole address"),
        ({"site_address": "http://[x"}, "site_address", "whole address"),
        ({"site_address": "http://u:p@a.cn/"}, "site_address", "whole address"),
        ({"site_address": "http://a.cn:99999/"}, "site_address", "whole address"),
        ({"credit_code": "11320700014381086X"}, "credit_code", "check character"),
        ({"name": "某\x00局"}, "name", "control character"),
    ],
)
def test_a_bad_line_is_told_with_line_field_and_what_to_do(
    tmp_path: Path, change: dict[str, str], field: str, says: str
) -> None:
    city = folder(tmp_path, _GOOD, _OFFICE | change)

    with pytest.raises(CannotLoadCity) as refused:
        read_city(city)

    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.field) == ("units.csv", 3, field)
    assert says in problem.told
    assert str(problem).startswith("units.csv, line 3, ")


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("code,name\nx,y\n", 1, "short_name"),
        (",".join(COLUMNS) + "\n", 1, "no unit"),
        (
            ",".join(COLUMNS)
            + "\nx-zf,某市,市,government,city,320700,,,2016-01-01,,,,,,a,b\n",
            2,
            "more cells",
        ),
        (",".join(COLUMNS).encode() + b"\n\xcf\xd8\n", 2, "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_units_is_told(
    tmp_path: Path, content: str | bytes, line: int, says: str
) -> None:
    written = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "units.csv").write_bytes(written)

    with pytest.raises(CannotLoadCity) as refused:
        read_city(str(tmp_path))

    (problem,) = refused.value.problems
    assert problem.line == line
    assert says in problem.told


def test_an_entrusted_body_below_another_is_told(tmp_path: Path) -> None:
    body = _OFFICE | {"code": "x-zd", "kind": "entrusted"}
    below = body | {"code": "x-fd", "superior": "x-zd"}

    with pytest.raises(CannotLoadCity) as refused:
        read_city(folder(tmp_path, _GOOD, body, below))

    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (4, "superior")


CREDIT_CODES = ("113207000143810191", "11320700014381086Y")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"credit_code": CREDIT_CODES[0]}, "credit_code", "The unit other has it"),
        ({"valid_from": "2016-01-01"}, "valid_from", "until 2015-12-31"),
        ({"superior": "x-below"}, "superior", "stands below this one"),
        ({"kind": "entrusted"}, "kind", "a catalogue of its own"),
    ],
)
@database
def test_what_does_not_go_with_units_on_file_is_told(
    tmp_path: Path, change: dict[str, str], field: str, says: str
) -> None:
    city = UnitFactory.create(code="x-zf", kind="government")
    bureau = UnitFactory.create(
        code="x-hbj", superior=city, valid_until=date(2015, 12, 31)
    )
    CatalogueVersionFactory.create(unit=bureau)
    below = UnitFactory.create(code="x-below", superior=bureau)
    UnitFactory.create(code="other", credit_code=CREDIT_CODES[0])
    line = _OFFICE | {"code": below.code}  # it keeps its superior
    lines = [_GOOD, line | {"superior": ""}, _OFFICE | change]

    with pytest.raises(CannotLoadCity) as refused:
        load_city(folder(tmp_path, *lines), by=BY, at=AT)

    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (4, field)
    assert says in problem.told


@database
def test_an_entrusted_body_with_items_is_not_moved_by_a_file(tmp_path: Path) -> None:
    city = UnitFactory.create(code="x-zf", kind="government")
    body = UnitFactory.create(code="x-zd", kind="entrusted", superior=city)
    CatalogueItemFactory.create(version__unit=city, entrusted_to=body)
    moved = _OFFICE | {"code": "x-zd", "kind": "entrusted", "superior": "x-hbj"}

    with pytest.raises(CannotLoadCity) as refused:
        load_city(folder(tmp_path, _GOOD, _OFFICE, moved), by=BY, at=AT)

    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (4, "superior")


@database
def test_units_swap_their_credit_codes(tmp_path: Path) -> None:
    for code, credit_code in zip(("x-zf", "x-hbj"), CREDIT_CODES, strict=True):
        UnitFactory.create(code=code, credit_code=credit_code)
    lines = [_GOOD | {"credit_code": CREDIT_CODES[1]}]
    lines.append(_OFFICE | {"credit_code": CREDIT_CODES[0]})

    load_city(folder(tmp_path, *lines), by=BY, at=AT)

    codes = Unit.objects.order_by("-code").values_list("credit_code", flat=True)
    assert tuple(codes) == CREDIT_CODES[::-1]


@database
def test_an_empty_cell_takes_neither_short_name_nor_superior_away(
    tmp_path: Path,
) -> None:
    load_city(folder(tmp_path, _GOOD, _OFFICE), by=BY, at=AT)
    bare = [_GOOD, _OFFICE | {"short_name": "", "superior": ""}]

    again = load_city(folder(tmp_path, *bare), by=BY, at=AT)

    bureau = Unit.objects.get(code="x-hbj")
    assert again.updated == 0
    assert bureau.superior is not None
    assert bureau.short_name == "市政府"


@database
def test_a_bad_file_loads_nothing_and_tells_every_line(tmp_path: Path) -> None:
    city = folder(tmp_path, _GOOD, _OFFICE | {"kind": "bureau", "name": ""})

    with pytest.raises(CommandError) as refused:
        call_command("load_city", city)

    told = str(refused.value).splitlines()
    assert told[0].startswith("Nothing was loaded.")
    assert len(told) == 3
    assert not Unit.objects.exists()
    assert not Event.objects.exists()


@database
def test_load_city_command_says_which_cities_there_are() -> None:
    with pytest.raises(CommandError, match="lianyungang"):
        call_command("load_city", "nanjing")

    assert cities() == ("lianyungang",)
