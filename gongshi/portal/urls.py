"""Addresses of the public site; those of records are permanent."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from gongshi.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("records/<uuid:record_id>/", views.record, name="record"),
    # Only sets the language cookie; without a token public pages need no cookie.
    path("language/", csrf_exempt(set_language), name="language"),
]
