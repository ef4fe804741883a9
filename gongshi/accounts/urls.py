"""Addresses of signing in and out, below /office/."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from gongshi.accounts.units.urls import urlpatterns as units
from gongshi.accounts.views import SignIn

app_name = "accounts"

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    *units,
]
