"""Addresses of the office: batches, upload, blank forms, below /office/."""

from django.urls import path

from gongshi.domain.standards import Person
from gongshi.validation import views

app_name = "validation"

urlpatterns = [
    path("", views.batches, name="batches"),
    path("upload/", views.upload, name="upload"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("batches/<uuid:batch_id>/workbook", views.workbook, name="workbook"),
    path("template/<str:edition>/<str:kind>", views.template, name="template"),
    path(
        "template/<str:edition>/<str:kind>/natural",
        views.template,
        {"person": Person.NATURAL},
        name="template-natural",
    ),
]
