"""The records app: the table of truth."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.records"
