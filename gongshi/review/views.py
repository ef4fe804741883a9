"""The to-do page, the list of records and a record's page; the clock is read here."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongshi.accounts.access import can, units_for
from gongshi.accounts.models import User
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import requires
from gongshi.records.listing import list_records
from gongshi.review import queries
from gongshi.review.notices import mark_read
from gongshi.review.record_filter import RecordFilter
from gongshi.review.record_page import RecordPage


@requires(Permission.UNIT_READ)
@never_cache
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, most urgent first.

    Who may not read records is led to what else there is to look after.
    """
    assert isinstance(request.user, User)
    if not can(request.user, Permission.RECORD_READ):
        return render(request, "office/start.html")
    today = timezone.localdate()
    context = {
        "todo": queries.todo(request.user, on=today, calendar=settings.CALENDAR),
        "today": today,
        "can_enter": can(request.user, Permission.RECORD_ENTER),
        "can_review": can(request.user, Permission.RECORD_REVIEW),
        "can_read": can(request.user, Permission.RECORD_READ),
    }
    return render(request, "office/todo.html", context)


@requires(Permission.RECORD_READ)
@never_cache
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """List records of the person's units, narrowed and in order."""
    today = timezone.localdate()
    units = list(units_for(request.user, Permission.RECORD_READ))
    chosen = RecordFilter(request.GET, units=units)
    asked = chosen.asked(on=today, calendar=settings.CALENDAR)
    after = request.GET.get("after", "")
    context = {
        "page": list_records(asked, after=after),
        "unknown": queries.left_out(asked),
        "filter": chosen,
        "is_first": not after,
        "today": today,
    }
    return render(request, "office/records.html", context)


@requires(Permission.RECORD_READ)
@never_cache
@require_safe
def record(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Show one record with its story; its news count as read."""
    assert isinstance(request.user, User)
    found = queries.get_record(request.user, record_id)
    if request.method == "GET":
        mark_read(found, user=request.user.username, at=timezone.now())
    context = {
        "page": RecordPage(found, request.user),
        "record": found,
        "today": timezone.localdate(),
    }
    return render(request, "office/record.html", context)
