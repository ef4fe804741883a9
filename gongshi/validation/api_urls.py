"""Addresses of the office API, below /api/v1/."""

from django.urls import path

from gongshi.validation import api, api_pages

urlpatterns = [
    path("openapi.json", api_pages.openapi, name="office-api-openapi"),
    path("docs", api_pages.docs, name="office-api-docs"),
    *api.urls(),
]
