"""A file is imported while a worker publishes another batch: each row once, all whole."""

from pathlib import Path

from tests.pipeline.site import Site

ROWS = 400
# Approves the first batch at the moment at which the second one begins to land.
_PUBLISH = """
import time
from django.utils import timezone
from gongshi.audit.actors import Actor
from gongshi.intake.models import Batch
from gongshi.publication.tasks import publish_batch
from gongshi.review.actions import approve_batch
first = Batch.objects.get()
while not Batch.objects.filter(state="checking").exists():
    time.sleep(0.02)
approve_batch(
    first, by=Actor(username="b"), at=timezone.now(), secrecy_checked=True
)
publish_batch.enqueue(str(first.pk))
"""
_LANDED = (
    "SELECT b.state, count(*), count(DISTINCT r.row_number), count(DISTINCT r.id)"
    " FROM records_record r JOIN intake_batch b ON b.id = r.batch_id"
    " GROUP BY b.state ORDER BY b.state"
)
_PUBLISHED = (
    "SELECT count(*), count(DISTINCT record_id) FROM publication_change"
    " WHERE operation = 'publish'"
)
_BY = ("--unit", "lyg-hbj", "--by", "a")
_SHOWN = "SELECT count(*) FROM published_record"
_FAILED = (
    "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'FAILED'"
)


def _files(site: Site) -> list[str]:
    """Write one sample as two files, so that no decision is in both."""
    whole = site.folder / "whole.csv"
    kind = ("--kind", "licence", "--natural-share", "0", "--seed", "7")
    site.run("sample", str(2 * ROWS), *kind, "--out", str(whole))
    head, *rows = whole.read_bytes().splitlines(keepends=True)
    halves = {"first.csv": rows[:ROWS], "second.csv": rows[ROWS:]}
    for name, half in halves.items():
        (site.folder / name).write_bytes(head + b"".join(half))
    return [str(site.folder / name) for name in halves]


def test_import_and_publication_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    landed = [(state, ROWS, ROWS, ROWS) for state in ("checked", "published")]
    with Site(tmp_path) as site:
        first, second = _files(site)
        site.run("import", first, *_BY)
        site.start("worker")
        site.wait_for(lambda: site.count("SELECT count(*) FROM pipeline_heartbeat") > 0)

        approving = site.start("shell", "-v0", "-c", _PUBLISH)
        importing = site.start("import", second, *_BY)

        assert (importing.wait(180), approving.wait(180)) == (0, 0)
        site.wait_for(lambda: site.fetch(_LANDED) == landed)
        assert site.count(_SHOWN, store="portal") == ROWS
        assert site.fetch(_PUBLISHED) == [(ROWS, ROWS)]
        assert site.count(_FAILED) == 0
        for chain in ("verify_audit", "verify_feed"):
            site.run(chain)
