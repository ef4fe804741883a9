"""Review and the life after publication, button by button; the clock is read here."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import View, acting, requires
from gongshi.audit.actors import Actor
from gongshi.intake.actions import CannotMove
from gongshi.intake.queries import get_batch
from gongshi.publication import record_actions
from gongshi.publication.actions import CannotWithdraw
from gongshi.publication.actions_life import CannotMark
from gongshi.publication.record_actions import Posted
from gongshi.publication.tasks import publish_batch
from gongshi.records.choosing import CannotChooseItem
from gongshi.records.models import ProposedCorrection, Record
from gongshi.review.actions import CannotReview, approve_batch
from gongshi.review.messages import sentence
from gongshi.review.queries import get_correction, get_record


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


def _on_record(
    permission: Permission, perform: Callable[[Record, Posted], str]
) -> "View[[UUID]]":
    """Return the view of a button that changes a record of the person's units."""

    @requires(permission)
    @require_POST
    def view(request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = get_record(request.user, record_id)
        by = acting(request, permission, unit=record.unit)

        def call(posted: Posted) -> str:
            record_actions.require_seen(record, posted)
            return perform(record, posted)

        _tell(request, by, call)
        return redirect("review:record", record_id=record_id)

    return view


def _on_correction(
    perform: Callable[[ProposedCorrection, Posted], str],
) -> "View[[int]]":
    """Return the view of a button that decides on a proposed correction."""
    permission = Permission.RECORD_REVIEW

    @requires(permission)
    @require_POST
    def view(request: HttpRequest, correction_id: int) -> HttpResponse:
        correction = get_correction(request.user, correction_id, permission)
        record = correction.record
        by = acting(request, permission, unit=record.unit)

        def call(posted: Posted) -> str:
            record_actions.require_seen(record, posted)
            return perform(correction, posted)

        _tell(request, by, call)
        return redirect("review:record", record_id=record.pk)

    return view


def _tell(request: HttpRequest, by: Actor, call: Callable[[Posted], str]) -> None:
    """Do it and say what came of it."""
    try:
        done = call(Posted(values=request.POST, by=by, at=timezone.now()))
    except (CannotReview, CannotWithdraw, CannotMark, CannotChooseItem) as error:
        messages.error(request, sentence(error.code))
    else:
        messages.success(request, done)


approve_record = _on_record(Permission.RECORD_REVIEW, record_actions.approve)
release = _on_record(Permission.RECORD_REVIEW, record_actions.release)
give_back = _on_record(Permission.RECORD_REVIEW, record_actions.give_back)
reopen = _on_record(Permission.RECORD_REVIEW, record_actions.reopen)
resubmit = _on_record(Permission.RECORD_ENTER, record_actions.resubmit)
choose_item = _on_record(Permission.RECORD_ENTER, record_actions.choose_item)
defer = _on_record(Permission.RECORD_HOLD, record_actions.defer)
keep_private = _on_record(Permission.RECORD_HOLD, record_actions.keep_private)
withdraw = _on_record(Permission.RECORD_WITHDRAW, record_actions.withdraw)
mark = _on_record(Permission.RECORD_MARK, record_actions.mark)
settle = _on_record(Permission.RECORD_MARK, record_actions.settle)
unmark = _on_record(Permission.RECORD_MARK, record_actions.unmark)
end_early = _on_record(Permission.RECORD_END, record_actions.end_early)
resume = _on_record(Permission.RECORD_END, record_actions.resume)
correct = _on_correction(record_actions.correct)
refuse = _on_correction(record_actions.refuse)
