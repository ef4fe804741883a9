"""All addresses: the public site at the root, the office below /office/."""

from django.urls import include, path

handler404 = "gongshi.portal.pages.not_found"

urlpatterns = [
    # First, as they are asked for most.
    path("", include("gongshi.portal.urls")),
    path("", include("gongshi.pipeline.urls")),
    path("office/", include("gongshi.accounts.sign_in.urls")),
    path("office/", include("gongshi.accounts.urls")),
    path("office/", include("gongshi.catalogue.urls")),
    path("office/", include("gongshi.review.urls")),
    path("office/", include("gongshi.intake.urls")),
    path("office/", include("gongshi.validation.urls")),
    path("api/v1/", include("gongshi.validation.api_urls")),
    path("office/", include("gongshi.publication.urls")),
    path("office/", include("gongshi.assessment.urls")),
    path("office/", include("gongshi.records.identity_urls")),
    path("office/", include("gongshi.pipeline.audit_urls")),
    path("help/", include("gongshi.pipeline.help_urls")),
    path("", include("gongshi.portal.api.urls")),
    path("", include("gongshi.portal.open_urls")),
]
