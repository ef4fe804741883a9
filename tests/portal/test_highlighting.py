"""Matches are marked in the text as it was written, and nothing slips through."""

import pytest

from gongshi.domain.search_text import normalise
from gongshi.portal.highlighting import excerpt, marked


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("食品经营许可", "经营", "食品<mark>经营</mark>许可"),
        ("连环罚〔2016〕7号", "[2016]", "连环罚<mark>〔2016〕</mark>7号"),
        ("ＡＢＣ公司", "bc", "Ａ<mark>ＢＣ</mark>公司"),
        ("食 品 店", "食品", "<mark>食 品</mark> 店"),
        ("港港港", "港", "<mark>港</mark><mark>港</mark><mark>港</mark>"),
        ("食品", "药", "食品"),
        ("食品", "", "食品"),
        ("㎡", "m", "<mark>㎡</mark>"),
    ],
)
def test_match_is_marked_as_written(text: str, typed: str, expected: str) -> None:
    assert marked(text, normalise(typed)) == expected


def test_markup_in_texts_is_escaped() -> None:
    assert marked("<b>港</b>&", "港") == "&lt;b&gt;<mark>港</mark>&lt;/b&gt;&amp;"
    assert marked("a<b", "<") == "a<mark>&lt;</mark>b"


def test_excerpt_is_cut_around_the_first_match() -> None:
    text = "甲" * 50 + "二氧化硫" + "乙" * 100

    shown = excerpt(text, "二氧化硫")

    assert shown == f"…{'甲' * 20}<mark>二氧化硫</mark>{'乙' * 60}…"


def test_text_without_match_has_no_excerpt() -> None:
    assert excerpt("食品", "药") is None
