"""Search text: a phrase of tokens must find what a substring search would."""

from itertools import chain, pairwise

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongshi.domain.search_text import (
    bigrams,
    bigrams_of,
    join_parts,
    match_query,
    normalise,
    normalise_expr,
    pairs_outside_windows,
    tokens,
    windows,
)

few_letters = st.text('连云港海州(1a"*', max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("连市监案字〔2016〕12号", "连市监案字(2016)12号"),
        ("连市监案字【2016】12号", "连市监案字(2016)12号"),
        ("连市监案字[2016]12号", "连市监案字(2016)12号"),
        ("连市监案字（2016）12号", "连市监案字(2016)12号"),
        ("连市监案字{2016}12号", "连市监案字(2016)12号"),
        ("连市监案字［2016］12号", "连市监案字(2016)12号"),
        ("连市监案字〖2016〗12号", "连市监案字(2016)12号"),
        (" 连 云\u3000港\xa0市\t\r\n", "连云港市"),
        ("连\u200b云\x00港\ufeff", "连云港"),
        ("Straße", "strasse"),
        ("ΑΣ", "ας".casefold()),
        ("", ""),
    ],
)
def test_normalise_gives_one_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_column_form_of_every_character_agrees_with_the_single_one() -> None:
    codes = chain(range(0xD800), range(0xE000, 0x20000), range(0xE0000, 0xE0200))
    characters = list(map(chr, codes))

    column = (
        pl.Series("text", characters).to_frame().select(normalise_expr(pl.col("text")))
    )

    singles = [normalise(character) for character in characters]
    differing = [
        hex(ord(character))
        for character, one, other in zip(
            characters, singles, column.to_series(), strict=True
        )
        if one != other and character.isprintable()  # known to this Unicode version
    ]
    assert differing == []


@given(text=st.text())
@example("ΑΣ ΣΑ")
def test_column_form_agrees_with_the_single_one(text: str) -> None:
    known = "".join(character for character in text if character.isprintable())

    assert pl.select(normalise_expr(pl.lit(known))).item() == normalise(known)


def test_missing_text_stays_missing() -> None:
    column = (
        pl.Series([None, "Ａ"]).to_frame("text").select(normalise_expr(pl.col("text")))
    )

    assert column.to_series().to_list() == [None, "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("连云港市", "连云 云港 港市 市"),
        ("连云", "连云 云"),
        ("连", "连"),
        ("", ""),
        ("连云\n海州", "连云 云 海州 州"),
        ("连\n海\n\n州区", "连 海 州区 区"),
        ("\n", ""),
    ],
)
def test_bigrams_end_each_part_with_its_last_character(
    text: str, expected: str
) -> None:
    assert bigrams(text) == expected
    assert tokens(text) == expected.split()


def test_bigrams_of_many_texts_are_those_of_each() -> None:
    texts = ["连云港市", "", "连\n海州", "a"]

    assert bigrams_of(texts) == [bigrams(text) for text in texts]


def test_parts_are_normalised_and_empty_ones_fall_out() -> None:
    assert join_parts(["ＡＢ c", None, "", " ", "连云\n港"]) == "abc\n连云港"


@pytest.mark.parametrize(
    ("term", "query"),
    [
        ("连云港", '"连云 云港"'),
        ("连云", '"连云"'),
        ("连", '"连" *'),
        ('a"b', '"a"" ""b"'),
        ('"', '"""" *'),
        ("（2016）", '"(2 20 01 16 6)"'),
        ("  ", ""),
    ],
)
def test_query_is_a_phrase(term: str, query: str) -> None:
    assert match_query(normalise(term)) == query


@given(parts=st.lists(few_letters, max_size=4), term=few_letters)
def test_phrase_finds_exactly_what_a_substring_search_finds(
    parts: list[str], term: str
) -> None:
    text = join_parts(parts)
    wanted = normalise(term)
    in_a_part = any(wanted in part for part in text.split("\n")) and bool(wanted)

    assert _matches(tokens(text), match_query(wanted)) is in_a_part


def _matches(indexed: list[str], query: str) -> bool:
    """Match as FTS5 does: a phrase of whole tokens, or a prefix of one token."""
    if not query:
        return False
    is_prefix = query.endswith(" *")
    phrase = query.removesuffix(" *")[1:-1].replace('""', '"').split(" ")
    if is_prefix:
        return any(token.startswith(phrase[0]) for token in indexed)
    starts = range(len(indexed) - len(phrase) + 1)
    return any(indexed[start : start + len(phrase)] == phrase for start in starts)


def test_windows_hold_three_or_more_letters_or_digits() -> None:
    assert windows("罚(2016)7号") == ["(201", "2016", "016)", "16)7"]
    assert windows("连云港\n91320") == ["9132", "1320"]
    assert windows("57号房") == []


@given(before=few_letters, term=st.text("港(1a)2", max_size=9), after=few_letters)
def test_text_has_all_windows_and_pairs_of_a_term_in_it(
    before: str, term: str, after: str
) -> None:
    text = before + term + after

    assert set(windows(term)) <= set(windows(text))
    assert set(pairs_outside_windows(term)) <= set(tokens(text))


@given(term=st.text("港(1a)2", min_size=2, max_size=9))
def test_every_pair_of_a_term_lies_in_a_window_or_is_told(term: str) -> None:
    told = [*windows(term), *pairs_outside_windows(term)]

    assert all(
        any(first + second in part for part in told) for first, second in pairwise(term)
    )
