"""Reviewers whose process is killed, and two of them at once: each record once."""

from pathlib import Path

from tests.pipeline.site import Site

ROWS = 300
_APPROVE = """
from django.utils import timezone
from gongshi.audit.actors import Actor
from gongshi.publication.actions import publish_record
from gongshi.records.models import Record
from gongshi.review.actions import CannotReview, approve_record
by = Actor(username={name!r}, role="reviewer")
for record in Record.objects.select_related("unit__superior").order_by("row_number"):
    try:
        approve_record(record, by=by, at=timezone.now(), secrecy_checked=True)
    except CannotReview:
        continue
    publish_record(record, by=by, at=timezone.now())
"""
_PUBLISHED = "SELECT count(*) FROM records_record WHERE state = 'published'"
_CHANGES = "SELECT count(*) FROM publication_change WHERE operation = 'publish'"
_LEFT = "SELECT count(*) FROM records_record WHERE state = 'approved'"


def test_killed_and_double_reviewers_publish_every_record_once(tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        file = str(tmp_path / "a.csv")
        share = ("--natural-share", "0", "--seed", "7")
        site.run("sample", str(ROWS), "--kind", "licence", "--out", file, *share)
        site.run("import", file, "--unit", "lyg-hbj", "--by", "clerk", accept=(0, 1))
        landed = site.count("SELECT count(*) FROM records_record")

        # Killed between or within approving and publishing: nothing is half done.
        reviewer = site.start("shell", "-v0", "-c", _APPROVE.format(name="wang"))
        site.wait_for(lambda: site.count(_CHANGES) > landed // 10)
        site.kill(reviewer)

        assert 0 < site.count(_CHANGES) < landed
        assert site.count(_PUBLISHED) == site.count(_CHANGES)

        # Two go on at the same records.
        pair = [
            site.start("shell", "-v0", "-c", _APPROVE.format(name=name))
            for name in ("wang", "zhao")
        ]
        for process in pair:
            assert process.wait() == 0
        # A worker publishes what the killed one had approved and not published.
        site.start("worker")
        site.wait_for(lambda: site.count(_LEFT) == 0)

        assert site.fetch(
            "SELECT count(*), count(DISTINCT record_id) FROM publication_change"
            " WHERE operation = 'publish'"
        ) == [(landed, landed)]
        assert site.count(_PUBLISHED) == landed
