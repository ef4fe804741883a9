"""`gongshi verify_feed` as anybody runs it: a process without store, key or settings."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.domain.feed import Operation
from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def lines() -> list[str]:
    """Return the published chain of three records, one corrected, one withdrawn."""
    apply_chained(
        change(1, display_until=None),
        change(2, display_until=None),
        change(3, display_until=None),
        change(4, record=1, operation=Operation.CORRECT, display_until=None),
        withdrawal(5, record=3),
    )
    return b"".join(Client().get("/changes.ndjson")).decode().splitlines()


def _verify(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGSHI_")}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "gongshi", "verify_feed", *map(str, arguments)],
        env={**kept, "GONGSHI_DATA_DIR": str(folder / "never-made")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _file(folder: Path, lines: list[str]) -> Path:
    path = folder / "changes.ndjson"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_saved_copy_of_a_true_chain_is_whole(lines: list[str], tmp_path: Path) -> None:
    done = _verify(_file(tmp_path, lines), folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "5" in done.stdout
    assert json.loads(lines[-1])["hash"] in done.stdout
    assert not (tmp_path / "never-made").exists()


def test_altered_record_is_named_and_ends_with_one(
    lines: list[str], tmp_path: Path
) -> None:
    link = json.loads(lines[1])
    altered = link | {"payload": link["payload"].replace("食品", "药品", 1)}
    lines[1] = json.dumps(altered)

    done = _verify(_file(tmp_path, lines), "--language", "en", folder=tmp_path)

    assert done.returncode == 1
    assert link["record_id"] in done.stderr
    assert "[altered-record]" in done.stderr


def test_chain_is_compared_with_the_head_saved_earlier(
    lines: list[str], tmp_path: Path
) -> None:
    head = tmp_path / "head.json"
    saved = _verify(_file(tmp_path, lines), "--save-head", head, folder=tmp_path)

    again = _verify(
        _file(tmp_path, lines), "--known", head, "--from-known", folder=tmp_path
    )
    cut = _verify(_file(tmp_path, lines[:3]), "--known", head, folder=tmp_path)

    assert (saved.returncode, again.returncode, cut.returncode) == (0, 0, 1)
    assert "[cut-off]" in cut.stderr


def test_record_hidden_since_an_earlier_copy_is_named(
    lines: list[str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.ndjson"
    _verify(_file(tmp_path, lines), "--save-copy", copy, folder=tmp_path)
    hidden = json.loads(lines[1])
    del hidden["payload"]
    now = _file(tmp_path, [lines[0], json.dumps(hidden), *lines[2:]])

    done = _verify(now, "--earlier", copy, folder=tmp_path)

    assert done.returncode == 1
    assert "[removed]" in done.stderr


@pytest.mark.parametrize("content", ["", None, "no json\n"])
def test_source_that_cannot_be_read_ends_with_two(
    content: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.ndjson"
    if content is not None:
        path.write_text(content)

    done = _verify(path, folder=tmp_path)

    assert done.returncode == (0 if content == "" else 2)
    assert "Traceback" not in done.stderr


@pytest.mark.enable_socket
def test_portal_is_checked_over_the_network(lines: list[str], tmp_path: Path) -> None:
    with _portal(lines, refusals=1) as address:
        done = _verify(f"{address}/changes", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.enable_socket
def test_portal_whose_pages_state_another_head_is_found(
    lines: list[str], tmp_path: Path
) -> None:
    with _portal(lines, head={"sequence": 5, "hash": "0" * 64}) as address:
        done = _verify(address, folder=tmp_path)

    assert done.returncode == 1
    assert "[rewritten]" in done.stderr


@pytest.mark.enable_socket
def test_portal_that_leaves_out_its_last_changes_is_found(
    lines: list[str], tmp_path: Path
) -> None:
    last = json.loads(lines[-1])
    head = {"sequence": last["sequence"], "hash": last["hash"]}

    with _portal(lines[:3], head=head) as address:
        done = _verify(address, folder=tmp_path)

    assert done.returncode == 1
    assert "[cut-off]" in done.stderr


@pytest.mark.enable_socket
def test_portal_that_falls_behind_the_known_head_is_found(
    lines: list[str], tmp_path: Path
) -> None:
    known = tmp_path / "head.json"
    _verify(_file(tmp_path, lines), "--save-head", known, folder=tmp_path)

    with _portal(lines[:3]) as address:
        done = _verify(address, "--known", known, "--from-known", folder=tmp_path)

    assert done.returncode == 1
    assert "[cut-off]" in done.stderr


@pytest.mark.enable_socket
def test_record_that_nothing_overtook_cannot_be_called_superseded(
    lines: list[str], tmp_path: Path
) -> None:
    link = json.loads(lines[1])
    del link["payload"]
    lines[1] = json.dumps(link | {"absent": "superseded"})

    with _portal(lines) as address:
        done = _verify(address, "--language", "en", folder=tmp_path)

    assert done.returncode == 1
    assert "change 2" in done.stderr
    assert "[hidden]" in done.stderr


@pytest.mark.enable_socket
def test_what_cannot_be_proved_is_said(lines: list[str], tmp_path: Path) -> None:
    link = json.loads(lines[1])
    del link["payload"]
    lines[1] = json.dumps(link | {"absent": "display-ended"})

    with _portal(lines) as address:
        done = _verify(address, "--language", "en", folder=tmp_path)

    assert done.returncode == 0
    assert "1 records whose display has ended" in done.stdout


def test_portal_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    done = _verify("http://127.0.0.1:9/", folder=tmp_path)

    assert done.returncode == 2
    assert "[unreachable]" in done.stderr


@contextmanager
def _portal(
    lines: list[str], *, refusals: int = 0, head: object = None
) -> Iterator[str]:
    """Serve the lines on loopback, two at a time, after some 429."""
    last = json.loads(lines[-1])
    stated = head or {"sequence": last["sequence"], "hash": last["hash"]}
    left = [None] * refusals

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if left:
                left.pop()
                self.send_response(429)
                self.send_header("Retry-After", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            if asked.path == "/changes/head":
                self.wfile.write(json.dumps(stated).encode())
                return
            since = int(parse_qs(asked.query)["since"][0])
            for line in lines[since : since + 2]:
                self.wfile.write(line.encode() + b"\n")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
