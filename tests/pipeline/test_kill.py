"""A worker that is killed (kill -9) leaves no half batch; the batch is finished once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.site import Site

# Beside them the feed tells of the units.
_RECORDS_IN_FEED = "SELECT count(*) FROM publication_change WHERE operation = 'publish'"
ROWS = 60_000

_RECEIVE = """
from django.utils import timezone
from gongshi.accounts.models import Unit
from gongshi.audit.actors import Actor
from gongshi.intake.actions import Upload, receive_file
from gongshi.validation.tasks import check_batch
with open({path!r}, "rb") as stream:
    batch = receive_file(
        Upload(name="a.csv", stream=stream, key="k"),
        unit=Unit.objects.get(code="lyg-hbj"), by=Actor(username="a"), at=timezone.now(),
    )
check_batch.enqueue(str(batch.pk))
"""

_PUBLISH = """
from django.utils import timezone
from gongshi.audit.actors import Actor
from gongshi.intake.models import Batch
from gongshi.publication.tasks import publish_batch
from gongshi.review.actions import approve_batch
batch = Batch.objects.get()
for _ in range(2):  # a double click
    approve_batch(
        batch, by=Actor(username="b"), at=timezone.now(), secrecy_checked=True
    )
    publish_batch.enqueue(str(batch.pk))
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path) as site:
        file = tmp_path / "a.csv"
        site.run(
            "sample", str(ROWS), "--kind", "licence", "--out", str(file), "--seed", "7"
        )
        site.do(_RECEIVE.format(path=str(file)))
        yield site


def test_killed_worker_leaves_no_half_batch_and_every_row_lands_and_appears_once(
    site: Site,
) -> None:
    # Killed while rows are landing: nothing stands that could be seen or published.
    worker = site.start("worker")
    site.wait_for(lambda: 0 < site.count("SELECT rows_done FROM intake_batch") < ROWS)
    site.kill(worker)

    assert site.fetch("SELECT state FROM intake_batch") == [("checking",)]
    assert site.fetch("SELECT DISTINCT state FROM records_record") == [("received",)]
    assert site.count(_RECORDS_IN_FEED) == 0

    # Another worker finishes it: every row once.
    worker = site.start("worker")
    site.wait_for(
        lambda: site.fetch("SELECT state FROM intake_batch") == [("checked",)]
    )

    assert site.fetch(
        "SELECT count(*), count(DISTINCT row_number) FROM records_record"
    ) == [(ROWS, ROWS)]
    assert site.fetch("SELECT DISTINCT state FROM records_record") == [("checked",)]

    # Killed while publishing: what is in the feed is published, all else is not.
    site.do(_PUBLISH)
    site.wait_for(lambda: site.count(_RECORDS_IN_FEED) > 0)
    site.kill(worker)

    changes = site.count(_RECORDS_IN_FEED)
    published = "SELECT count(*) FROM records_record WHERE state = 'published'"
    assert 0 < changes < ROWS
    assert site.count(published) == changes

    # Finished by another worker: every record once in feed and portal.
    site.start("worker")
    site.wait_for(
        lambda: site.fetch("SELECT state FROM intake_batch") == [("published",)]
    )
    shown = "SELECT count(*) FROM published_record"
    site.wait_for(lambda: site.count(shown, store="portal") == ROWS)

    assert site.count(_RECORDS_IN_FEED) == ROWS
    assert site.fetch(
        "SELECT count(*) = max(sequence), count(*) = count(DISTINCT record_id)"
        " FROM publication_change"
    ) == [(True, True)]
    assert site.count(published) == ROWS
