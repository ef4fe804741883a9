"""What all tests share: an own data folder, and which tests the machine can run."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from django.core.management.color import Style
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.base import DatabaseWrapper as Postgresql
from django.db.backends.postgresql.creation import DatabaseCreation as Creation
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
from hypothesis import settings

from gongshi.audit.guards import GUARDED, guarding, releasing

# Before any settings are read: tests leave nothing in the checkout.
os.environ.setdefault("GONGSHI_DATA_DIR", tempfile.mkdtemp(prefix="gongshi-tests-"))
# One address asks for all the tests; those of the throttle set limits of their own.
for _limit in ("SEARCHES", "PERSON_SEARCHES", "CALLS"):
    os.environ.setdefault(f"GONGSHI_{_limit}_PER_MINUTE", "100000000")
# Workers that tests start make no bulk sets unless a test asks for them.
os.environ.setdefault("GONGSHI_OPEN_DATA", "false")

_ON_POSTGRESQL = os.environ.get("GONGSHI_DATABASE_URL", "").startswith("postgres")
_HAS_POSTGRESQL = bool(os.environ.get("GONGSHI_TEST_POSTGRES_URL")) or _ON_POSTGRESQL
_STRICT = bool(os.environ.get("GONGSHI_NOTHING_SKIPPED"))


_OPERATIONS: Mapping[str, type[BaseDatabaseOperations]] = {
    "sqlite": Sqlite.ops_class,
    "postgresql": Postgresql.ops_class,
}

# The machine that decides on a submission tries the same examples each time.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    config.addinivalue_line("markers", "postgresql: needs PostgreSQL as the registry")
    config.addinivalue_line("markers", "browser: drives Debian's Chromium")
    config.addinivalue_line("markers", "files: about SQLite's files; not on PostgreSQL")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what another run covers; skip, with the reason, what cannot run."""
    kept, left_out = [], []
    for item in items:
        if item.get_closest_marker("postgresql") and not _ON_POSTGRESQL:
            if _HAS_POSTGRESQL:
                left_out.append(item)  # the run on PostgreSQL has them
                continue
            reason = (
                "no PostgreSQL: set GONGSHI_TEST_POSTGRES_URL to a server's address"
            )
            item.add_marker(pytest.mark.skip(reason=reason))
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium: install it with apt"))
        kept.append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Where everything is installed, a skipped test is a fault."""
    skipped: Sequence[object] = terminalreporter.stats.get("skipped", [])
    if _STRICT and skipped:
        terminalreporter.write_line(
            f"FAILED: {len(skipped)} tests were skipped", red=True
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run where a test was skipped that must not be."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _STRICT and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Let the test databases be dropped whoever is still on them.

    That may be this process itself: while a browser's event loop runs, Django keeps
    connections of its own for this thread, which nothing closes when the loop ends.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Creation, "_destroy_test_db", _drop_by_force)
        yield


def _drop_by_force(creation: Creation, name: str, verbosity: int) -> None:
    quoted = creation.connection.ops.quote_name(name)
    with creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


@pytest.fixture(autouse=True, scope="session")
def _flush_empties_history_too() -> Iterator[None]:
    """Let the flush between transactional tests empty what is append-only.

    The guards stand while a test runs; the flush takes them away and puts them back
    in its own transaction.
    """
    with pytest.MonkeyPatch.context() as patch:
        for vendor, operations in _OPERATIONS.items():
            patch.setattr(operations, "sql_flush", _flushing_history(vendor))
        yield


def _flushing_history(vendor: str) -> Callable[..., list[str]]:
    flush = _OPERATIONS[vendor].sql_flush

    def sql_flush(
        self: BaseDatabaseOperations,
        style: Style,
        tables: Sequence[str],
        **options: bool,
    ) -> list[str]:
        history = [table for table in GUARDED if table in tables]
        return [
            *(s for table in history for s in releasing(table, vendor=vendor)),
            *flush(self, style, tables, **options),
            *(s for table in history for s in guarding(table, vendor=vendor)),
        ]

    return sql_flush


@pytest.fixture(autouse=True)
def _no_kept_pages() -> None:
    """Forget what a process keeps, which an earlier test made from other records."""
    from gongshi.portal.counting import known_counts
    from gongshi.portal.keeping import kept_pages
    from gongshi.portal.lately import lately_read
    from gongshi.portal.matching import known_matches
    from gongshi.portal.queries import head_of

    kept_pages.clear()
    known_counts.clear()
    lately_read.clear()
    known_matches.clear()
    head_of.cache_clear()


@pytest.fixture(autouse=True)
def _own_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a command that gives way from slowing down all later tests."""
    monkeypatch.setattr(os, "nice", lambda _: 0)


def chromium() -> Path | None:
    """Return Debian's Chromium, where it is installed."""
    found = shutil.which("chromium")
    return Path(found) if found else None
