"""What is indexed and what is asked for, so that a phrase match is a substring match.

A text is normalised, then cut into overlapping two-character tokens. A text holds a
term exactly where the term's tokens follow each other in the text's, and no phrase
runs from one part of a text into the next.

Pairs of digits are in every text, so that codes and numbers have longer tokens beside
them: the windows of four characters with three or more Latin letters or digits.

The index must keep every token whole, punctuation too.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice, pairwise

import polars as pl

SEPARATOR = "\n"  # between the parts of a text, such as its fields

_OPENING = "〔【[{〖"  # NFKC has turned the full-width and small ones into these
_CLOSING = "〕】]}〗"
_AT_ONCE = 1_000  # texts cut in one go
_BOUNDARY = f"{SEPARATOR}\0{SEPARATOR}"  # between texts; normalised texts hold no NUL
_OVER_A_BREAK = re.compile(f"{SEPARATOR} {SEPARATOR}. ")
_A = "[0-9a-z]"
_B = f"[^{SEPARATOR}]"
_WINDOW_LENGTH = 4
# Looked ahead for, as windows overlap.
_WINDOW = re.compile(
    f"(?=({_A}{_A}{_A}{_B}|{_A}{_A}{_B}{_A}|{_A}{_B}{_A}{_A}|{_B}{_A}{_A}{_A}))"
)
_VARIATION = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Beyond these planes there are ideographs only, except for the invisible plane 14.
_CODE_POINTS = (range(0x20000), range(0xE0000, 0xE0200))


def normalise(text: str) -> str:
    """Return the form that is compared: NFKC, case folded, one kind of bracket.

    White space, control and invisible formatting characters are removed, also line
    breaks: join the parts of a text only afterwards, see `join_parts`.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    joined = "".join(folded.split())
    if not joined.isprintable() or _VARIATION.search(joined):
        joined = "".join(map(_kept, joined))
    for bracket in _OPENING:
        joined = joined.replace(bracket, "(")
    for bracket in _CLOSING:
        joined = joined.replace(bracket, ")")
    return joined


def normalise_expr(text: pl.Expr) -> pl.Expr:
    """Return `normalise` of a String column; null stays null."""
    folded = text.str.normalize("NFKC").str.to_lowercase()
    return folded.str.replace_many(_replacements())


def join_parts(parts: Iterable[str | None]) -> str:
    """Return the parts normalised and joined for `bigrams`; empty ones fall out."""
    normalised = (normalise(part) for part in parts if part)
    return SEPARATOR.join(part for part in normalised if part)


def tokens(text: str) -> list[str]:
    """Return the tokens of a normalised text: per part its pairs, then its last character.

    The last character alone lets a search for one character find it by prefix.
    """
    return bigrams(text).split()


def bigrams(text: str) -> str:
    """Return the tokens of a normalised text, joined with spaces."""
    if SEPARATOR in text:
        return " ".join(_pairs(part) for part in text.split(SEPARATOR) if part)
    return _pairs(text)


def bigrams_of(texts: Iterable[str]) -> list[str]:
    """Return `bigrams` of many normalised texts: about 2 µs for 100 characters."""
    waiting = iter(texts)
    found: list[str] = []
    while batch := list(islice(waiting, _AT_ONCE)):
        found += _woven(batch)
    return found


def _woven(texts: Sequence[str]) -> list[str]:
    """Cut a batch at C speed: its UTF-16 bytes go to every third place of a buffer,
    once more, moved by one character, to the next place, and spaces to the third.
    """
    whole = _BOUNDARY.join(texts)
    units = whole.encode("utf-16-le")
    if len(units) != 2 * len(whole) or not all(texts):
        return [bigrams(text) for text in texts]
    buffer = bytearray(b" \0" * (3 * len(whole)))
    buffer[0::6], buffer[1::6] = units[0::2], units[1::2]
    buffer[2:-6:6], buffer[3:-6:6] = units[2::2], units[3::2]
    pairs = _OVER_A_BREAK.sub(" ", buffer.decode("utf-16-le"))
    return pairs.rstrip(" ").split(" \0 ")


def windows(text: str) -> list[str]:
    """Return the windows of a normalised text, or of a term, as often as they occur."""
    return _WINDOW.findall(text)


def pairs_outside_windows(term: str) -> list[str]:
    """Return the pairs of a term that lie in none of its windows.

    A text that contains the term has all of them, and all the windows.
    """
    covered: set[int] = set()
    for found in _WINDOW.finditer(term):
        covered.update(range(found.start(), found.start() + _WINDOW_LENGTH - 1))
    return [
        first + second
        for place, (first, second) in enumerate(pairwise(term))
        if place not in covered
    ]


def match_query(term: str) -> str:
    """Return the FTS5 query that finds a normalised term; empty for an empty one.

    One character becomes a prefix query. The term is not normalised here: doing it
    twice could change it, as a mark may join a letter once the white space between
    them is gone.
    """
    if not term:
        return ""
    if len(term) == 1:
        return f"{_quoted(term)} *"
    return _quoted(" ".join(map("".join, pairwise(term))))


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def _pairs(part: str) -> str:
    # Slices of a list are filled at C speed: three places per character, for the
    # character, the one after it and a space.
    if not part:
        return ""
    woven = [" "] * (3 * len(part) - 2)
    woven[0::3] = part
    woven[1::3] = part[1:]
    return "".join(woven)


@cache
def _replacements() -> dict[str, str]:
    """Return what happens to single characters after NFKC and lower case.

    Lower case and case folding differ in some hundred letters (ß, final σ);
    they are folded here because Polars has lower case only.
    """
    replacements = {
        character: "" if _is_dropped(character) else character.casefold()
        for character in map(chr, chain(*_CODE_POINTS))
        if _is_dropped(character)
        or (character.lower() == character != character.casefold())
    }
    replacements.update(dict.fromkeys(_OPENING, "("))
    replacements.update(dict.fromkeys(_CLOSING, ")"))
    return replacements


def _is_dropped(character: str) -> bool:
    return (
        character.isspace()
        or unicodedata.category(character) in ("Cc", "Cf")
        or _VARIATION.match(character) is not None
    )


def _kept(character: str) -> str:
    return "" if _is_dropped(character) else character
