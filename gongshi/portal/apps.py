"""Registers the public store with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The public store; knows the domain and nothing of the registry."""

    name = "gongshi.portal"
    label = "portal"
    verbose_name = _("Public portal")
