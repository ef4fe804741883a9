"""Django's name for the worker's app."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """The worker and the commands that start the system."""

    name = "gongshi.pipeline"
