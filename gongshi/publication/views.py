"""Publishing a checked batch; the clock is read here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.actions import CannotMove, request_publication
from gongshi.intake.queries import get_batch
from gongshi.publication.tasks import publish_batch


@requires(Permission.RECORD_REVIEW)
@require_POST
def publish(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Hand the batch's good rows to the worker for publication; twice is once."""
    batch = get_batch(request.user, batch_id)
    by = acting(request, Permission.RECORD_REVIEW, unit=batch.unit)
    try:
        if request_publication(batch, by=by, at=timezone.now()):
            publish_batch.enqueue(str(batch.pk))
    except CannotMove:
        messages.error(
            request,
            gettext("Only a batch that was checked can be published."),
        )
    return redirect("validation:batch", batch_id=batch.pk)
