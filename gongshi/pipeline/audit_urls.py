"""Addresses of the audit trail, below /office/."""

from django.urls import path

from gongshi.pipeline import audit_views

app_name = "audit"

urlpatterns = [
    path("audit/", audit_views.events, name="events"),
    path("audit/export.<str:ending>", audit_views.export, name="export"),
]
