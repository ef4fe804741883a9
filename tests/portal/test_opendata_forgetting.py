"""Sets that are kept hold nothing for long that is no longer on display."""

import csv
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from gongshi.domain.feed import Operation, PublicChange
from gongshi.pipeline.open_data import DailySets
from gongshi.portal.opendata import forgetting
from gongshi.portal.opendata.forgetting import forget_records, has_removals
from gongshi.portal.opendata.making import make_set
from gongshi.portal.opendata.sets import DAILY, MONTHLY, find_set, names
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

_AT = datetime(2016, 3, 1, 16, 5, tzinfo=UTC)
_LATER = datetime(2016, 3, 2, 16, 5, tzinfo=UTC)
_DAY = date(2016, 3, 2)
_NAME = "licence-jiangsu-2016"
_PENALTIES = "penalty-jiangsu-2016"
_MARK = "将被撤回的内容"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def first() -> list[PublicChange]:
    """Return what the sets of the first day are made of."""
    return apply_chained(
        change(1),
        change(2, kind="penalty", content=f"{_MARK}\u2028二"),
        change(3, kind="penalty", content='逗号,引号"和\u2028行'),
        change(4, kind="penalty", display_until="2016-03-01"),
        change(5, kind="penalty"),
    )


@pytest.fixture
def root(tmp_path: Path, first: list[PublicChange], settings: LazySettings) -> Path:
    """Return the folder with the sets of the first day."""
    settings.OPEN_DATA, settings.OPEN_DATA_DIR = True, tmp_path
    make_set(tmp_path, TODAY, at=_AT)
    return tmp_path


def _go_on(first: Sequence[PublicChange], *changes: PublicChange) -> None:
    apply_chained(*first, *changes)


def _ids(folder: Path, table: str, format_: str) -> list[str]:
    path = folder / f"{table}.{format_}"
    if format_ == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [row["record_id"] for row in csv.DictReader(file)]
    if format_ == "ndjson":
        lines = path.read_bytes().split(b"\n")
        return [json.loads(line)["record_id"] for line in lines if line]
    if format_ == "parquet":
        return list(pl.read_parquet(path).get_column("record_id"))
    book = openpyxl.load_workbook(path)
    return [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet", "xlsx"])
@pytest.mark.parametrize("period", [DAILY, MONTHLY])
def test_withdrawn_and_ended_records_leave_every_file(
    root: Path, first: list[PublicChange], period: str, format_: str
) -> None:
    _go_on(first, withdrawal(6, record=2))
    (name,) = names(root, period)
    folder = root / period / name
    before = _ids(folder, _PENALTIES, format_)

    forgotten = forget_records(root, _DAY, at=_LATER)

    assert before == [str(record_id(number)) for number in (2, 3, 4, 5)]
    assert _ids(folder, _PENALTIES, format_) == [
        str(record_id(number)) for number in (3, 5)
    ]
    assert _ids(folder, _NAME, format_) == [str(record_id(1))]
    assert forgotten == 4  # two records in each of the two sets


def test_no_byte_of_the_folder_holds_it(root: Path, first: list[PublicChange]) -> None:
    def holding() -> list[Path]:
        files = [path for path in root.rglob("*.ndjson") if path.is_file()]
        return [path for path in files if _MARK.encode() in path.read_bytes()]

    before = holding()
    _go_on(first, withdrawal(6, record=2))

    forget_records(root, _DAY, at=_LATER)

    assert len(before) == 2
    assert holding() == []
    assert {path.name for path in root.iterdir()} <= {
        *(DAILY, MONTHLY, ".lock", ".forgotten"),
    }


def test_what_stays_is_the_same_to_the_byte(
    root: Path, first: list[PublicChange]
) -> None:
    folder = root / MONTHLY / "2016-03"
    before = (folder / f"{_PENALTIES}.ndjson").read_bytes().split(b"\n")
    licences = (folder / f"{_NAME}.xlsx").read_bytes()
    _go_on(first, withdrawal(6, record=2))

    forget_records(root, TODAY, at=_LATER)

    after = (folder / f"{_PENALTIES}.ndjson").read_bytes().split(b"\n")
    assert after == before[1:]
    assert (folder / f"{_NAME}.xlsx").read_bytes() == licences


def test_description_and_sums_fit_what_is_left(
    root: Path, first: list[PublicChange]
) -> None:
    _go_on(first, withdrawal(6, record=2))

    forget_records(root, TODAY, at=_LATER)

    folder = root / MONTHLY / "2016-03"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    found = find_set(root, MONTHLY, "2016-03")
    assert package["gongshi"]["change"] == 5
    assert package["gongshi"]["taken_out"] == 1
    assert package["version"] == "2016-03-01"
    assert found is not None
    assert found.rows == 4
    for line in sums:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_corrected_and_republished_records_stay(
    root: Path, first: list[PublicChange]
) -> None:
    _go_on(
        first,
        change(6, record=3, operation=Operation.CORRECT, kind="penalty"),
        withdrawal(7, record=5),
        change(8, record=5, kind="penalty"),
    )

    assert forget_records(root, TODAY, at=_LATER) == 0


def test_set_without_any_is_left_alone(root: Path) -> None:
    before = {path: path.stat().st_ino for path in root.rglob("*.csv")}

    forget_records(root, TODAY, at=_LATER)

    assert {path: path.stat().st_ino for path in root.rglob("*.csv")} == before


class _Killed(Exception):
    """What ends the run at a chosen moment."""


@pytest.mark.parametrize("step", ["describe", "put_up"])
def test_killed_run_loses_no_set_and_is_repeated(
    root: Path,
    first: list[PublicChange],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def killed(*arguments: object, **options: object) -> None:
        raise _Killed

    _go_on(first, withdrawal(6, record=2))
    with monkeypatch.context() as broken:
        broken.setattr(forgetting, step, killed)
        with pytest.raises(_Killed):
            forget_records(root, TODAY, at=_LATER)

    assert forget_records(root, TODAY, at=_LATER) == 2
    assert names(root, DAILY) == ["2016-03-01"]
    assert names(root, MONTHLY) == ["2016-03"]
    for folder in (root / DAILY / "2016-03-01", root / MONTHLY / "2016-03"):
        assert str(record_id(2)) not in _ids(folder, _PENALTIES, "csv")


def test_removal_is_noticed_once(root: Path, first: list[PublicChange]) -> None:
    quiet = has_removals(root)
    _go_on(first, withdrawal(6, record=2))
    noticed = has_removals(root)

    call_command("make_open_data")

    assert (quiet, noticed, has_removals(root)) == (False, True, False)


def test_worker_looks_once_an_hour(root: Path, first: list[PublicChange]) -> None:
    sets = DailySets()
    due = [sets._is_due(_AT.replace(hour=2))]
    _go_on(first, withdrawal(6, record=2))

    due += [sets._is_due(_AT.replace(hour=hour, minute=m)) for hour, m in _LOOKS]

    assert due == [False, False, True, False]


_LOOKS = [(2, 30), (3, 5), (3, 30)]


def test_list_beside_the_set_names_legal_persons_at_once(
    root: Path, first: list[PublicChange]
) -> None:
    person = {"person": "natural", "credit_code": None}
    _go_on(
        first,
        withdrawal(6, record=2),
        change(7, **person),
        withdrawal(8, record=7, person="natural"),
    )
    address = "/open/sets/monthly/2016-03/removed.csv"

    response = Client().get(address)

    header, *rows = b"".join(response).decode().splitlines()
    assert header == "record_id,operation,sequence,at"
    assert [row.split(",")[:3] for row in rows] == [
        [str(record_id(2)), "withdraw", "6"]
    ]
    assert address in Client().get("/open/sets/monthly/2016-03/").content.decode()
    again = Client().get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_file_is_asked_about_each_time(root: Path) -> None:
    response = Client().get(f"/open/sets/monthly/2016-03/{_NAME}.csv")

    assert response.headers["Cache-Control"] == "public, no-cache"
