"""The database's own refusal to edit or delete what is history.

Model and query set refuse too, but a person with an SQL prompt asks neither. Who may
alter tables can still drop these triggers: what they did then shows in the hashes.

On SQLite, altering a table in a migration makes it anew without its triggers: guard
it again in that migration. A test holds that the tables are guarded.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

GUARDED = ("audit_event", "publication_change")

_SQLITE = """
CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION gongshi_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION gongshi_append_only()
"""


def guarding(table: str, *, vendor: str) -> list[str]:
    """Return the statements that make a table append-only."""
    if vendor == "sqlite":
        return [_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
    return [_FUNCTION, _POSTGRESQL.format(table=table)]


def releasing(table: str, *, vendor: str) -> list[str]:
    """Return the statements that take the guard away."""
    if vendor == "sqlite":
        verbs = ("UPDATE", "DELETE")
        return [f"DROP TRIGGER IF EXISTS {table}_keeps_{verb}" for verb in verbs]
    return [f"DROP TRIGGER IF EXISTS {table}_keeps ON {table}"]


def guard(table: str) -> RunPython:
    """Return the operation of a migration that guards a table, again if need be."""

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, releasing(table, vendor=editor.connection.vendor))
        _run(editor, guarding(table, vendor=editor.connection.vendor))

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, releasing(table, vendor=editor.connection.vendor))

    return RunPython(forwards, backwards)


def _run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        editor.execute(statement, params=None)  # a percent sign stands for itself
