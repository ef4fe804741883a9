"""Registers the public store with Django."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The public store; knows the domain and nothing of the registry."""

    name = "gongshi.portal"
    label = "portal"
    verbose_name = _("Public portal")

    def ready(self) -> None:
        """Have Django's checks look at the store's form, whatever command is run."""
        from gongshi.portal.formats import check_format

        register(check_format)
