"""Addresses of the open side: changes, feeds, bulk sets, embeds, crawlers."""

from django.urls import path

from gongshi.portal import changes_views, crawlers, embedding, feed_views
from gongshi.portal.opendata import views as sets
from gongshi.portal.syndication import ATOM, JSON, SCOPES

app_name = "open"

urlpatterns = [
    path("open/", sets.index, name="index"),
    path("open/sets/<slug:period>/<slug:name>/", sets.one_set, name="set"),
    path(
        "open/sets/<slug:period>/<slug:name>/removed.csv", sets.removed, name="removed"
    ),
    path("open/sets/<slug:period>/<slug:name>/<str:file>", sets.download, name="file"),
    path("changes", changes_views.changes, name="changes"),
    path("changes.ndjson", changes_views.stream, name="changes_stream"),
    path("changes/head", changes_views.head, name="changes_head"),
    path("feeds/all.atom", feed_views.everything, {"form": ATOM}, name="atom"),
    path("feeds/all.json", feed_views.everything, {"form": JSON}, name="json-feed"),
    *(
        path(
            f"feeds/{scope}s/<str:key>.{form}",
            feed_views.of_scope,
            {"scope": scope, "form": form},
            name=f"{scope}-{form}",
        )
        for scope in SCOPES
        for form in (ATOM, JSON)
    ),
    path("embed/units/<str:code>.json", embedding.data, name="embed-data"),
    path("embed/units/<str:code>/", embedding.frame, name="embed"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemaps, name="sitemaps"),
    path("sitemaps/<int:number>.xml", crawlers.sitemap, name="sitemap"),
]
