"""`gongshi import`: the upload page's work from the command line."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.intake.models import Batch, BatchState
from gongshi.portal.models import PublishedRecord
from gongshi.records.models import Record
from gongshi.validation.models import Confirmation
from tests.factories import AT, UnitFactory
from tests.office.desk import WRONG_CODE, licence_file

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a run ended and what it printed."""

    code: int
    text: str


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def unit() -> Unit:
    """Return the unit that the files are of."""
    return UnitFactory.create(code="lyg-hbj")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of two good rows and a bad one between them."""
    path = tmp_path / "许可.csv"
    path.write_bytes(licence_file({}, WRONG_CODE, {}))
    return path


PUBLISH = ("--publish", "--reviewed-by", "wang")


def _import(file: Path, *options: str) -> Said:
    printed = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import", str(file), "--unit", "lyg-hbj", *options, stdout=printed)
    assert isinstance(end.value.code, int)
    return Said(code=end.value.code, text=printed.getvalue())


def test_good_rows_land_and_are_not_public_yet(unit: Unit, file: Path) -> None:
    said = _import(file, "--by", "zhang")

    batch = Batch.objects.get()
    assert said.code == 1
    assert (batch.unit, batch.state) == (unit, BatchState.CHECKED)
    assert batch.received_by == "zhang"
    assert Record.objects.count() == 2
    assert not PublishedRecord.objects.using("portal").exists()
    assert "共 3 行：合格 2 行，需修改 1 行" in said.text
    assert "credit-code" in said.text


def test_good_rows_are_public_where_that_was_asked(unit: Unit, file: Path) -> None:
    said = _import(file, *PUBLISH)

    assert said.code == 1
    assert Batch.objects.get().state == BatchState.PUBLISHED
    assert PublishedRecord.objects.using("portal").count() == 2


def test_file_without_errors_ends_with_0(unit: Unit, file: Path) -> None:
    file.write_bytes(licence_file({}, {}))

    assert _import(file).code == 0


def test_imported_again_a_file_changes_nothing(unit: Unit, file: Path) -> None:
    _import(file, *PUBLISH)
    before = list(Record.objects.order_by("pk").values())

    _import(file, *PUBLISH)

    assert list(Record.objects.order_by("pk").values()) == before
    assert sorted(batch.counts["unchanged"] for batch in Batch.objects.all()) == [0, 2]


def test_unusable_file_ends_with_2_and_says_why(unit: Unit, file: Path) -> None:
    file.write_bytes(b"%PDF-1.7\n")

    said = _import(file, *PUBLISH)

    assert said.code == 2
    assert "PDF" in said.text
    assert Batch.objects.get().state == BatchState.FAILED
    assert not Record.objects.exists()


def test_it_is_noted_on_whose_behalf(unit: Unit, file: Path) -> None:
    _import(file, "--by", "zhang", *PUBLISH)

    assert set(Event.objects.values_list("username", flat=True)) == {"zhang", "wang"}


@pytest.mark.parametrize(
    ("name", "code"), [("absent.csv", "lyg-hbj"), ("许可.csv", "nirgends")]
)
def test_what_cannot_be_imported_ends_with_2(
    unit: Unit, file: Path, name: str, code: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import", str(file.with_name(name)), "--unit", code)

    assert refused.value.returncode == 2
    assert not Batch.objects.exists()


@pytest.mark.parametrize("reviewer", ["", "zhang"])
def test_publishing_needs_two_people(unit: Unit, file: Path, reviewer: str) -> None:
    options = ("--by", "zhang", "--publish", "--reviewed-by", reviewer)

    with pytest.raises(CommandError) as refused:
        call_command("import", str(file), "--unit", "lyg-hbj", *options)

    assert refused.value.returncode == 2
    assert not Batch.objects.exists()


def test_reviewer_stands_on_every_record_with_the_secrecy_check(
    unit: Unit, file: Path
) -> None:
    _import(file, "--by", "zhang", *PUBLISH)

    names = Record.objects.values_list(
        "entered_by", "reviewed_by", "secrecy_checked_by", "secrecy_checked_at"
    )
    assert set(names) == {("zhang", "wang", "wang", AT)}


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """Return a file whose only row arrives too late, which needs a reason."""
    path = tmp_path / "迟报.csv"
    changes = {"decision_date": "2015/12/01", "updated_date": "2015/12/01"}
    path.write_bytes(licence_file(changes))
    return path


def test_a_warning_without_a_reason_holds_the_batch_back(
    unit: Unit, late: Path
) -> None:
    said = _import(late, *PUBLISH)

    assert said.code == 1
    assert "late" in said.text
    assert Batch.objects.get().state == BatchState.CHECKED
    assert not PublishedRecord.objects.using("portal").exists()


def test_a_warning_with_a_reason_is_confirmed_and_published(
    unit: Unit, late: Path
) -> None:
    said = _import(late, *PUBLISH, "--confirm", "系统故障，已说明")

    assert said.code == 0
    assert Confirmation.objects.get().reason == "系统故障，已说明"
    assert PublishedRecord.objects.using("portal").count() == 1
