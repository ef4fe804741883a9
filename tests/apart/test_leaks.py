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

from gongshi.domain.standards import FieldType, Publicity, forms
from gongshi.review.wording import NOT_PUBLIC
from tests.apart.crawling import crawl, routes, routes_of
from tests.apart.portal import Answer, Portal, running
from tests.pipeline.site import Site

pytestmark = pytest.mark.enable_socket

_UNIT, _SUBJECT = "lyg-hbj", "91320700MA1MBGC09C"
_PERSON_KEY = """
from base64 import b64encode
from django.conf import settings
print(b64encode(settings.PERSON_SEARCH_KEY).decode())
"""
_LATER = """
from django.utils import timezone
from tests.apart.planting import withdraw_marked
withdraw_marked({mark!r}, timezone.now())
"""
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
    marks: Mapping[str, str] = json.loads(printed.splitlines()[-1])
    site.run("make_open_data")
    site.do(_LATER.format(mark=marks["gone: after it was in a set"]))
    site.run("make_open_data")  # the set that is there forgets it
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


@pytest.fixture(scope="module")
def answers(site: Site, portal: Portal, marks: Mapping[str, str]) -> Mapping[str, str]:
    """Return all that links lead to, and all that an address can be guessed for."""
    found = {}
    for path, _source, answer in crawl(portal, "/", "/open/", *_guessed(site)):
        assert answer.status < 500, path
        found[path] = _text(path, answer)
    return found


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
    assert len(set(marks.values())) == len(marks) > 80


@pytest.mark.usefixtures("marks")
def test_every_reason_to_be_kept_from_the_public_was_planted(site: Site) -> None:
    reasons = site.fetch("SELECT DISTINCT not_public_reason FROM records_record")

    assert {str(reason) for (reason,) in reasons} == {"", *NOT_PUBLIC}


def test_every_internal_field_was_filled(marks: Mapping[str, str]) -> None:
    told_in_words = {
        f"never: {form.key} {field.code}"
        for form in forms()
        for field in form.fields
        if field.publicity is Publicity.INTERNAL and field.type is FieldType.TEXT
    }

    assert len(told_in_words) == len(forms())
    assert told_in_words <= set(marks)


def test_store_holds_nothing_of_it_in_any_table(
    site: Site, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    texts = list(_stored(site))

    public = {name: mark for name, mark in marks.items() if name.startswith("public")}
    assert len(public) == 20
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


def test_every_address_of_the_portal_was_asked_for(answers: Mapping[str, str]) -> None:
    assert routes_of(answers) == routes()


def test_no_answer_holds_anything_of_it(
    answers: Mapping[str, str], marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    everything = list(answers.values())
    assert _found(marks["public"], everything)
    leaks = {
        (name, path)
        for name, mark in hidden.items()
        for path, text in answers.items()
        if mark in text
    }
    assert leaks == set()


def test_no_internal_field_is_so_much_as_named(
    site: Site, answers: Mapping[str, str]
) -> None:
    codes = {
        field.code
        for form in forms()
        for field in form.fields
        if field.publicity is Publicity.INTERNAL
    }
    named = re.compile(rf'"({"|".join(sorted(codes))})"')

    assert len(codes) > 12
    assert named.search('["XK_SYFW", "', 0)
    assert {found for text in _stored(site) for found in named.findall(text)} == set()
    assert {
        (found, path) for path, text in answers.items() for found in named.findall(text)
    } == set()


def test_person_search_shows_masked_names_only(
    site: Site,
    marks: Mapping[str, str],
    hidden: Mapping[str, str],
    tmp_path: Path,
) -> None:
    key = site.do(_PERSON_KEY).splitlines()[-1]
    people = {
        who: ("欧阳" + marks[f"never: {who}'s name"], f"连环许〔2016〕{born}号")
        for who, born in (
            ("adult", "19900101"),
            ("deferred adult", "19910101"),
            ("minor", "20150101"),
        )
    }

    with running(site, tmp_path, GONGSHI_PERSON_SEARCH_KEY=key) as offering:
        pages = {
            who: offering.post("/people/", name=name, number=number).text
            for who, (name, number) in people.items()
        }

    found = {who for who, page in pages.items() if "/records/" in page}
    assert found == {"adult"}
    told = {*people["adult"]}  # what was typed may stand in the form again
    for page in pages.values():
        assert {
            name
            for name, mark in hidden.items()
            if mark in page and not any(mark in text for text in told)
        } == set()
    assert people["adult"][0] not in pages["adult"]


def test_no_search_finds_anything_of_it(
    portal: Portal, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    def found(term: str) -> int:
        answer = portal.get(f"/open/api/v1/records?q={quote(term)}")
        return len(json.loads(answer.text)["records"])

    assert found(marks["public"]) == 1
    terms = {term for mark in hidden.values() for term in (mark, *_characters(mark))}
    assert {term for term in terms if found(term)} == set()


def test_natural_persons_are_in_no_list(site: Site, answers: Mapping[str, str]) -> None:
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
        for path, text in answers.items()
        # Where the id was known before, as a stranger does not know it.
        if not path.startswith(("/records/", "/open/api/v1/records/"))
    }

    assert len(ids) == 6
    found = {
        (number, path)
        for number in ids | dashed
        for path, text in texts.items()
        if number in text
    }
    assert found == set()


def test_store_made_again_holds_nothing_of_it_either(
    site: Site, portal: Portal, marks: Mapping[str, str], hidden: Mapping[str, str]
) -> None:
    """The feed has what was taken away since; the running portal reads on."""
    before = portal.get("/changes/head").text
    site.run("rebuild_portal")

    texts = list(_stored(site))
    files = b"".join(
        path.read_bytes() for path in sorted(site.folder.glob("portal.sqlite3*"))
    )
    answer = portal.get(f"/open/api/v1/records?q={quote(marks['public'])}")

    assert portal.get("/changes/head").text == before
    assert len(json.loads(answer.text)["records"]) == 1
    assert _found(marks["public"], texts)
    assert {name for name, mark in hidden.items() if _found(mark, texts)} == set()
    assert {name for name, mark in hidden.items() if mark.encode() in files} == set()


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


def _guessed(site: Site) -> list[str]:
    """Return the addresses that no link leads to, of all records there ever were."""
    ids = [str(number) for (number,) in site.fetch("SELECT id FROM records_record")]
    dashed = [_dashed(number) for number in ids]
    return [
        *(f"/records/{number}/" for number in dashed),
        *(f"/open/api/v1/records/{number}" for number in dashed),
        *(
            f"/open/api/v1/{name}"
            for name in (
                *("records?limit=100", "changes?limit=5000", "catalogue?limit=1000"),
                *("units", f"units/{_UNIT}", f"subjects/{_SUBJECT}", "openapi.json"),
            )
        ),
        *("/changes.ndjson?limit=5000", "/feeds/all.atom", "/feeds/all.json"),
        *(f"/embed/units/{_UNIT}/?size=20", f"/embed/units/{_UNIT}.json?size=20"),
        *("/robots.txt", "/sitemap.xml", "/sitemaps/1.xml", "/healthz", "/readyz"),
    ]


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
