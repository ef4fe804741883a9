"""All addresses: the public site at the root, the office below /office/."""

from django.urls import include, path

urlpatterns = [
    path("", include("gongshi.pipeline.urls")),
    path("", include("gongshi.portal.urls")),
]
