"""Addresses of review and of the life after publication, below /office/."""

from django.urls import path

from gongshi.publication import views

app_name = "publication"

_RECORD = "records/<uuid:record_id>"
_CORRECTION = "corrections/<int:correction_id>"

urlpatterns = [
    path("batches/<uuid:batch_id>/approve", views.approve, name="approve-batch"),
    path(f"{_RECORD}/approve", views.approve_record, name="approve"),
    path(f"{_RECORD}/release", views.release, name="release"),
    path(f"{_RECORD}/return", views.give_back, name="return"),
    path(f"{_RECORD}/reopen", views.reopen, name="reopen"),
    path(f"{_RECORD}/resubmit", views.resubmit, name="resubmit"),
    path(f"{_RECORD}/item", views.choose_item, name="choose-item"),
    path(f"{_RECORD}/defer", views.defer, name="defer"),
    path(f"{_RECORD}/keep-private", views.keep_private, name="keep-private"),
    path(f"{_RECORD}/withdraw", views.withdraw, name="withdraw"),
    path(f"{_RECORD}/mark", views.mark, name="mark"),
    path(f"{_RECORD}/settle", views.settle, name="settle"),
    path(f"{_RECORD}/unmark", views.unmark, name="unmark"),
    path(f"{_RECORD}/end", views.end_early, name="end"),
    path(f"{_RECORD}/resume", views.resume, name="resume"),
    path(f"{_CORRECTION}/take", views.correct, name="correct"),
    path(f"{_CORRECTION}/refuse", views.refuse, name="refuse"),
]
