"""Plain temporary files lie in a folder of our own, and are swept up after a kill."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from gongshi.intake.scratch import scratch_file, scratch_folder, sweep


@pytest.fixture(autouse=True)
def _folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _left_by(process: int) -> Path:
    """Return a file as that process of this machine would have left it."""
    with scratch_file(".csv") as path:
        name = path.name.replace(f"-{os.getpid()}-", f"-{process}-")
    left = scratch_folder() / name
    left.write_text("张三")
    return left


def test_folder_and_file_are_for_us_alone() -> None:
    with scratch_file(".xlsx") as path:
        assert path.parent == scratch_folder()
        assert path.suffix == ".xlsx"
        assert path.stat().st_mode & 0o777 == 0o600

    assert scratch_folder().stat().st_mode & 0o777 == 0o700
    assert not path.exists()


def test_file_of_a_process_that_is_gone_is_removed() -> None:
    left = _left_by(_ended_process())

    assert sweep() == 1
    assert not left.exists()


def test_file_of_a_process_that_runs_stays() -> None:
    others = _left_by(os.getppid())

    with scratch_file() as ours:
        assert sweep() == 0
        assert ours.exists()

    assert others.exists()


def test_file_of_another_machine_and_foreign_files_stay() -> None:
    names = (f"gongshi-elsewhere-{_ended_process()}-a.csv", "notes.txt")
    for name in names:
        (scratch_folder() / name).touch()

    assert sweep() == 0
    assert {path.name for path in scratch_folder().iterdir()} == set(names)
