"""A store of an earlier form of the index is noticed, and made again it is not."""

import json
from hashlib import sha256

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.test import RequestFactory

from gongshi.domain.search_text import bigrams, join_parts, windows
from gongshi.portal import formats
from gongshi.portal.actions import apply_changes
from gongshi.portal.beside import replace_store
from gongshi.portal.models import StoreFormat
from gongshi.portal.probes import readyz
from gongshi.portal.search import Facets
from gongshi.portal.search.filters import facet_tokens
from gongshi.portal.search.keys import facet_keys, place_keys, text_keys
from gongshi.portal.search.postgresql import PostgreSQLIndex
from gongshi.portal.search.sqlite import SQLiteIndex
from tests.portal.changes import change

pytestmark = pytest.mark.django_db(databases=["portal"])

_TEXT = join_parts(["连云港㎡〔2016〕1号", "91320700MA1MBGC09C", "Café𠮷"])
_FACETS = Facets(
    kind="licence",
    region_code="320706",
    unit_code="lyg-hbj",
    unit_level="city",
    catalogue_item="JS-XK-1",
    category="普通;其他",
    day="2016-02-25",
)
# What both indexes are made of, for the text above. Where this changes, stores have to
# be made again: raise `INDEX_FORMAT`, say so in CHANGELOG.md, then renew this.
_FORM = (1, "ee956bcdad2e")


def _applied() -> None:
    apply_changes([change(1), change(2)])


def _warnings() -> list[str]:
    return [str(found.id) for found in formats.check_format(app_configs=None)]


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the store of the tests, which may be in memory, for one that is there."""
    monkeypatch.setattr(formats, "_is_there", lambda: True)


def test_empty_store_and_one_filled_by_this_version_are_current() -> None:
    assert formats.is_current()

    _applied()

    assert StoreFormat.objects.using("portal").get().number == formats.INDEX_FORMAT
    assert formats.is_current()


@pytest.mark.usefixtures("on_disk")
@pytest.mark.parametrize("earlier", [None, formats.INDEX_FORMAT - 1])
def test_store_of_an_earlier_form_is_told_of_in_a_sentence(earlier: int | None) -> None:
    _applied()
    assert _warnings() == []
    kept = StoreFormat.objects.using("portal")
    if earlier is None:
        kept.all().delete()
    else:
        kept.update(number=earlier)

    (warning,) = formats.check_format(app_configs=None)
    state = json.loads(readyz(RequestFactory().get("/readyz")).content)

    assert warning.id == "portal.W001"
    assert "gongshi rebuild_portal" in str(warning.hint)
    assert "gongshi rebuild_portal" in state["index"]
    assert state["ready"]


@pytest.mark.usefixtures("on_disk")
def test_more_changes_do_not_make_an_earlier_form_the_present_one() -> None:
    _applied()
    StoreFormat.objects.using("portal").all().delete()

    apply_changes([change(3)])

    assert _warnings() == ["portal.W001"]


def test_store_made_again_is_current() -> None:
    _applied()
    StoreFormat.objects.using("portal").all().delete()

    replace_store(lambda: apply_changes([change(1), change(2)]))

    assert formats.is_current()


@pytest.mark.usefixtures("on_disk")
def test_store_that_cannot_be_asked_is_no_fault_of_its_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable() -> bool:
        raise OperationalError

    monkeypatch.setattr(formats, "is_current", unreachable)

    assert _warnings() == []


def test_every_command_looks_at_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_is_there", lambda: True)
    monkeypatch.setattr(formats, "is_current", lambda: False)

    assert "portal.W001" in {found.id for found in run_checks()}


def test_form_of_the_index_has_a_number_of_its_own() -> None:
    facets = facet_tokens(_FACETS)
    made = [
        *(index.statements() for index in (SQLiteIndex(), PostgreSQLIndex())),
        *(bigrams(_TEXT), windows(_TEXT), facets),
        *(sorted(text_keys(_TEXT)), sorted(facet_keys(facets)), place_keys(70_000)),
    ]

    digest = sha256(repr(made).encode()).hexdigest()[:12]

    assert (formats.INDEX_FORMAT, digest) == _FORM
