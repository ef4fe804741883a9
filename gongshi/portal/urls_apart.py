"""All addresses of a portal apart from the registry: the public ones only."""

from django.urls import include, path

from gongshi.portal import probes

handler404 = "gongshi.portal.pages.not_found"

urlpatterns = [
    # First, as they are asked for most.
    path("", include("gongshi.portal.urls")),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("", include("gongshi.portal.api.urls")),
    path("", include("gongshi.portal.open_urls")),
]
