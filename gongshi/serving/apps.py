"""Registers the web server with Django, for its command."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    """The web server; needs no store."""

    name = "gongshi.serving"
    label = "serving"
