"""The catalogue app: what each unit must disclose, in versions."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.catalogue"
