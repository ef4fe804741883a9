"""On PostgreSQL a schema of its own, whose tables change places in one transaction."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.beside.refusing import CannotReplace

_SCHEMA = "gongshi_store_beside"
_LOCK = 0x676F6E67  # "gong": the number of our advisory lock
# Readers wait as long as we wait for them: shortly, and we try again.
_LOCK_TIMEOUT = "400ms"
_ATTEMPTS, _PAUSE = 150, 2.0
_TAKEN = frozenset({"55P03", "40P01"})  # lock not available, deadlock

_GRANTS = """
SELECT grantee::regrole::text, privilege_type
FROM pg_class c, aclexplode(c.relacl)
WHERE c.oid = %s::regclass AND grantee <> c.relowner AND grantee <> 0
"""


class SchemaBeside:
    """The schema whose tables are to take the old ones' place."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def settings(self) -> dict[str, Any]:
        """Return what a connection to the new store has otherwise."""
        given = self._connection.settings_dict["OPTIONS"]
        options = f"{given.get('options', '')} -c search_path={_SCHEMA}"
        return {"OPTIONS": {**given, "options": options.strip()}}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from doing the same; a killed one does not."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                raise CannotReplace(
                    "already-running", "Another process makes a new public store."
                )
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])

    def prepare(self) -> None:
        """Make an empty schema."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
            cursor.execute(f"CREATE SCHEMA {_SCHEMA}")

    def put_in_place(self, finish: Callable[[], None], tables: Sequence[str]) -> None:
        """Move the new tables to where the old ones are, while nobody writes."""
        for _ in range(_ATTEMPTS):
            try:
                with transaction.atomic(using=self._connection.alias):
                    self._change_places(finish, tables)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in _TAKEN:
                    raise
                time.sleep(_PAUSE)
            else:
                return
        raise CannotReplace("busy", "The public store is read all the time.")

    def _change_places(self, finish: Callable[[], None], tables: Sequence[str]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone()
            cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            # Readers of the cursor go on, writers wait: they lock its row first.
            cursor.execute(f"LOCK TABLE {schema}.feed_cursor IN EXCLUSIVE MODE")
            finish()
            for table in tables:
                cursor.execute(_GRANTS, [f"{schema}.{table}"])
                granted = cursor.fetchall()
                cursor.execute(f"DROP TABLE {schema}.{table}")
                cursor.execute(f"ALTER TABLE {_SCHEMA}.{table} SET SCHEMA {schema}")
                for role, privilege in granted:
                    cursor.execute(f"GRANT {privilege} ON {schema}.{table} TO {role}")
            cursor.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")
