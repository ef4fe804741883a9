"""A large feed is read by one process and applied by another, with the same result."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.site import Site

_CHANGES = 10_400  # more than the reading process hands over at a time
_FILL = f"""
from django.db import transaction
from gongshi.domain.feed import Operation
from gongshi.publication.consumers import catch_up_portal
from gongshi.publication.feed import Entry, append, lock_feed
from tests.factories import AT
from tests.portal.changes import change, withdrawal

told = [change(n, content=f"第{{n}}项") for n in range(1, {_CHANGES})]
gone = withdrawal({_CHANGES}, record=7)
with transaction.atomic():
    for part in (told, [gone]):
        entries = [Entry(record_id=c.record_id, payload=c.payload) for c in part]
        append(lock_feed(), entries, operation=part[0].operation, at=AT)
catch_up_portal()
"""
_REBUILD = """
from gongshi.publication import ahead
from gongshi.publication.consumers import rebuild_portal
ahead.MANY = 0
print(rebuild_portal())
"""
_REBUILD_COMMAND = """
from django.core.management import call_command
from gongshi.publication import ahead
ahead.MANY = 0
call_command("rebuild_portal")
"""
_ROWS = "SELECT position, search_text, detail FROM published_record ORDER BY position"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site with a large feed, applied to its portal."""
    with Site(tmp_path_factory.mktemp("rebuilding")) as site:
        site.do(_FILL)
        yield site


def test_store_rebuilt_by_two_processes_is_the_same(site: Site) -> None:
    before = site.fetch(_ROWS, store="portal")

    applied = site.do(_REBUILD)

    assert applied.endswith(str(_CHANGES))
    assert len(before) == _CHANGES - 2
    assert site.fetch(_ROWS, store="portal") == before
    assert site.count("SELECT count(*) FROM tombstone", store="portal") == 1


def test_store_stays_where_the_reading_process_dies(site: Site) -> None:
    before = site.fetch(_ROWS, store="portal")

    rebuilding = site.start("shell", "-v0", "-c", _REBUILD_COMMAND)
    site.wait_for(lambda: bool(_reading(rebuilding.pid)))
    for process in _reading(rebuilding.pid):
        os.kill(process, signal.SIGKILL)

    assert rebuilding.wait(60) != 0
    told = (site.folder / "shell.log").read_text()
    assert "The process that reads the change feed was ended" in told
    assert site.fetch(_ROWS, store="portal") == before


def _reading(pid: int) -> list[int]:
    """Return the processes that a process has started to read the feed for it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in children
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()
    ]
