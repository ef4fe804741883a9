"""What machines ask a portal apart: does it live, can it read its store."""

from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongshi.portal.queries import feed_head
from gongshi.portal.store import STORE


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the store can be read, and up to which change it goes; else 503."""
    state = _store_state()
    head = feed_head().sequence if state == "ok" else None
    return JsonResponse(
        {"ready": state == "ok", "stores": {STORE: state}, "change": head},
        status=200 if state == "ok" else 503,
    )


def _store_state() -> str:
    try:
        executor = MigrationExecutor(connections[STORE])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "unreachable"
    return "migrations missing" if plan else "ok"
