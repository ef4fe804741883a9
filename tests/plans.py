"""What a database plans to do for queries, and whether it would read a table whole."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def indexes_wherever_possible() -> Iterator[None]:
    """Make PostgreSQL use an index even for a few rows: what it reads whole, it must."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        yield
        cursor.execute("RESET enable_seqscan")


def steps(queries: CaptureQueriesContext, table: str) -> Iterator[tuple[str, str]]:
    """Yield each step of the plans that reads the table, or its alias `r`; and its query."""
    is_sqlite = connection.vendor == "sqlite"
    how = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    for query in queries.captured_queries:
        sql = query["sql"]
        if table not in sql or not sql.startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"{how} {sql.replace('%', '%%')}", [])
            for row in cursor.fetchall():
                words = row[-1].split()
                if table in words or (is_sqlite and words[1:2] == ["r"]):
                    yield row[-1], sql


def scans(queries: CaptureQueriesContext, table: str) -> list[tuple[str, str]]:
    """Return the steps that would read the table, or a whole index of it, to the end."""
    return [
        (step, sql)
        for step, sql in steps(queries, table)
        if "Seq Scan" in step or step.startswith("SCAN")
    ]
