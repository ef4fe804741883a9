"""Two workers at one batch: every row lands once and is published once."""

from pathlib import Path

from tests.pipeline.site import Site

ROWS = 2_000
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
for _ in range(4):
    check_batch.enqueue(str(batch.pk))
"""
_PUBLISH = """
from django.utils import timezone
from gongshi.audit.actors import Actor
from gongshi.intake.models import Batch
from gongshi.publication.tasks import publish_batch
from gongshi.review.actions import approve_batch
batch = Batch.objects.get()
approve_batch(
    batch, by=Actor(username="b"), at=timezone.now(), secrecy_checked=True
)
for _ in range(4):
    publish_batch.enqueue(str(batch.pk))
"""
_WAITING = (
    "SELECT count(*) FROM django_tasks_database_dbtaskresult"
    " WHERE status IN ('READY', 'RUNNING')"
)


def test_two_workers_land_and_publish_every_row_once(tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        file = str(tmp_path / "a.csv")
        site.run("sample", str(ROWS), "--kind", "licence", "--out", file)
        for _ in range(2):
            site.start("worker")
        beats = "SELECT count(*) FROM pipeline_heartbeat"
        site.wait_for(lambda: site.count(beats) == 2)

        site.do(_RECEIVE.format(path=file))
        site.wait_for(lambda: site.count(_WAITING) == 0)

        assert site.fetch("SELECT state, rows_done FROM intake_batch") == [
            ("checked", ROWS)
        ]
        assert site.fetch(
            "SELECT count(*), count(DISTINCT row_number) FROM records_record"
        ) == [(ROWS, ROWS)]

        site.do(_PUBLISH)
        site.wait_for(lambda: site.count(_WAITING) == 0)

        assert site.fetch("SELECT state FROM intake_batch") == [("published",)]
        assert site.fetch(
            "SELECT count(*), count(DISTINCT record_id) FROM publication_change"
            " WHERE operation = 'publish'"
        ) == [(ROWS, ROWS)]
        # Both workers tell of the units as well: each once, without a gap.
        assert site.fetch(
            "SELECT count(*) = max(sequence), count(*) = count(DISTINCT record_id)"
            " FROM publication_change"
        ) == [(True, True)]
        shown = "SELECT count(*) FROM published_record"
        site.wait_for(lambda: site.count(shown, store="portal") == ROWS)
        failed = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'FAILED'"
        assert site.count(failed) == 0
