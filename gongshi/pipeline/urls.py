"""Addresses for the machines that watch over the server."""

from django.urls import path

from gongshi.pipeline import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
