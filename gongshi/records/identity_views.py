"""The page that shows a record's unmasked values once; the clock is read here."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.audit.presenting import name_of
from gongshi.records.identity_form import RevealForm
from gongshi.records.revealing import RevealReason, record_to_reveal, reveal
from gongshi.records.sealing import CannotUnseal


@requires(Permission.RECORD_REVEAL)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal_identity(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Ask for the reason; with one, show what is masked, this once.

    Where nothing is masked nothing is asked, and there is no event.
    """
    record = record_to_reveal(request.user, record_id)
    if record.sealed is None:
        return render(request, "office/reveal.html", {"record": record})
    form = RevealForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"record": record, "form": form}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "office/reveal.html", context, status=status)
    by = acting(request, Permission.RECORD_REVEAL, unit=record.unit)
    try:
        values = reveal(
            record,
            kind=RevealReason(form.cleaned_data["kind"]),
            reason=form.cleaned_data["reason"],
            by=by,
            at=timezone.now(),
        )
    except CannotUnseal:
        context["is_damaged"] = True
        return render(request, "office/reveal.html", context, status=409)
    context["values"] = [(name_of(name), text) for name, text in values.items()]
    return render(request, "office/revealed.html", context)
