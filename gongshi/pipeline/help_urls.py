"""Addresses of the help pages, below /help/."""

from django.urls import path

from gongshi.pipeline import help_views

urlpatterns = [
    path("", help_views.page, name="help"),
    path("<slug:name>/", help_views.page, name="help-page"),
]
