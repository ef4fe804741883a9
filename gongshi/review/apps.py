"""The review app: decisions on records before and after publication."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.review"
