"""Addresses of the to-do page and of records, below /office/."""

from django.urls import path

from gongshi.review import edit_views, views

app_name = "review"

urlpatterns = [
    path("", views.todo, name="todo"),
    path("records/", views.records, name="records"),
    path("records/<uuid:record_id>/", views.record, name="record"),
    path("records/<uuid:record_id>/edit/", edit_views.edit, name="edit"),
    path(
        "records/<uuid:record_id>/edit/check", edit_views.edit_check, name="edit-check"
    ),
]
