"""Numbers that stand for what PostgreSQL's index holds of a record.

A pair of UTF-16 units is one number of 32 bits, a single unit one with zeros above
it. Above those that stand for something else there are control characters, which no
normalised text has. Numbers of facets and of windows may coincide; the rows themselves
decide.
"""

import sys
from array import array
from collections.abc import Iterable
from zlib import crc32

from gongshi.domain.search_text import SEPARATOR, pairs_outside_windows, windows

SPAN = 1 << 15  # positions that share the number of a span
STRETCH = 1 << 18  # and that of a stretch

_FACET, _SPAN, _STRETCH = 1 << 16, 2 << 16, 3 << 16
_WINDOW, _WINDOWS = 4 << 16, 26 << 16  # numbers of windows: from, how many
_ENCODING = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def text_keys(text: str) -> set[int]:
    """Return the numbers of a normalised text's units, pairs and windows, part by part."""
    keys = _window_keys(text)
    for part in text.split(SEPARATOR):
        units = part.encode(_ENCODING)
        keys.update(array("H", units))
        keys.update(_pairs(units))
    return keys


def term_keys(term: str) -> set[int]:
    """Return the numbers that every text which contains the term has.

    Windows stand for what lies under them: fewer and rarer numbers are asked.
    """
    units = term.encode(_ENCODING)
    if len(units) == 2:
        return set(array("H", units))
    if len(term) == 1:
        return _pairs(units)
    keys = _window_keys(term)
    for pair in pairs_outside_windows(term):
        keys |= _pairs(pair.encode(_ENCODING))
    return keys


def facet_keys(tokens: Iterable[str]) -> set[int]:
    """Return the numbers of facets."""
    return {_FACET | crc32(token.encode()) & 0xFFFF for token in tokens}


def place_keys(position: int) -> tuple[int, int]:
    """Return the numbers of the span and of the stretch in which a position lies."""
    return span_key(position // SPAN), stretch_key(position // STRETCH)


def span_key(number: int) -> int:
    """Return the number that stands for a span."""
    return _SPAN | number & 0xFFFF


def stretch_key(number: int) -> int:
    """Return the number that stands for a stretch."""
    return _STRETCH | number & 0xFFFF


def _window_keys(text: str) -> set[int]:
    return {_WINDOW + crc32(found.encode()) % _WINDOWS for found in windows(text)}


def _pairs(units: bytes) -> set[int]:
    # Every second pair begins one unit later.
    even, odd = units[: len(units) // 4 * 4], units[2:]
    keys = set(array("i", even))
    keys.update(array("i", odd[: len(odd) // 4 * 4]))
    return keys
