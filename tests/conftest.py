"""What all tests share: an own data folder, and which tests the machine can run."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

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


def chromium() -> Path | None:
    """Return Debian's Chromium, where it is installed."""
    found = shutil.which("chromium")
    return Path(found) if found else None
