"""The publication app: the change feed."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.publication"
