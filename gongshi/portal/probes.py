"""What machines ask a portal apart: does it live, can it read its store."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongshi.portal.formats import index_state
from gongshi.portal.queries import feed_head
from gongshi.portal.store import STORE
from gongshi.portal.store_state import OK, state_of


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the store can be read, and up to which change it goes; else 503."""
    state = state_of(STORE)
    is_ready = state == OK
    head = feed_head().sequence if is_ready else None
    index = index_state() if is_ready else "unknown"
    return JsonResponse(
        {"ready": is_ready, "stores": {STORE: state}, "change": head, "index": index},
        status=200 if is_ready else 503,
    )
