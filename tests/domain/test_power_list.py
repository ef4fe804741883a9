"""Power lists: which codes can name an item."""

import pytest

from gongshi.domain.power_list import is_item_code


@pytest.mark.parametrize(
    "code", ["JS320700HB-XK-0001", "1", "=1", "A/2", "许可〔1〕", "..1"]
)
def test_what_can_be_read_and_linked_is_a_code(code: str) -> None:
    assert is_item_code(code)


@pytest.mark.parametrize(
    "code",
    [
        *("", ".", "..", "/A", "A/", "A//B", "A/../B", "A B", "A\nB", "A\u3000B"),
        *("A\x00", "A\x7f", "A\u200b", "A\u2028"),
    ],
)
def test_what_is_not_seen_or_leads_elsewhere_is_no_code(code: str) -> None:
    assert not is_item_code(code)
