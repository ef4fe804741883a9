"""Bulk sets: of one moment, exact, safe to open, described, of legal persons alone."""

import csv
import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from gongshi.domain import standards
from gongshi.domain.feed import PublicChange, canonical, payload_digest
from gongshi.portal.models import PublishedRecord
from gongshi.portal.opendata import collecting, making, writing
from gongshi.portal.opendata.making import CannotMakeSet, forget_sets, make_set
from gongshi.portal.opendata.sets import DAILY, MONTHLY, names
from gongshi.portal.opendata.tables import Table, tables
from gongshi.portal.store import STORE
from tests.portal.bulk_sets import AT, NAME, csv_rows, made, ndjson_lines, sheet_rows
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def test_all_formats_hold_the_records_on_display(tmp_path: Path) -> None:
    apply_chained(
        change(1),
        change(2, person="natural", credit_code=None),
        change(3, display_until="2016-02-29"),
        change(4),
        withdrawal(5, record=4),
        change(6, kind="penalty"),
        change(7, display_until=None),
    )
    expected = [str(record_id(1)), str(record_id(7))]

    folder = made(tmp_path)

    frame = pl.read_parquet(folder / f"{NAME}.parquet")
    assert [row["record_id"] for row in csv_rows(folder)] == expected
    assert [line["record_id"] for line in ndjson_lines(folder)] == expected
    assert [row[0] for row in sheet_rows(folder)[1:]] == expected
    assert frame.get_column("record_id").to_list() == expected
    assert [row["record_id"] for row in csv_rows(folder, "penalty-jiangsu-2016")] == [
        str(record_id(6))
    ]


def test_json_is_exactly_what_was_published(tmp_path: Path) -> None:
    published = apply_chained(
        change(1, title='=1+1 "引号"\n换行'), change(2, status=None, category=None)
    )

    lines = ndjson_lines(made(tmp_path))

    assert [canonical(line["record"]) for line in lines] == [
        each.payload for each in published
    ]
    assert [line["digest"] for line in lines] == [
        payload_digest(each.payload) for each in published
    ]


def test_spreadsheet_goes_on_in_a_further_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 2)
    apply_chained(*(change(number) for number in range(1, 6)))

    book = openpyxl.load_workbook(made(tmp_path) / f"{NAME}.xlsx")

    assert [sheet.max_row for sheet in book] == [3, 3, 2]
    assert {sheet.cell(1, 1).value for sheet in book} == {"记录标识"}


def test_typed_columns_have_the_types_of_the_description(tmp_path: Path) -> None:
    apply_chained(change(1))

    frame = pl.read_parquet(made(tmp_path) / f"{NAME}.parquet")

    assert frame.schema["published_on"] == pl.Date
    assert frame.schema["XK_JDRQ"] == pl.Date
    assert frame.get_column("XK_JDRQ").to_list() == [date(2016, 2, 25)]
    assert frame.schema["version"] == pl.Int64


def test_description_names_every_file_with_its_size_and_sum(tmp_path: Path) -> None:
    (published,) = apply_chained(change(1))

    folder = made(tmp_path)

    package = json.loads((folder / "datapackage.json").read_text())
    paths = {resource["path"] for resource in package["resources"]}
    assert paths | {"datapackage.json", "SHA256SUMS", "LICENCE.txt"} == {
        path.name for path in folder.iterdir()
    }
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert package["gongshi"] == {
        "change": 1,
        "head": published.hash,
        "taken_out": 0,
        "removed": "removed.csv",
    }


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    apply_chained(change(1))

    folder = made(tmp_path)

    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == len(list(folder.iterdir())) - 1
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_table_follows_its_own_schema(tmp_path: Path) -> None:
    apply_chained(*(change(n, display_until=None) for n in range(1, 4)))

    folder = made(tmp_path)

    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        if resource["format"] != "csv":
            continue
        fields = resource["schema"]["fields"]
        text = (folder / resource["path"]).read_text(encoding="utf-8-sig")
        header, *rows = csv.reader(text.splitlines())
        assert header == [field["name"] for field in fields]
        for row in rows:
            assert [
                f for f, v in zip(fields, row, strict=True) if not _fits(f, v)
            ] == []


def _fits(field: dict[str, str], value: str) -> bool:
    if value == "":
        return True
    readers: dict[str, Callable[[str], object]] = {
        "date": date.fromisoformat,
        "integer": int,
        "number": float,
    }
    reader = readers.get(field["type"], str)
    reader(value)
    return True


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_no_column_is_internal(table: Table) -> None:
    form = standards.form(table.edition, table.kind)
    internal = {
        field.code
        for field in form.fields
        if field.publicity is standards.Publicity.INTERNAL
    }

    assert internal
    assert internal & {column.name for column in table.columns} == set()
    assert "person_key" not in {column.name for column in table.columns}


def test_empty_store_makes_an_empty_set(tmp_path: Path) -> None:
    folder = made(tmp_path)

    assert csv_rows(folder) == []
    assert ndjson_lines(folder) == []
    assert len(sheet_rows(folder)) == 1
    assert pl.read_parquet(folder / f"{NAME}.parquet").is_empty()


def test_set_is_made_once(tmp_path: Path) -> None:
    apply_chained(change(1))
    first = make_set(tmp_path, TODAY, at=AT)
    inode = (tmp_path / DAILY / "2016-03-01").stat().st_ino

    again = make_set(tmp_path, TODAY, at=AT)

    assert (first, again) == (True, False)
    assert (tmp_path / DAILY / "2016-03-01").stat().st_ino == inode


def test_first_set_of_a_month_is_kept_unchanged(tmp_path: Path) -> None:
    first = apply_chained(change(1))
    make_set(tmp_path, date(2016, 3, 1), at=AT)
    apply_more(first, change(2))

    make_set(tmp_path, date(2016, 3, 2), at=AT)

    assert names(tmp_path, DAILY) == ["2016-03-02", "2016-03-01"]
    assert names(tmp_path, MONTHLY) == ["2016-03"]
    assert len(ndjson_lines(tmp_path / MONTHLY / "2016-03")) == 1
    assert len(ndjson_lines(tmp_path / DAILY / "2016-03-02")) == 2


def apply_more(before: Sequence[PublicChange], *changes: PublicChange) -> None:
    """Apply further changes behind those that were applied."""
    apply_chained(*before, *changes)


def test_old_sets_are_forgotten(tmp_path: Path) -> None:
    for day in range(1, 6):
        make_set(tmp_path, date(2016, 3, day), at=AT)

    forget_sets(tmp_path, days=2, months=1)

    assert names(tmp_path, DAILY) == ["2016-03-05", "2016-03-04"]
    assert {path.name for path in (tmp_path / DAILY).iterdir()} == {
        "2016-03-05",
        "2016-03-04",
    }


class _Killed(Exception):
    """What ends the attempt at a chosen moment."""


def test_killed_attempt_shows_nothing_and_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_chained(*(change(number) for number in range(1, 10)))
    monkeypatch.setattr(collecting, "_AT_ONCE", 3)
    real, asked = collecting._records, []

    def records(after: int, on: date) -> list[PublishedRecord]:
        asked.append(after)
        if len(asked) == 3:
            raise _Killed
        return real(after, on)

    monkeypatch.setattr(collecting, "_records", records)
    with pytest.raises(_Killed):
        make_set(tmp_path, TODAY, at=AT)
    shown = names(tmp_path, DAILY)

    folder = made(tmp_path)

    assert shown == []
    assert asked == [0, 3, 6, 6, 9]
    assert [line["sequence"] for line in ndjson_lines(folder)] == list(range(1, 10))


def test_file_that_was_written_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_chained(change(1))
    written: list[str] = []

    def killed(*arguments: object) -> None:
        raise _Killed

    def counted(table: Table, parts: Sequence[Path], target: Path) -> None:
        written.append(table.name)
        writing.write_csv(table, parts, target)

    with monkeypatch.context() as broken:
        broken.setattr(making, "WRITERS", {"csv": counted, "ndjson": killed})
        with pytest.raises(_Killed):
            make_set(tmp_path, TODAY, at=AT)
    whole = {**writing.WRITERS, "csv": counted}
    monkeypatch.setattr(making, "WRITERS", whole)

    made(tmp_path)

    assert sorted(written) == sorted(table.name for table in tables())


def test_attempt_of_another_moment_is_not_mixed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = apply_chained(change(1), change(2))

    def killed(*arguments: object) -> None:
        raise _Killed

    with monkeypatch.context() as broken:
        broken.setattr(making, "describe", killed)
        broken.setattr(making, "parts_of", killed)
        with pytest.raises(_Killed):
            make_set(tmp_path, TODAY, at=AT)
    apply_more(first, withdrawal(3, record=1))

    folder = made(tmp_path)

    assert [line["sequence"] for line in ndjson_lines(folder)] == [2]


def test_second_process_keeps_out(tmp_path: Path) -> None:
    with making.alone(tmp_path), pytest.raises(CannotMakeSet):
        make_set(tmp_path, TODAY, at=AT)


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["portal"], transaction=True)
def test_set_is_of_one_moment_and_keeps_nobody_from_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = apply_chained(*(change(number) for number in range(1, 5)))
    monkeypatch.setattr(collecting, "_AT_ONCE", 2)
    real, others = collecting._records, []

    def publish_meanwhile() -> None:
        try:
            apply_more(first, withdrawal(5, record=4), change(6))
        finally:
            connections.close_all()

    def records(after: int, on: date) -> list[PublishedRecord]:
        found = real(after, on)
        if after == 0:
            others.append(threading.Thread(target=publish_meanwhile))
            others[0].start()
            others[0].join(20)
            assert not others[0].is_alive()
        return found

    monkeypatch.setattr(collecting, "_records", records)

    folder = made(tmp_path)

    assert [line["sequence"] for line in ndjson_lines(folder)] == [1, 2, 3, 4]
    assert PublishedRecord.objects.using(STORE).count() == 4


def test_command_makes_the_set_and_forgets_old_ones(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.OPEN_DATA_DIR = tmp_path
    settings.OPEN_DATA_DAYS = 1
    make_set(tmp_path, date(2016, 2, 29), at=AT)

    call_command("make_open_data")

    assert names(tmp_path, DAILY) == ["2016-03-01"]
