"""Adding and removing second factors: allauth's views, each change an event."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import User
from gongshi.accounts.sign_in.factors import note_factor
from gongshi.accounts.sign_in.sessions import as_themselves
from gongshi.addresses import address_of

_View = Callable[..., HttpResponseBase]
_REMOVE = "office/account/factor_remove.html"
_ACCOUNT = reverse_lazy("account")


def only_with(kind: Authenticator.Type) -> Callable[[_View], _View]:
    """Lead whoever has no factor of this kind to their account instead."""

    def guard(view: _View) -> _View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            factors = Authenticator.objects.filter(user_id=request.user.pk, type=kind)
            if request.user.is_authenticated and not factors.exists():
                return redirect("account")
            return view(request, *args, **kwargs)

        return guarded

    return guard


class _Noting:
    """Writes the event and says what happened, once the form was right."""

    request: HttpRequest
    action: str
    kind: str
    sentence: str | Promise

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do it, note it, say it."""
        parent: Any = super()
        response: HttpResponse = parent.form_valid(form)
        user = self.request.user
        assert isinstance(user, User)
        by = as_themselves(user, address_of(self.request))
        note_factor(user, action=self.action, kind=self.kind, by=by, at=timezone.now())
        messages.success(self.request, str(self.sentence))
        return response


class AddAuthenticator(_Noting, ActivateTOTPView):
    """Shows the secret as a picture and asks for the first code."""

    template_name = "office/account/authenticator.html"
    action, kind = "accounts.add_factor", "totp"
    sentence = _("The code application is set up.")


class RemoveAuthenticator(_Noting, DeactivateTOTPView):
    """Asks whether the code application is to go."""

    template_name = _REMOVE
    success_url = _ACCOUNT
    action, kind = "accounts.remove_factor", "totp"
    question = _("Remove the code application")
    consequence = _(
        "From now on you sign in without its codes. If your role needs a second"
        " factor, you set up another one at once."
    )
    sentence = _("The code application is removed.")


class AddPasskey(_Noting, AddWebAuthnView):
    """Has the browser make a passkey."""

    template_name = "office/account/passkey.html"
    action, kind = "accounts.add_factor", "webauthn"
    sentence = _("The passkey is set up.")


class RemovePasskey(_Noting, RemoveWebAuthnView):
    """Asks whether a passkey is to go."""

    template_name = _REMOVE
    success_url = _ACCOUNT
    action, kind = "accounts.remove_factor", "webauthn"
    question = _("Remove the passkey")
    consequence = _(
        "From now on it no longer signs you in. If your role needs a second factor,"
        " you set up another one at once."
    )
    sentence = _("The passkey is removed.")


class NewRecoveryCodes(_Noting, GenerateRecoveryCodesView):
    """Makes new recovery codes; the old ones are void."""

    template_name = "office/account/recovery_codes_new.html"
    action, kind = "accounts.add_factor", "recovery_codes"
    sentence = _("These are your new recovery codes. The old ones are void.")
