"""Addresses of the public site; those of records, lists and units are permanent."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from gongshi.portal.views import choices, figures, lists, records, search, units

app_name = "portal"

urlpatterns = [
    path("", lists.home, name="home"),
    path("records/<uuid:record_id>/", records.record, name="record"),
    path("search", search.search, name="search"),
    path("people/", search.person, name="person"),
    # Lists of what was published in the last ten days
    path("lists/", lists.all_kinds, name="lists"),
    path("kinds/<slug:kind>/", lists.of_kind, name="kind"),
    path("regions/<str:code>/", lists.of_region, name="region"),
    # Who discloses what
    path("units/", units.units, name="units"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("catalogue/", units.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", units.unit_catalogue, name="unit-catalogue"),
    path("items/<path:code>/", units.item, name="item"),
    path("subjects/<str:credit_code>/", units.subject, name="subject"),
    # What was taken away
    path("withdrawals/", records.withdrawals, name="withdrawals"),
    # Figures and explanations
    path("statistics/", figures.statistics, name="statistics"),
    path("about/", figures.about, name="about"),
    # What a reader chooses for all pages
    path("appearance/", choices.appearance, name="appearance"),
    # Only sets the language cookie; without a token public pages need no cookie.
    path("language/", csrf_exempt(set_language), name="language"),
]
