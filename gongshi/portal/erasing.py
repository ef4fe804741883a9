"""Leaves no trace in SQLite's files of what was taken from the public store.

Deleted content is overwritten in the file itself (`secure_delete`, set where the
store is opened). The log beside it (`-wal`) holds pages as they were before: it is
emptied here. PostgreSQL overwrites dead rows when it vacuums.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from gongshi.portal.store import STORE


def empty_log() -> bool:
    """Write SQLite's log into the file and cut it off; say whether that was done.

    Waits for nobody: where another process reads or writes at this moment, or within
    a transaction, the log stays until the next time.
    """
    connection = connections[STORE]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    patience = _patience(connection)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, _, _) = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
    return not is_busy


def _patience(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (milliseconds,) = cursor.fetchone()
    return int(milliseconds)
