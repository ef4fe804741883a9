"""Addresses of the office: batches, upload, blank forms, below /office/."""

from collections.abc import Callable, Iterator

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from gongshi.domain.standards import Person
from gongshi.validation import draft_views, entry_views, views, workbook_views
from gongshi.validation.power_lists import views as power_lists

app_name = "validation"


def _entry(
    end: str, name: str, view: Callable[..., HttpResponseBase]
) -> Iterator[URLPattern]:
    """Yield the addresses of a form, and of the one for natural persons beside it."""
    form = "records/new/<str:edition>/<str:kind>/"
    yield path(f"{form}{end}", view, name=name)
    natural = {"person": Person.NATURAL}
    yield path(f"{form}natural/{end}", view, natural, name=f"{name}-natural")


urlpatterns = [
    path("batches/", views.batches, name="batches"),
    path("upload/", views.upload, name="upload"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("batches/<uuid:batch_id>/workbook", workbook_views.workbook, name="workbook"),
    path(
        "batches/<uuid:batch_id>/to-correct",
        workbook_views.to_correct,
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
    path(
        "catalogue/power-lists/blank",
        power_lists.power_list_blank,
        name="power-list-blank",
    ),
    path(
        "catalogue/power-lists/<int:key>/",
        power_lists.power_list_result,
        name="power-list-result",
    ),
    path(
        "catalogue/power-lists/<int:key>/workbook",
        power_lists.power_list_workbook,
        name="power-list-workbook",
    ),
    path("catalogue/<str:code>/import/", power_lists.power_list, name="power-list"),
    path("records/new/", draft_views.enter, name="enter"),
    *_entry("", "entry", entry_views.entry),
    *_entry("check", "entry-check", entry_views.entry_check),
    *_entry("fill", "entry-fill", entry_views.entry_fill),
    *_entry("draft", "entry-draft", entry_views.entry_draft),
    path("subjects/<str:unit>", draft_views.subjects, name="subjects"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<uuid:draft_id>/delete", draft_views.drop_draft, name="drop-draft"),
]
