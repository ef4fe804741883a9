"""Addresses of unmasked identity numbers, below /office/."""

from django.urls import path

from gongshi.records import identity_views

app_name = "identity"

urlpatterns = [
    path(
        "records/<uuid:record_id>/reveal/",
        identity_views.reveal_identity,
        name="reveal",
    ),
]
