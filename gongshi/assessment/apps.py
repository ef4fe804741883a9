"""The assessment app: coverage and nil reports."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.assessment"
