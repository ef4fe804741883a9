"""The database itself refuses to edit or delete what is history."""

import pytest
from django.db import DatabaseError, connection, transaction

from gongshi.audit.guards import GUARDED
from tests.audit.trail import write_trail
from tests.tampering import unguarded

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

_TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT c.relname, t.tgname FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal",
}


def run(statement: str) -> None:
    """Send a statement as an SQL prompt does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", GUARDED)
def test_table_of_history_has_its_guards_after_all_migrations(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        guards = [name for owner, name in cursor.fetchall() if owner == table]

    assert len(guards) == (2 if connection.vendor == "sqlite" else 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET username = 'nobody' WHERE sequence = 1",
        "DELETE FROM audit_event WHERE sequence = 1",
        "DELETE FROM audit_event",
    ],
)
def test_database_refuses_to_change_events(statement: str) -> None:
    write_trail(2)

    with pytest.raises(DatabaseError, match="append-only"):
        run(statement)


def test_guards_stand_again_after_they_were_taken_away() -> None:
    write_trail(2)
    with unguarded():
        run("UPDATE audit_event SET username = 'nobody' WHERE sequence = 1")

    with pytest.raises(DatabaseError, match="append-only"):
        run("UPDATE audit_event SET username = 'li' WHERE sequence = 1")


def test_postgresql_refuses_to_truncate_events() -> None:
    if connection.vendor != "postgresql":
        return  # SQLite has no such statement; deleting all rows is refused above
    write_trail(2)

    with pytest.raises(DatabaseError, match="append-only"):
        run("TRUNCATE audit_event")
