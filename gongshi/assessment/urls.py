"""Addresses of coverage and nil reports, below /office/coverage/."""

from django.urls import path

from gongshi.assessment import views

app_name = "assessment"

urlpatterns = [
    path("coverage/", views.covered, name="coverage"),
    path("coverage/<str:code>/", views.unit, name="unit"),
    path("coverage/<str:code>/<str:month>/nil-report", views.file, name="file"),
]
