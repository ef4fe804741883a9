"""Which of a term's tokens SQLite's index is asked for: the rarest of them.

How rare a token is, is seen from how close together its newest few occurrences lie.
That takes no time and no figures that would have to be kept. How far back they lie
tells nothing: last year's numbers are in no record of this year, and in every one of
last year's. For the same reason a year by itself is not asked for: seldom in this
year's records, and so taken for rare, it is in all of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.domain.search_text import pairs_outside_windows, windows

# No normalised text holds this character; facets have another.
_MARK = "\x02"
_NEWEST = 48  # occurrences that are looked at
_ASKED = 6  # of the tokens, which together are rarer still
_MOST_LOOKED_AT = 24  # tokens of a long term
_RARE = 0.01  # share of the records up to which a token is rare
_COMMON = 0.03  # and from which on it tells nothing beside rare ones
# Tokens of pairs are asked until so few records have them all, were they independent.
_FEW = 1e-6
# Up to so many pairs, comparing a few places costs less than looking at rows: unless one
# of the pairs is on hardly any record.
_PHRASE, _SHORTEST = 6, 3
_HARDLY_ANY = 0.0005

_YEAR = re.compile(_MARK + r"(?:19|20)\d\d")

_PROBE = """
SELECT min(rowid), max(rowid), count(*) FROM (
    SELECT rowid FROM published_search WHERE published_search MATCH %s
    ORDER BY rowid DESC LIMIT %s
)
"""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A token and the share of records that have it, as far as can be told."""

    token: str
    share: float


def window_tokens(text: str) -> list[str]:
    """Return the tokens of a text's windows (`search_text.windows`)."""
    return [_MARK + window for window in windows(text)]


def rarest_tokens(connection: BaseDatabaseWrapper, term: str) -> Sequence[str] | None:
    """Return the rarest tokens that every text with the term has.

    A text that has them all need not contain the term. None where the term is better
    asked for as a phrase.
    """
    of_windows, pairs = window_tokens(term), pairs_outside_windows(term)
    if not of_windows and len(pairs) < _SHORTEST:
        return None
    all_tokens = dict.fromkeys([*of_windows, *pairs])
    tokens = [each for each in all_tokens if not _YEAR.fullmatch(each)] or [*all_tokens]
    seen = _seen(connection, tokens[:: len(tokens) // _MOST_LOOKED_AT + 1])
    if of_windows:
        return [each.token for each in seen[:_ASKED]]
    if seen[0].share > (_RARE if len(pairs) > _PHRASE else _HARDLY_ANY):
        return None
    return list(_together_on_few(seen))


def _together_on_few(seen: Sequence[_Seen]) -> Iterator[str]:
    share = 1.0
    for each in seen[:_ASKED]:
        if share < _FEW or each.share > _COMMON:
            break
        share *= each.share
        yield each.token


def _seen(connection: BaseDatabaseWrapper, tokens: Sequence[str]) -> Sequence[_Seen]:
    """Return the tokens, the rarest first; no more than up to one that nothing has."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(position) FROM published_record")
        (last,) = cursor.fetchone()
        for token in tokens:
            cursor.execute(_PROBE, [quoted(token), _NEWEST])
            oldest, newest, count = cursor.fetchone()
            span = newest - oldest + 1 if count == _NEWEST else last or 1
            found.append(_Seen(token=token, share=count / span))
            if not count:
                break
    return sorted(found, key=lambda each: each.share)


def quoted(token: str) -> str:
    """Return the token as FTS5 reads it, whatever characters it has."""
    return '"' + token.replace('"', '""') + '"'
