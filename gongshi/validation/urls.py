"""Addresses of the office: batches, upload, blank forms, below /office/."""

from django.urls import path

from gongshi.domain.standards import Person
from gongshi.validation import views
from gongshi.validation.power_lists import views as power_lists

app_name = "validation"

urlpatterns = [
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
    path("power-lists/blank", power_lists.power_list_blank, name="power-list-blank"),
    path(
        "power-lists/<int:key>/",
        power_lists.power_list_result,
        name="power-list-result",
    ),
    path(
        "power-lists/<int:key>/workbook",
        power_lists.power_list_workbook,
        name="power-list-workbook",
    ),
    path("catalogue/<str:code>/import/", power_lists.power_list, name="power-list"),
]
