"""What holds for every page of the office."""

import re

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from tests.factories import UserFactory
from tests.office.desk import WRONG_CODE, address, checked_batch, licence_file, page_of
from tests.second_factor import give_factor

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture
def pages(browser: Client, unit: Unit) -> list[str]:
    """Return the office's pages."""
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))
    paths = ("/office/batches/", "/office/upload/", address(batch))
    return [page_of(browser, path) for path in paths]


def test_pages_need_no_inline_script_or_style(pages: list[str]) -> None:
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_pages_have_one_first_heading_and_a_title(pages: list[str]) -> None:
    for page in pages:
        assert len(re.findall(r"<h1[ >]", page)) == 1
        assert re.search(r"<title>[^<\s]", page)


def test_pages_are_not_for_search_engines_nor_for_caches(browser: Client) -> None:
    response = browser.get("/office/batches/")

    assert 'name="robots" content="noindex"' in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_every_field_has_a_label(browser: Client) -> None:
    page = page_of(browser, "/office/upload/")

    fields = re.findall(r'<(?:select|input)(?![^>]*type="hidden")[^>]*id="(\w+)"', page)
    assert fields
    assert all(f'for="{field}"' in page for field in fields)


def test_a_page_that_is_not_there_is_said_so_in_words(browser: Client) -> None:
    page = page_of(browser, "/office/nothing/", status=404)

    assert 'class="notice"' in page
    assert "Traceback" not in page


def test_a_fault_of_ours_is_said_in_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("gongshi.validation.views.units_for", broken)
    browser.raise_request_exception = False

    page = page_of(browser, "/office/batches/", status=500)

    assert "系统暂时不可用" in page
    assert "secret detail" not in page


def test_a_superuser_administers_and_reads_no_batch(stranger: Client) -> None:
    chief = UserFactory.create(is_superuser=True)
    give_factor(chief)
    stranger.force_login(chief)

    assert "None of your roles allows this." in page_of(
        stranger, "/office/batches/", 403
    )
