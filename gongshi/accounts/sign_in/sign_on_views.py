"""To the government's single sign-on and back."""

from allauth.socialaccount.providers.openid_connect import views as openid
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST


@require_POST
def leave_for_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Begin a sign-in and lead to the provider.

    By a page that goes on by itself: browsers apply `form-action` to where a form's
    redirects lead, and nobody knows through how many hosts a provider leads.
    """
    response: HttpResponse = openid.login(request, provider_id)
    if not isinstance(response, HttpResponseRedirect):
        return response
    if response.url.startswith("/"):
        return response  # it failed; the sign-in page says so
    return render(request, "office/leave.html", {"there": response.url})


@require_GET
@transaction.atomic
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Let in whom the provider names.

    One transaction: what it tells of a person is never committed.
    """
    response: HttpResponse = openid.callback(request, provider_id)
    return response
