"""The catalogue app: items, versions, coverage, nil reports."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.catalogue"
