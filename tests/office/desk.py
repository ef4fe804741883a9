"""What an officer does, as tests need it done: files, uploads, a worker's turn."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import StringIO
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from gongshi.accounts.models import Unit
from gongshi.audit.actors import WORKER
from gongshi.intake.actions import receive_file
from gongshi.intake.models import Batch
from gongshi.publication.actions import publish_batch
from gongshi.validation.actions import Hand, check_batch
from tests.factories import AT, BY, LICENCE, approved, jiangsu_licence, upload

UPLOAD = "/office/upload/"
WRONG_CODE: dict[str, str | None] = {"credit_code": "91320703MA1TE5T0XQ"}


def licence_file(*changes: Mapping[str, str | None]) -> bytes:
    """Return a CSV of licences, each valid but for its changes; record 1 is in row 2."""
    form, text = jiangsu_licence(), StringIO()
    lines = csv.writer(text)
    lines.writerow([field.label for field in form.fields])
    for number, change in enumerate(changes, start=12):
        row = (
            dict(LICENCE)
            | {"decision_number": f"连环审〔2016〕{number}号"}
            | dict(change)
        )
        lines.writerow([row[name] for name in form.names])
    return text.getvalue().encode()


def checked_batch(
    unit: Unit, content: bytes, *, at: datetime = AT, by: str = BY.username
) -> Batch:
    """Return the batch of a file received at that time, after the worker's turn."""
    sender = replace(BY, username=by)
    batch = receive_file(upload(content), unit=unit, by=sender, at=at)
    check(batch)
    return batch


def published_batch(unit: Unit, content: bytes) -> Batch:
    """Return the batch of a file whose good rows are public."""
    batch = approved(checked_batch(unit, content))
    publish_batch(batch, at=AT)
    return batch


def check(batch: Batch) -> None:
    """Check the batch as the worker does."""
    assert check_batch(batch, Hand(worker="w", by=WORKER, clock=lambda: AT))
    batch.refresh_from_db()


def form_data(unit: Unit, content: bytes, /, **changes: object) -> dict[str, object]:
    """Return what the upload form sends."""
    file = SimpleUploadedFile("许可.csv", content, content_type="text/csv")
    values = {"unit": unit.code, "file": file, "edition": "", "key": str(uuid4())}
    return {name: v for name, v in (values | changes).items() if v is not None}


def address(batch: Batch | UUID) -> str:
    """Return the address of a batch's page."""
    key = batch.pk if isinstance(batch, Batch) else batch
    return f"/office/batches/{key}/"


def page_of(client: Client, path: str, status: int = 200) -> str:
    """Return a page's text."""
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def queued() -> list[str]:
    """Return the names of the tasks that wait for the worker."""
    paths = DBTaskResult.objects.order_by("enqueued_at").values_list(
        "task_path", flat=True
    )
    return [path.rsplit(".", 1)[-1] for path in paths]
