"""Which tokens SQLite's index is asked for."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.search import planning


def _equally_rare(
    connection: BaseDatabaseWrapper, tokens: Sequence[str]
) -> Sequence[planning._Seen]:
    return [planning._Seen(token=token, share=0.001) for token in tokens]


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        ("(2024)12", ["(202", "024)", "24)1", "4)12"]),
        ("2024", ["2024"]),
        ("2100", ["2100"]),
    ],
)
def test_year_is_asked_for_only_where_nothing_else_is_there(
    term: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_seen", _equally_rare)

    tokens = planning.rarest_tokens(connection, term)

    assert tokens is not None
    assert [token[1:] for token in tokens] == asked
