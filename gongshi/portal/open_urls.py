"""Addresses of the open side: changes, feeds, bulk sets, embeds, crawlers."""

from django.urls import path

from gongshi.portal import changes_views, crawlers
from gongshi.portal.opendata import views as sets

app_name = "open"

urlpatterns = [
    path("open/", sets.index, name="index"),
    path("open/sets/<slug:period>/<slug:name>/", sets.one_set, name="set"),
    path("open/sets/<slug:period>/<slug:name>/<str:file>", sets.download, name="file"),
    path("changes", changes_views.changes, name="changes"),
    path("changes.ndjson", changes_views.stream, name="changes_stream"),
    path("changes/head", changes_views.head, name="changes_head"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemaps, name="sitemaps"),
    path("sitemaps/<int:number>.xml", crawlers.sitemap, name="sitemap"),
]
