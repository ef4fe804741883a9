"""Addresses of review and publication, below /office/."""

from django.urls import path

from gongshi.publication import views

app_name = "publication"

urlpatterns = [
    path("batches/<uuid:batch_id>/approve", views.approve, name="approve-batch"),
]
