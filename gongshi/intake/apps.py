"""The intake app: files and batches as received."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.intake"
