"""A batch's page, from received to published, and its htmx part."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.accounts.models import Unit
from gongshi.intake.models import Batch, BatchState
from tests.factories import AT, BatchFactory
from tests.office.desk import (
    WRONG_CODE,
    address,
    checked_batch,
    licence_file,
    page_of,
    published_batch,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

HTMX = {"HX-Request": "true"}


def _figures(page: str) -> dict[str, str]:
    found = re.findall(r'class="fate fate-(\w+)[^"]*">.*?<dd>([\d,]+)', page, re.S)
    return dict(found)


def _steps(page: str) -> list[str]:
    return re.findall(r'class="step step-(\w+)"', page)


def test_other_units_batch_is_not_there(browser: Client) -> None:
    other = BatchFactory.create()

    for path in ("", "workbook"):
        assert browser.get(address(other) + path).status_code == 404
    assert browser.post(f"{address(other)}approve").status_code == 404


def test_page_of_a_batch_at_work_asks_for_its_part_every_second(
    browser: Client, unit: Unit
) -> None:
    batch = BatchFactory.create(unit=unit)

    page = page_of(browser, address(batch))

    assert f'hx-get="{address(batch)}?from=received" hx-trigger="every 1s"' in page
    assert f'<a href="{address(batch)}">' in page
    assert _steps(page) == ["done", "current", "waiting"]


def test_page_says_how_far_the_check_is(browser: Client, unit: Unit) -> None:
    batch = BatchFactory.create(
        unit=unit, state=BatchState.CHECKING, rows_done=120_000, rows_total=400_000
    )

    page = page_of(browser, address(batch))

    assert '<progress max="400000" value="120000"' in page
    assert "Checked so far: 120,000 rows" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_large_numbers_are_grouped_in_every_language(
    browser: Client, unit: Unit, language: str
) -> None:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    counts = {"rows": 20_000, "good": 20_000, "new": 20_000}
    batch = BatchFactory.create(unit=unit, state=BatchState.CHECKED, counts=counts)

    pages = [page_of(browser, address(batch)), page_of(browser, "/office/batches/")]

    assert all("20,000" in page and ">20000<" not in page for page in pages)


def test_part_is_the_part_only_and_stops_asking_when_the_check_is_done(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))

    response = browser.get(f"{address(batch)}?from=checking", headers=HTMX)

    part = response.content.decode()
    assert "<html" not in part
    assert "hx-trigger" not in part
    assert 'id="findings" hx-swap-oob' in part
    assert 'id="batch-news" hx-swap-oob' in part
    assert "HX-Request" in response.headers["Vary"]


def test_part_is_quiet_while_nothing_has_changed(browser: Client, unit: Unit) -> None:
    batch = BatchFactory.create(unit=unit, state=BatchState.CHECKING)

    response = browser.get(f"{address(batch)}?from=checking", headers=HTMX)

    part = response.content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "hx-swap-oob" not in part


def test_figures_account_for_every_row(browser: Client, unit: Unit) -> None:
    checked_batch(unit, licence_file({}, {"licence_content": "原内容"}))
    batch = checked_batch(
        unit,
        licence_file(
            {}, {"licence_content": "新内容"}, {}, WRONG_CODE, {"use_scope": "2"}
        ),
    )

    page = page_of(browser, address(batch))

    assert _figures(page) == {
        "publishable": "1",
        "bad": "1",
        "unchanged": "1",
        "corrections": "1",
        "not_public": "1",
    }
    assert re.search(r'class="total-number">5<', page)
    assert _steps(page) == ["done", "done", "waiting"]


def test_findings_stand_under_their_rule_with_cell_value_and_expected(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}, WRONG_CODE))

    page = page_of(browser, address(batch))

    rule = page.split('id="rule-credit-code"')[1].split("</details>")[0]
    assert re.search(r'class="code">[A-Z]+3<', rule)
    assert "91320703MA1TE5T0XQ" in rule
    assert "R" in rule.split('class="cell-expected"')[1]
    assert re.search(r'class="rule-count">\s*1 place<', rule)


def test_errors_come_before_warnings(browser: Client, unit: Unit) -> None:
    batch = checked_batch(
        unit, licence_file({"decision_number": "连环审[2016]1号"}, WRONG_CODE)
    )

    page = page_of(browser, address(batch))

    assert page.index('id="rule-credit-code"') < page.index('id="rule-bracket-form"')


def test_a_long_list_is_cut_and_says_so_while_the_count_is_whole(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file(*[WRONG_CODE] * 120))

    short = page_of(browser, address(batch))
    long = page_of(browser, f"{address(batch)}?rule=credit-code")

    assert "120 places" in short
    assert "Listed here: the first 5 of 120." in short
    assert "Listed here: the first 100 of 120." in long
    assert long.count('class="cell-place"') >= 100


def test_values_are_shown_as_text(browser: Client, unit: Unit) -> None:
    evil = "<script>alert(1)</script>"
    batch = checked_batch(unit, licence_file({"licence_category": evil}))

    page = page_of(browser, address(batch))

    assert evil not in page
    assert "&lt;script&gt;" in page


def test_a_file_that_cannot_be_used_says_why_and_what_to_do(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, b"%PDF-1.7\n")

    page = page_of(browser, address(batch))

    assert batch.state == BatchState.FAILED
    assert "The file cannot be read" in page
    assert "/approve" not in page
    assert "/workbook" not in page
    assert _steps(page) == ["done", "failed", "waiting"]


def test_the_same_file_again_changes_nothing_and_says_so(
    browser: Client, unit: Unit
) -> None:
    content = licence_file({}, {})
    first = published_batch(unit, content)

    again = checked_batch(unit, content, at=AT + timedelta(hours=1))

    page = page_of(browser, address(again))
    assert "The content of this file has not changed." in page
    assert f'href="{address(first)}"' in page
    assert _figures(page)["unchanged"] == "2"
    assert "/approve" not in page
    assert _steps(page)[-1] == "skipped"


def test_the_first_of_two_equal_files_does_not_claim_that(
    browser: Client, unit: Unit
) -> None:
    batch = checked_batch(unit, licence_file({}))

    assert "has not changed" not in page_of(browser, address(batch))


def test_page_costs_the_same_queries_for_few_and_for_many_findings(
    browser: Client, unit: Unit
) -> None:
    few = checked_batch(unit, licence_file(WRONG_CODE))
    many = checked_batch(unit, licence_file(*[WRONG_CODE] * 60, {}, {"status": "9"}))

    assert _cost(browser, many) == _cost(browser, few) <= 10


def _cost(browser: Client, batch: Batch) -> int:
    browser.get(address(batch))  # the first page of a minute prolongs the session
    with CaptureQueriesContext(connection) as queries:
        browser.get(address(batch))
    return len(queries)
