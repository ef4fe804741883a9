"""Addresses of the catalogues, below /office/catalogue/."""

from django.urls import path

from gongshi.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("catalogue/", views.catalogues, name="catalogues"),
    path("catalogue/items/<int:key>/", views.item, name="item"),
    path("catalogue/items/<int:key>/change", views.change, name="change"),
    path("catalogue/items/<int:key>/remove", views.remove, name="remove"),
    path("catalogue/<str:code>/", views.catalogue, name="catalogue"),
    path("catalogue/<str:code>/draft/begin", views.begin, name="begin"),
    path("catalogue/<str:code>/draft/discard", views.discard, name="discard"),
    path("catalogue/<str:code>/draft/date", views.propose, name="propose"),
    path("catalogue/<str:code>/draft/add", views.add, name="add"),
    path("catalogue/<str:code>/draft/approve", views.approve, name="approve"),
    path("catalogue/<str:code>/versions/<int:number>/", views.version, name="version"),
    path(
        "catalogue/<str:code>/versions/<int:number>/compare",
        views.comparison,
        name="comparison",
    ),
    path(
        "catalogue/<str:code>/versions/<int:number>/export.xlsx",
        views.export,
        {"ending": "xlsx"},
        name="export-xlsx",
    ),
    path(
        "catalogue/<str:code>/versions/<int:number>/export.csv",
        views.export,
        {"ending": "csv"},
        name="export-csv",
    ),
]
