"""Approving a checked batch for publication; the clock is read here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.actions import CannotMove
from gongshi.intake.queries import get_batch
from gongshi.publication.tasks import publish_batch
from gongshi.review.actions import CannotReview, approve_batch
from gongshi.review.messages import sentence


@requires(Permission.RECORD_REVIEW)
@require_POST
def approve(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Approve the batch's good rows and hand them to the worker; twice is once."""
    batch = get_batch(request.user, batch_id)
    by = acting(request, Permission.RECORD_REVIEW, unit=batch.unit)
    checked = "secrecy_checked" in request.POST
    try:
        if approve_batch(batch, by=by, at=timezone.now(), secrecy_checked=checked):
            publish_batch.enqueue(str(batch.pk))
    except CannotMove:
        messages.error(
            request,
            gettext("Only a batch that was checked can be published."),
        )
    except CannotReview as error:
        messages.error(request, sentence(error.code))
    return redirect("validation:batch", batch_id=batch.pk)
