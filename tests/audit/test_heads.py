"""The daily heads: one line a day in Beijing, one more at a shutdown, none torn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from gongshi.audit.heads import (
    CannotReadHeads,
    current_head,
    keep_daily_head,
    keep_last_head,
    read_heads,
)
from gongshi.audit.models import Event
from gongshi.pipeline.steps import keep_head
from tests.audit.trail import AT, write_trail

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

MIDNIGHT = datetime(2016, 3, 1, 16, tzinfo=UTC)  # the day in Beijing begins


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the heads are kept; nothing is there yet."""
    return tmp_path / "heads.txt"


def days(file: Path) -> list[str]:
    """Return the days of the lines."""
    return [line.split()[0] for line in file.read_text().splitlines()]


def test_head_names_day_number_and_hash(file: Path) -> None:
    write_trail(3)

    assert keep_daily_head(file, AT)

    last = Event.objects.get(sequence=3)
    assert file.read_text() == f"2016-03-01 3 {last.hash}\n"


def test_head_is_kept_once_a_day_from_midnight_in_beijing(file: Path) -> None:
    write_trail(1)

    kept = [
        keep_daily_head(file, at)
        for at in (AT, AT, MIDNIGHT - timedelta(seconds=1), MIDNIGHT, MIDNIGHT)
    ]

    assert kept == [True, False, False, True, False]
    assert days(file) == ["2016-03-01", "2016-03-02"]


def test_last_head_is_kept_where_something_happened_since(file: Path) -> None:
    write_trail(1)
    keep_daily_head(file, AT)

    assert not keep_last_head(file, AT)
    write_trail(1)
    assert keep_last_head(file, AT)

    assert [head.sequence for head in read_heads(file.read_text().splitlines())] == [
        1,
        2,
    ]


def test_head_of_an_empty_trail_is_not_kept(file: Path) -> None:
    assert not keep_daily_head(file, AT)
    assert not file.exists()


def test_line_cut_short_by_a_full_disk_does_not_spoil_the_next(file: Path) -> None:
    write_trail(1)
    file.write_text("2016-02-29 1 abc")

    keep_daily_head(file, AT)

    assert file.read_text().splitlines()[1] == str(current_head(AT))
    with pytest.raises(CannotReadHeads) as error:
        read_heads(file.read_text().splitlines())
    assert error.value.line == 1


@pytest.mark.parametrize(
    "line",
    [
        f"2016-02-30 3 {'0' * 64}",
        f"2016-13-45 3 {'0' * 64}",
        f"２０１６-03-01 3 {'0' * 64}",
    ],
)
def test_bad_line_is_told_by_its_number_and_spoils_no_next_one(
    file: Path, line: str
) -> None:
    write_trail(1)
    file.write_text(f"{line}\n")

    assert keep_daily_head(file, AT)
    assert not keep_daily_head(file, AT)

    assert file.read_text().splitlines() == [line, str(current_head(AT))]
    with pytest.raises(CannotReadHeads) as error:
        read_heads(file.read_text().splitlines())
    assert error.value.line == 1


def test_file_of_heads_is_for_its_owner_only(file: Path) -> None:
    write_trail(1)

    keep_daily_head(file, AT)

    assert file.stat().st_mode & 0o777 == 0o600


def test_worker_keeps_heads_where_the_settings_name_a_file(
    file: Path, settings: LazySettings
) -> None:
    write_trail(1)
    keep_head(AT)
    assert not file.exists()

    settings.AUDIT_HEADS_FILE = file
    keep_head(AT)
    write_trail(1)
    keep_head(AT)
    keep_head(AT, is_last=True)

    assert days(file) == ["2016-03-01", "2016-03-01"]
