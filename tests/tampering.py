"""What somebody who may do anything in the database does behind the system's back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from gongshi.audit.guards import GUARDED, guarding, releasing


def tamper(*statements: str) -> None:
    """Run the statements with the guards of history taken away, then put them back."""
    with unguarded(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the guards away for a while."""
    _execute(s for t in GUARDED for s in releasing(t, vendor=connection.vendor))
    yield
    _execute(s for t in GUARDED for s in guarding(t, vendor=connection.vendor))


def _execute(statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
