"""What machines ask the server: does it live, can it work."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongshi.pipeline.health import readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say what is ready and what is not; 503 where something is missing."""
    state = readiness(timezone.now())
    return JsonResponse(
        {"ready": state.is_ready, **asdict(state)},
        status=200 if state.is_ready else 503,
    )
