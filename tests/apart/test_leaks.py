"""What is not public is nowhere: not in the store, not in any answer of the portal."""

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import polars as pl
import psycopg
import pytest

from tests.apart.crawling import links_of
from tests.apart.portal import Answer, Portal, running
from tests.pipeline.site import Site

pytestmark = pytest.mark.enable_socket

_CODE = """
import json
from pathlib import Path
from django.utils import timezone
from tests.apart.planting import plant
print(json.dumps(plant(Path({folder!r}), timezone.now())))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a system of its own."""
    with Site(tmp_path_factory.mktemp("leaks")) as made:
        yield made


@pytest.fixture(scope="module")
def marks(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Plant everything and make the bulk set; return the marks by what they mark."""
    folder = tmp_path_factory.mktemp("files")
    printed = site.do(_CODE.format(folder=str(folder)))
    site.run("make_open_data")
    marks: Mapping[str, str] = json.loads(printed.splitlines()[-1])
    return marks


@pytest.fixture(scope="module")
def hidden(marks: Mapping[str, str]) -> Mapping[str, str]:
    """Return the marks that must be found nowhere."""
    return {
        name: mark for name, mark in marks.items() if name.startswith(("never", "gone"))
    }


@pytest.fixture(scope="module")
def portal(
    site: Site, marks: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Return a portal apart on the store."""
    with running(site, tmp_path_factory.mktemp("portal")) as started:
        yield started


def test_every_kind_was_planted(site: Site, marks: Mapping[str, str]) -> None:
    states = {
        state for (state,) in site.fetch("SELECT DISTINCT state FROM records_record")
    }
    internal = [name for name in marks if "BZ" in name or "ZJHM" in name]

    assert states == {
        *("not_public", "checked", "returned", "deferred"),
        *("published", "withdrawn", "ended"),
    }
    assert len(internal) >= 8
    assert len(set(marks.values())) == len(marks) > 30


def test_store_holds_nothing_of_it_in_any_table(
    site: Site, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    texts = list(_stored(site))

    public = {name: mark for name, mark in marks.items() if name.startswith("public")}
    assert len(public) == 10
    assert {name for name, mark in public.items() if not _found(mark, texts)} == set()
    assert {name for name, mark in hidden.items() if _found(mark, texts)} == set()


@pytest.mark.files
def test_bytes_of_the_file_hold_nothing_of_it_in_any_page(
    site: Site, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    content = b"".join(
        path.read_bytes() for path in sorted(site.folder.glob("portal.sqlite3*"))
    )

    assert any(name.startswith("gone") for name in hidden)
    assert marks["public"].encode() in content
    assert {name for name, mark in hidden.items() if mark.encode() in content} == set()


def test_no_answer_holds_anything_of_it(
    site: Site, portal: Portal, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    texts = dict(_answers(site, portal))

    everything = list(texts.values())
    assert len(texts) > 60
    for kind in (
        "/records/",
        "/feeds/",
        "/open/sets/",
        "/changes.ndjson",
        "/open/api/",
    ):
        assert any(path.startswith(kind) for path in texts), kind
    assert _found(marks["public"], everything)
    leaks = {
        (name, path)
        for name, mark in hidden.items()
        for path, text in texts.items()
        if mark in text
    }
    assert leaks == set()


def test_no_search_finds_anything_of_it(
    portal: Portal, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    def found(term: str) -> int:
        answer = portal.get(f"/open/api/v1/records?q={quote(term)}")
        return len(json.loads(answer.text)["records"])

    assert found(marks["public"]) == 1
    terms = {term for mark in hidden.values() for term in (mark, *_characters(mark))}
    assert {term for term in terms if found(term)} == set()


def test_natural_persons_are_in_no_list(site: Site, portal: Portal) -> None:
    ids = {
        str(number)
        for (number,) in site.fetch(
            "SELECT record_id FROM published_record WHERE person = 'natural'"
            " UNION SELECT record_id FROM tombstone WHERE person = 'natural'",
            store="portal",
        )
    }
    dashed = {
        re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", i) for i in ids
    }

    texts = {
        path: text
        for path, text in _answers(site, portal)
        # Where the id was known before, as a stranger does not know it.
        if not path.startswith(("/records/", "/open/api/v1/records/"))
    }

    assert len(ids) == 2
    found = {
        (number, path)
        for number in ids | dashed
        for path, text in texts.items()
        if number in text
    }
    assert found == set()


def _characters(mark: str) -> tuple[str, ...]:
    return () if mark.isascii() else tuple(mark)


def _found(mark: str, texts: list[str]) -> bool:
    return any(mark in text for text in texts)


def _stored(site: Site) -> Iterator[str]:
    """Yield every row of every table of the public store as text, and every token."""
    address = site.environment.get("GONGSHI_PORTAL_DATABASE_URL")
    if address is None:
        yield from _stored_in_sqlite(site.folder / "portal.sqlite3")
        return
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables"
        ).fetchall()
        assert len(tables) > 5
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t".encode())  # noqa: S608 - its own catalogue
            yield from (text for (text,) in rows)


def _stored_in_sqlite(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as file:
        tables = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        indexes = [name for name, made in tables if "using fts5" in made.lower()]
        assert indexes
        for name, _ in tables:
            # The words of an index are read below, as it knows them itself.
            if not name.startswith(tuple(indexes)):
                rows = file.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own catalogue
                yield from ("\n".join(map(str, row)) for row in rows)
        for name in indexes:
            file.execute(
                f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {name}, row)"
            )
            words = file.execute("SELECT term FROM temp.words").fetchall()
            assert words
            yield "\n".join(word for (word,) in words)


def _answers(site: Site, portal: Portal) -> Iterator[tuple[str, str]]:
    """Yield all that links lead to, and all that an address can be guessed for."""
    ids = [str(number) for (number,) in site.fetch("SELECT id FROM records_record")]
    dashed = [_dashed(number) for number in ids]
    guessed = [
        *(f"/records/{number}/" for number in dashed),
        *(f"/open/api/v1/records/{number}" for number in dashed),
        *(
            f"/open/api/v1/{name}"
            for name in ("records?limit=100", "changes?limit=5000")
        ),
        *("/changes.ndjson?limit=5000", "/feeds/all.atom", "/feeds/all.json"),
        *("/embed/units/lyg-hbj/?size=20", "/embed/units/lyg-hbj.json?size=20"),
        *("/robots.txt", "/sitemap.xml", "/sitemaps/1.xml"),
    ]
    waiting = ["/", "/open/", *guessed]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 600:
            continue
        seen.add(path)
        answer = portal.get(path)
        assert answer.status < 500, path
        yield path, _text(path, answer)
        waiting += links_of(path, answer)


def _dashed(number: str) -> str:
    plain = number.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def _text(path: str, answer: Answer) -> str:
    """Return all that the answer says, also where it is packed."""
    name = urlsplit(path).path
    headers = "\n".join(answer.headers.values())
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
            return headers + "\n".join(
                book.read(member).decode() for member in book.namelist()
            )
    if name.endswith(".parquet"):
        return headers + pl.read_parquet(io.BytesIO(answer.body)).write_csv()
    return headers + answer.body.decode(errors="replace")
