"""Addresses of the to-do page and of records, below /office/."""

from django.urls import path

from gongshi.review import views

app_name = "review"

urlpatterns = [
    path("", views.todo, name="todo"),
    path("records/", views.records, name="records"),
    path("records/<uuid:record_id>/", views.record, name="record"),
]
