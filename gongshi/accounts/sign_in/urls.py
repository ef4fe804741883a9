"""Addresses of signing in and of one's own account, below /office/.

Most have allauth's names, by which it finds them.
"""

from allauth.account.views import LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ConfirmByCode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.urls import path

from gongshi.accounts.sign_in import factor_views, views
from gongshi.accounts.sign_in.factor_views import only_with
from gongshi.accounts.sign_in.sign_on_views import come_back, leave_for_provider

_CODES = "office/account/recovery_codes"
TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path(
        "sign-in/second-factor/",
        AuthenticateView.as_view(template_name="office/second_step.html"),
        name="mfa_authenticate",
    ),
    path(
        "sign-in/<str:provider_id>/login/",
        leave_for_provider,
        name="openid_connect_login",
    ),
    path(
        "sign-in/<str:provider_id>/login/callback/",
        come_back,
        name="openid_connect_callback",
    ),
    path(
        "sign-out/",
        LogoutView.as_view(http_method_names=["post", "options"]),
        name="account_logout",
    ),
    # One's own account
    path("account/", views.account, name="account"),
    path(
        "account/sessions/<int:sign_in_id>/end", views.end_session, name="end-session"
    ),
    path(
        "account/password/",
        views.ChangePassword.as_view(),
        name="account_change_password",
    ),
    # Before something that needs care: who is it?
    path(
        "account/confirm/",
        ReauthenticateView.as_view(template_name="office/account/confirm.html"),
        name="account_reauthenticate",
    ),
    path(
        "account/confirm/code/",
        ConfirmByCode.as_view(template_name="office/account/confirm_code.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "account/confirm/passkey/",
        ReauthenticateWebAuthnView.as_view(
            template_name="office/account/confirm_passkey.html"
        ),
        name="mfa_reauthenticate_webauthn",
    ),
    # Second factors
    path("account/second-factor/", views.second_factor, name="second-factor"),
    path(
        "account/authenticator/",
        factor_views.AddAuthenticator.as_view(),
        name="mfa_activate_totp",
    ),
    path(
        "account/authenticator/remove",
        only_with(TOTP)(factor_views.RemoveAuthenticator.as_view()),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/passkeys/add",
        factor_views.AddPasskey.as_view(),
        name="mfa_add_webauthn",
    ),
    path(
        "account/passkeys/<int:pk>/remove",
        factor_views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/recovery-codes/",
        only_with(CODES)(ViewRecoveryCodesView.as_view(template_name=f"{_CODES}.html")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/recovery-codes/new",
        factor_views.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/download",
        only_with(CODES)(
            DownloadRecoveryCodesView.as_view(template_name=f"{_CODES}.txt")
        ),
        name="mfa_download_recovery_codes",
    ),
    # Where allauth goes on after it.
    path("account/factors/", views.account, name="mfa_index"),
]
