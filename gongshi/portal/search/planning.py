"""Which of a term's tokens SQLite's index is asked for: the rarest, where they are rare.

How rare a token is, is seen from how far back its newest few occurrences lie. That
takes no time and no figures that would have to be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.domain.search_text import pairs_outside_windows, windows

# No normalised text holds this character; facets have another.
_MARK = "\x02"
_NEWEST = 48  # occurrences that are looked at
_ASKED = 6  # of the rare tokens, which together are rarer still
_MOST_LOOKED_AT = 24  # tokens of a long term
_RARE = 0.01  # share of all records from which on a token is common

_PROBE = """
SELECT min(rowid), count(*) FROM (
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
    """Return the rarest tokens that every text with the term has; None: none is rare.

    A text that has them all need not contain the term.
    """
    tokens = list(dict.fromkeys([*window_tokens(term), *pairs_outside_windows(term)]))
    if len(tokens) < 2 and not windows(term):
        return None
    looked_at = tokens[:: len(tokens) // _MOST_LOOKED_AT + 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(position) FROM published_record")
        (newest,) = cursor.fetchone()
        seen = []
        for token in looked_at:
            cursor.execute(_PROBE, [quoted(token), _NEWEST])
            oldest, count = cursor.fetchone()
            span = newest - oldest + 1 if count == _NEWEST else newest or 1
            seen.append(_Seen(token=token, share=count / span))
            if not count:
                break
    seen.sort(key=lambda each: each.share)
    rare = [each.token for each in seen if each.share <= _RARE]
    return rare[:_ASKED] or None


def quoted(token: str) -> str:
    """Return the token as FTS5 reads it, whatever characters it has."""
    return '"' + token.replace('"', '""') + '"'
