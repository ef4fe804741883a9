"""Addresses of the office: batches, upload, blank forms, below /office/."""

from django.urls import path

from gongshi.domain.standards import Person
from gongshi.validation import views

app_name = "validation"

urlpatterns = [
    path("", views.home, name="home"),
    path("batches/", views.batches, name="batches"),
    path("upload/", views.upload, name="upload"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("batches/<uuid:batch_id>/workbook", views.workbook, name="workbook"),
    path(
        "batches/<uuid:batch_id>/to-correct",
        views.to_correct,
        name="to-correct",
    ),
    path("batches/<uuid:batch_id>/confirm", views.confirm, name="confirm"),
    path("template/<str:edition>/<str:kind>", views.template, name="template"),
    path(
        "template/<str:edition>/<str:kind>/natural",
        views.template,
        {"person": Person.NATURAL},
        name="template-natural",
    ),
]
