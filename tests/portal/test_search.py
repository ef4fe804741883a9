"""A search finds exactly the displayed records whose text contains the term."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.portal import finding
from gongshi.portal.actions import apply_changes
from gongshi.portal.models import PublishedRecord
from gongshi.portal.queries import PAGE_SIZE, CannotRead
from gongshi.portal.search import (
    Filters,
)
from tests.portal.changes import TODAY, change, publish, withdrawal

pytestmark = pytest.mark.django_db(databases=["portal"])

# Few characters, so that random terms are found; and those that mean something to
# SQL, to FTS5, to tsquery or to the normalisation.
_TELLING = (
    "连云港食品许可a1B９Ａ〔【[(）】〕] \u3000\t'\"*%_\\:^&|!<>-+~.,;?/{}$#@éßΣςſ̈😀𠮷"
)
_characters = st.one_of(
    st.sampled_from(_TELLING),
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
)
_texts = st.text(_characters, max_size=12)
_records = st.lists(st.tuples(_texts, _texts, _texts), min_size=1, max_size=8)
_property = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _query(text: str, *, on: date = TODAY, **filters: str) -> finding.Query:
    """Return a query for what was typed and chosen."""
    return finding.read_query({"q": text, **filters}, on=on)


def _all_pages(query: finding.Query, size: int = PAGE_SIZE) -> list[int]:
    """Return the positions on all pages, in the order shown."""
    found: list[int] = []
    after: str | None = None
    while True:
        page = finding.find(query, after=after, size=size)
        found += [record.position for record in page.records]
        if page.next is None:
            return found
        after = page.next


def _oracle(query: finding.Query) -> set[int]:
    """Return what LIKE '%term%' would: plain substring over the stored texts."""
    return {
        record.position
        for record in PublishedRecord.objects.all()
        if query.term in record.search_text
        and (record.display_until is None or record.display_until >= query.on)
        and _passes(record, query.filters)
    }


def _passes(record: PublishedRecord, filters: Filters) -> bool:
    """Say whether the record is what the filters ask, without any SQL."""
    region = (filters.region or "").removesuffix("00").removesuffix("00")
    return all(
        (
            filters.kind in (None, record.kind),
            record.region_code.startswith(region),
            filters.unit in (None, record.unit_code),
            filters.level in (None, record.unit_level),
            filters.item in (None, record.catalogue_item),
            filters.category is None or filters.category in record.category.split(";"),
            filters.since is None or filters.since <= record.decision_date,
            filters.until is None or record.decision_date <= filters.until,
        )
    )


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what happens inside, so that every example starts anew."""
    with transaction.atomic(using="portal"):
        point = transaction.savepoint(using="portal")
        yield
        transaction.savepoint_rollback(point, using="portal")


def _publish_texts(records: Sequence[tuple[str, str, str]]) -> None:
    publish(
        *(
            {"subject_name": name, "title": title, "content": content}
            for name, title, content in records
        )
    )


def _stored_texts() -> list[str]:
    records = PublishedRecord.objects.order_by("position")
    texts = records.values_list("search_text", flat=True)
    return list(chain.from_iterable(text.split("\n") for text in texts))


@_property
@given(records=_records, text=_texts)
def test_search_equals_the_oracle_for_any_term(
    window: bool, records: list[tuple[str, str, str]], text: str
) -> None:
    with _undone():
        _publish_texts(records)
        query = _query(text)

        found = _all_pages(query) if query.term else []

        assert sorted(found) == sorted(_oracle(query) if query.term else [])


@_property
@given(records=_records, choice=st.data())
def test_search_equals_the_oracle_for_any_part_of_a_stored_text(
    window: bool, records: list[tuple[str, str, str]], choice: st.DataObject
) -> None:
    with _undone():
        _publish_texts(records)
        part = choice.draw(st.sampled_from([text for text in _stored_texts() if text]))
        start = choice.draw(st.integers(0, len(part) - 1))
        stop = choice.draw(st.integers(start + 1, len(part)))
        query = _query(part[start:stop])

        found = _all_pages(query)

        assert found or query.term != part[start:stop]
        assert sorted(found) == sorted(_oracle(query))
        assert finding.count(query).number == len(found)


_KINDS = ["licence", "penalty"]
_REGIONS = ["320000", "320700", "320706", "320722", "320800", "110000"]
_UNITS = ["lyg-hbj", "LYG-HBJ", "lyg hbj", "单位^1"]
_LEVELS = ["province", "city", "county"]
_ITEMS = ["JS320700SY-XK-0001", "js320700sy-xk-0001", "'\"*%\\"]
_CATEGORIES = ["罚款", "没收违法所得", "核准", "罚"]
_days = st.one_of(
    st.sampled_from(
        [date(2015, 12, 31), date(2016, 1, 1), date(2016, 2, 29), date(2019, 12, 31)]
    ),
    st.dates(date(2009, 1, 1), date(2031, 1, 1)),
)
_asked_days = st.one_of(
    _days,
    st.sampled_from([date.min, date(1800, 12, 31), date(2150, 1, 1), date.max]),
)
_narrowed = st.lists(
    st.fixed_dictionaries(
        {
            "subject_name": st.sampled_from(["甲乙", "乙甲", "甲乙丙"]),
            "kind": st.sampled_from(_KINDS),
            "region_code": st.sampled_from(_REGIONS),
            "unit_code": st.sampled_from(_UNITS),
            "unit_level": st.sampled_from(_LEVELS),
            "catalogue_item": st.one_of(st.none(), st.sampled_from(_ITEMS)),
            "category": st.one_of(
                st.none(),
                st.lists(st.sampled_from(_CATEGORIES), min_size=1).map(";".join),
            ),
            "decision_date": _days.map(date.isoformat),
            "display_until": st.sampled_from([None, "2016-02-29", "2016-03-01"]),
        }
    ),
    min_size=1,
    max_size=12,
)
_filters = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(_KINDS),
        "region": st.sampled_from(_REGIONS),
        "unit": st.sampled_from(_UNITS),
        "level": st.sampled_from(_LEVELS),
        "item": st.sampled_from(_ITEMS),
        "category": st.sampled_from(_CATEGORIES),
        "from": _asked_days.map(date.isoformat),
        "until": _asked_days.map(date.isoformat),
        "order": st.sampled_from(["newest", "oldest"]),
    },
)


@_property
@given(
    records=_narrowed, text=st.sampled_from(["甲", "甲乙", "乙丙"]), filters=_filters
)
def test_search_equals_the_oracle_for_any_filters(
    window: bool, records: list[dict[str, object]], text: str, filters: dict[str, str]
) -> None:
    if filters.get("from", "") > filters.get("until", "9"):
        del filters["from"]
    with _undone():
        publish(*records)
        query = finding.read_query({"q": text, **filters}, on=TODAY)

        found = _all_pages(query, size=3)

        assert found == sorted(_oracle(query), reverse=not query.oldest_first)
        assert finding.count(query).number == len(found)


def test_period_after_all_times_finds_nothing(window: bool) -> None:
    publish({}, {})
    after_all = finding.read_query({"q": "食品", "from": "2100-01-01"}, on=TODAY)

    assert _all_pages(after_all) == []
    assert _all_pages(_query("食品", until="2016-02-25")) == [2, 1]
    assert _all_pages(_query("食品", until="2016-02-24")) == []


def test_every_ascii_character_is_found_alone_and_in_pairs(window: bool) -> None:
    characters = [chr(code) for code in range(33, 127)]
    publish(*({"content": f"甲{character}{character}乙"} for character in characters))

    for position, character in enumerate(characters, 1):
        for term in (
            character,
            f"甲{character}",
            f"{character}乙",
            f"{character * 2}乙",
        ):
            query = _query(term)
            assert position in _all_pages(query), term
            assert set(_all_pages(query)) == _oracle(query), term


def test_term_does_not_run_from_one_text_into_the_next() -> None:
    publish({"subject_name": "连云", "title": "港口"})

    assert _all_pages(_query("云港")) == []


def test_withdrawn_and_corrected_texts_leave_the_index(window: bool) -> None:
    publish({"content": "甲乙丙"}, {"content": "甲乙丙"}, {"content": "丁"})

    apply_changes([withdrawal(4, record=1), change(5, record=2, content="戊己")])

    assert _all_pages(_query("甲乙")) == []
    assert _all_pages(_query("戊己")) == [5]


def test_results_are_newest_first_across_pages(window: bool) -> None:
    publish(*({"content": "甲乙"} for _ in range(45)))

    found = _all_pages(_query("甲乙"))

    assert found == list(range(45, 0, -1))


@pytest.mark.parametrize(
    "text",
    [
        "连环罚〔2016〕7号",
        "连环罚[2016]7号",
        "连环罚【2016】7号",
        "连环罚（2016）7号",
        "连环罚 (2016) 7 号",
        "连环罚［２０１６］７号",
    ],
)
def test_decision_number_is_found_in_any_bracket_style(text: str, window: bool) -> None:
    publish({"decision_number": "连环罚〔2016〕7号"}, {}, {})

    assert _all_pages(_query(text)) == [1]


@pytest.mark.parametrize(
    "text", ["2016)7", "罚(2016)7号", "1320700ma1m", "1mbgc09c", "16)7号", "0ma1"]
)
def test_part_of_a_code_or_number_is_found_by_its_windows(
    text: str, window: bool
) -> None:
    publish(
        {"decision_number": "连环罚〔2016〕7号"},
        {"decision_number": "连环罚〔2016〕8号", "credit_code": "91320700138997640W"},
        # All windows of 罚(2016)7号, and yet not the term.
        {"decision_number": "罚(2016)8号、(2016)7号", "credit_code": ""},
    )
    query = _query(text)

    assert set(_all_pages(query)) == _oracle(query) != set()
    assert finding.count(query).number == len(_oracle(query))


def test_exact_decision_number_comes_before_newer_matches(window: bool) -> None:
    publish(
        {"decision_number": "连环罚〔2016〕7号"},
        {"decision_number": "连环罚〔2016〕7号之一"},
        {"content": "撤销连环罚〔2016〕7号决定"},
    )

    assert _all_pages(_query("连环罚〔2016〕7号")) == [1, 3, 2]


def test_credit_code_is_found_in_either_case_and_pages_through(window: bool) -> None:
    code = "91320700138997640W"
    publish(
        *({"credit_code": code} for _ in range(25)),
        {"content": f"受让方{code}"},
        {},
    )

    assert _all_pages(_query(code.lower())) == [*range(25, 0, -1), 26]


def test_records_past_their_display_are_not_found(window: bool) -> None:
    publish(
        {"display_until": (TODAY - timedelta(days=1)).isoformat()},
        {"display_until": TODAY.isoformat()},
        {"display_until": None},
    )

    query = _query("食品")

    assert _all_pages(query) == [3, 2]
    assert finding.count(query).number == 2


def test_kind_narrows_results_and_count(window: bool) -> None:
    publish({}, {"kind": "penalty"}, {})

    query = _query("食品", kind="penalty")

    assert _all_pages(query) == [2]
    assert finding.count(query).number == 1


def test_natural_persons_are_never_found(window: bool) -> None:
    publish(
        {
            "person": "natural",
            "subject_name": "张*",
            "decision_number": "连公罚〔2016〕9号",
            "credit_code": "91320700138997640W",
        }
    )

    for text in ("张", "连公罚〔2016〕9号", "91320700138997640W", "食品", "罚"):
        assert _all_pages(_query(text)) == []


@pytest.mark.parametrize(
    ("text", "code"), [("长" * 101, "too-long"), ("a\x00b", "not-text")]
)
def test_unreadable_search_says_why(text: str, code: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        _query(text)

    assert refusal.value.code == code


@pytest.mark.parametrize("after", ["x", "e.", "e.1.2", "s.-1", "s." + "9" * 19, "e.１"])
def test_cursor_that_no_page_made_is_refused(after: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        finding.find(_query("食品"), after=after)

    assert refusal.value.code == "bad-cursor"


def test_blank_search_looks_for_nothing() -> None:
    assert _query(" \u3000\t").term == ""
