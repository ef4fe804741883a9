"""The worker makes the bulk set of the day, without being asked."""

from pathlib import Path

import pytest
from django.utils import timezone

from gongshi.portal.opendata.sets import DAILY, MONTHLY, set_folder
from tests.pipeline.site import Site


def test_worker_makes_the_set_of_the_day_and_of_the_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGSHI_OPEN_DATA", "true")
    begun = timezone.localdate().isoformat()

    with Site(tmp_path) as site:
        site.start("worker")

        def is_up() -> bool:
            # Around midnight it may be the set of the day before.
            days = {begun, timezone.localdate().isoformat()}
            return any(_has_sets(tmp_path / "open", day) for day in days)

        site.wait_for(is_up)


def _has_sets(root: Path, day: str) -> bool:
    daily, monthly = set_folder(root, DAILY, day), set_folder(root, MONTHLY, day[:7])
    return daily.is_dir() and monthly.is_dir()
