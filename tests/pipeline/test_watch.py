"""The watch beside the worker: a step that fails holds back none of the others."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from gongshi.pipeline.worker import Watch
from gongshi.portal.models import PublishedRecord
from gongshi.publication.actions import publish_batch
from gongshi.publication.consumers import portal_lag
from tests.factories import AT
from tests.pipeline.site import Site
from tests.publication.test_publishing import ready

# The watch closes connections, which ends a transaction around a test.
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "portal"])


def one_round() -> None:
    """Let the watch go round once; its clock is read, and so it is told to stop."""

    def clock() -> datetime:
        watch.stop()
        return AT

    watch = Watch("w", clock)
    watch.run()


def test_heads_that_cannot_be_kept_hold_back_no_publication(
    tmp_path: Path, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AUDIT_HEADS_FILE = tmp_path / "gone" / "heads.txt"
    publish_batch(ready({}, {}), at=AT, deliver=lambda changes: False)
    assert portal_lag() == 2

    one_round()

    assert portal_lag() == 0
    assert PublishedRecord.objects.using("portal").count() == 2
    assert "gone/heads.txt" in caplog.text


def test_worker_ends_well_where_the_last_head_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "heads.txt").mkdir()  # in the file's place; a start looks no further
    monkeypatch.setenv("GONGSHI_AUDIT_HEADS_FILE", str(tmp_path / "heads.txt"))

    with Site(tmp_path / "site") as site:
        site.run("worker", "--until-empty")
