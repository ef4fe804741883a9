"""The audit app: append-only events."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.audit"
