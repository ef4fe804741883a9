"""What machines that watch over the server are told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from gongshi.domain.feed import Operation
from gongshi.pipeline.steps import ALIVE, beat
from gongshi.publication.models import Change
from tests.factories import AT

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


def test_process_that_answers_is_healthy(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_open_no_session_and_take_no_writes(client: Client, path: str) -> None:
    assert not client.get(path).cookies
    assert client.post(path).status_code == 405


def test_worker_that_fell_silent_makes_the_system_unready(client: Client) -> None:
    beat("w", AT - ALIVE)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["worker"] == "not seen"


@pytest.mark.parametrize(
    ("store", "app"), [("default", "records"), ("portal", "portal")]
)
def test_missing_migration_is_named_with_its_store(
    client: Client, store: str, app: str
) -> None:
    beat("w", AT)
    MigrationRecorder.Migration.objects.using(store).filter(app=app).delete()

    response = client.get("/readyz")

    others = {"default": "ok", "portal": "ok"}
    assert response.status_code == 503
    assert response.json()["stores"] == {**others, store: "migrations missing"}
    assert response.json()["lag_seconds"] is None


def test_lag_is_the_age_of_the_oldest_change_not_yet_public(client: Client) -> None:
    beat("w", AT)
    for sequence, age in ((1, 90), (2, 30)):
        Change(
            sequence=sequence,
            record_id=uuid4(),
            operation=Operation.WITHDRAW,
            at=AT - timedelta(seconds=age),
            payload="{}",
            previous_hash="",
            hash=f"{sequence:064x}",
        ).save()

    response = client.get("/readyz")

    assert response.json()["lag_seconds"] == 90.0
