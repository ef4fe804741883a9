"""Addresses of signing in and of one's own account, below /office/.

They have allauth's names, by which it finds them.
"""

from allauth.account.views import LogoutView
from django.urls import path

from gongshi.accounts.sign_in.views import ChangePassword, SignIn

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path(
        "sign-out/",
        LogoutView.as_view(http_method_names=["post", "options"]),
        name="account_logout",
    ),
    path("account/password/", ChangePassword.as_view(), name="account_change_password"),
]
