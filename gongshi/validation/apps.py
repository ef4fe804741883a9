"""Django's name for the checking of batches."""

from django.apps import AppConfig


class ValidationConfig(AppConfig):
    """Findings and how often each rule failed."""

    name = "gongshi.validation"
