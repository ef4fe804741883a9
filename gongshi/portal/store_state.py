"""Whether a store can be asked, and has all its tables."""

from django.db import Error, connections, router
from django.db.migrations.executor import MigrationExecutor

OK, UNREACHABLE, MIGRATIONS_MISSING = "ok", "unreachable", "migrations missing"


def state_of(alias: str) -> str:
    """Return `OK`, `UNREACHABLE` or `MIGRATIONS_MISSING` for the store of that alias."""
    try:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return UNREACHABLE
    own = [step for step, _ in plan if router.allow_migrate(alias, step.app_label)]
    return MIGRATIONS_MISSING if own else OK
