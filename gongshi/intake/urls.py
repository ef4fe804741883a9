"""Addresses of the page of tokens, below /office/."""

from django.urls import path

from gongshi.intake import views

app_name = "office-api"

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke", views.revoke, name="revoke-token"),
]
