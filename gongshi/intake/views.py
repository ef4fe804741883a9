"""The page of tokens: made, shown once, revoked; the clock is read here."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongshi.accounts.access import units_for
from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.accounts.requests import acting, requires
from gongshi.intake.actions_tokens import CannotMake, Made, make_token, revoke_token
from gongshi.intake.forms import TokenForm
from gongshi.intake.queries_tokens import get_token, tokens_for

_USUAL_LIFE = timedelta(days=365)


@requires(Permission.TOKEN_MANAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the units' tokens; make one, whose secret this answer alone holds."""
    units = list(units_for(request.user, Permission.TOKEN_MANAGE))
    at = timezone.now()
    if request.method != "POST":
        return _page(request, _empty_form(units, at))
    form = TokenForm(request.POST, units=units)
    if not form.is_valid():
        return _page(request, form, status=422)
    by = acting(request, Permission.TOKEN_MANAGE, unit=form.chosen_unit)
    try:
        made = make_token(form.wish, unit=form.chosen_unit, by=by, at=at)
    except CannotMake as error:
        form.refuse(error.code)
        return _page(request, form, status=422)
    return _page(request, _empty_form(units, at), made=made)


@requires(Permission.TOKEN_MANAGE)
@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """End one token."""
    token = get_token(request.user, token_id)
    by = acting(request, Permission.TOKEN_MANAGE, unit=token.unit)
    revoke_token(token, by=by, at=timezone.now())
    messages.success(request, gettext("The token is revoked."))
    return redirect("office-api:tokens")


def _empty_form(units: Sequence[Unit], at: datetime) -> TokenForm:
    last = timezone.localdate(at + _USUAL_LIFE)
    return TokenForm(units=units, initial={"expires_on": last, "scope": "submit"})


def _page(
    request: HttpRequest,
    form: TokenForm,
    *,
    made: Made | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    shown = [(token, token.is_usable(at)) for token in tokens_for(request.user)]
    context = {"form": form, "tokens": shown, "made": made}
    return render(request, "office/tokens.html", context, status=status)
