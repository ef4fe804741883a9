"""Addresses of publishing, below /office/."""

from django.urls import path

from gongshi.publication import views

app_name = "publication"

urlpatterns = [
    path("batches/<uuid:batch_id>/publish", views.publish, name="publish"),
]
