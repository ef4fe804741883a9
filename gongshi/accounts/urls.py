"""Addresses of units and people, below /office/; see sign_in.urls for signing in."""

from gongshi.accounts.people.urls import urlpatterns as people
from gongshi.accounts.units.urls import urlpatterns as units

app_name = "accounts"

urlpatterns = [*units, *people]
