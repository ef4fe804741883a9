"""The accounts app: units, people, roles."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the app to Django."""

    name = "gongshi.accounts"
