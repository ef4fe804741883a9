"""The pages on coverage and nil reports; the clock is read here."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongshi.accounts.access import can, get_unit, units_for
from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.assessment import actions
from gongshi.assessment.actions import CannotFile
from gongshi.assessment.forms import NilReportForm
from gongshi.assessment.months import Month
from gongshi.assessment.queries import (
    Cover,
    coverage,
    has_unbound_records,
    item_coverage,
    kinds_with_records,
    reports_of,
)
from gongshi.catalogue.models import Kind

_PAGE = 25
READ, FILE = Permission.CATALOGUE_READ, Permission.NIL_REPORT_FILE
_REFUSALS: Mapping[str, Promise] = {
    "no-reason": gettext_lazy("Say why there was nothing to disclose."),
    "no-kind": gettext_lazy("Tick what there was none of."),
    "future-month": gettext_lazy("This month has not begun yet."),
    "before-start": gettext_lazy(
        "The unit did not disclose decisions in this month yet."
    ),
    "unit-absent": gettext_lazy("The unit did not exist in this month."),
    "has-records": gettext_lazy(
        "There are records of this kind in the month, so that there is nothing to report."
    ),
    "filed-already": gettext_lazy("The nil report was filed already."),
}


@requires(READ)
@never_cache
@require_safe
def covered(request: HttpRequest) -> HttpResponse:
    """Show how every unit covers a month, by default the last that is over.

    Those with neither records nor a report stand first.
    """
    month = _month(request)
    units = list(units_for(request.user, READ).select_related("superior"))
    all_units = coverage(units, month)
    only_missing = request.GET.get("show") == "missing"
    shown = [each for each in all_units if each.is_missing]
    if not only_missing:
        shown += [each for each in all_units if not each.is_missing]
    context = {
        "month": month,
        "is_open": month.next.first > timezone.localdate(),
        "page": Paginator(shown, _PAGE).get_page(request.GET.get("page")),
        "only_missing": only_missing,
        "missing": sum(each.is_missing for each in all_units),
        "nil": sum(Cover.NIL in (u.licences, u.penalties) for u in all_units),
        "items": sum(each.items for each in all_units),
        "items_without": sum(each.items_without for each in all_units),
    }
    return render(request, "assessment/coverage.html", context)


@requires(READ)
@never_cache
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit's month: items without a record, nil reports."""
    found = get_unit(request.user, code, READ)
    return _unit_page(request, found, _month(request), NilReportForm())


@requires(FILE)
@require_POST
def file(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """File a nil report."""
    found = get_unit(request.user, code, FILE)
    named = Month.parse(month)
    if named is None:
        raise Http404
    form = NilReportForm(request.POST)
    if not form.is_valid():
        return _unit_page(request, found, named, form, status=422)
    kinds = [Kind(kind) for kind in form.cleaned_data["kinds"]]
    by, reason = acting(request, FILE, unit=found), form.cleaned_data["reason"]
    try:
        actions.file_nil_report(
            found, named, kinds, reason=reason, by=by, at=timezone.now()
        )
    except CannotFile as error:
        form.add_error(None, str(_REFUSALS[error.code]))
        return _unit_page(request, found, named, form, status=422)
    messages.success(request, gettext("The nil report is filed."))
    return redirect(f"{reverse('assessment:unit', args=[code])}?month={named}")


def _unit_page(
    request: HttpRequest,
    found: Unit,
    month: Month,
    form: NilReportForm,
    *,
    status: int = 200,
) -> HttpResponse:
    (covers,) = coverage([found], month)
    reports = reports_of(found, month)
    reported = {report.kind for report in reports}
    open_kinds = [
        (kind.value, kind.label)
        for kind in Kind
        if kind not in kinds_with_records(found, month) and kind not in reported
    ]
    is_begun = month.first <= timezone.localdate()
    context = {
        "unit": found,
        "month": month,
        "coverage": covers,
        "items": item_coverage(found, month),
        "has_unbound": has_unbound_records(found, month),
        "reports": reports,
        "form": form,
        "open_kinds": open_kinds,
        "can_file": bool(open_kinds)
        and is_begun
        and found.discloses_in(month.first, month.last)
        and can(request.user, FILE, found),
    }
    return render(request, "assessment/unit.html", context, status=status)


def _month(request: HttpRequest) -> Month:
    asked = Month.parse(request.GET.get("month", ""))
    return asked or Month.of(timezone.localdate()).previous
