"""Readiness: stores, worker, and a public store that follows the registry's feed."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gongshi.domain.feed import Operation
from gongshi.pipeline.steps import beat
from gongshi.portal.actions import CannotApply
from gongshi.portal.models import Cursor
from gongshi.portal.queries import feed_head
from gongshi.publication.consumers import catch_up_portal, follows_feed
from gongshi.publication.models import Change
from tests.factories import AT

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


def _withdrawals(count: int) -> None:
    """Let so many changes be in the feed, not yet on the portal."""
    for sequence in range(1, count + 1):
        Change(
            sequence=sequence,
            record_id=uuid4(),
            operation=Operation.WITHDRAW,
            at=AT,
            payload="{}",
            previous_hash="",
            hash=f"{sequence:064x}",
        ).save()


def _applied(sequence: int, digest: str) -> None:
    """Let the portal have applied a change of some feed last."""
    Cursor.objects.using("portal").update_or_create(
        name="feed", defaults={"sequence": sequence, "hash": digest}
    )


def test_system_with_stores_and_worker_is_ready(client: Client) -> None:
    beat("w", AT)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "stores": {"default": "ok", "portal": "ok"},
        "worker": "ok",
        "feed": "ok",
        "index": "ok",
        "lag_seconds": 0.0,
    }


def test_system_without_a_worker_is_not_ready(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["worker"] == "not seen"


@pytest.mark.parametrize("sequence", [0, 1, 2])
def test_portal_that_lags_follows_the_feed(sequence: int) -> None:
    _withdrawals(2)
    _applied(sequence, f"{sequence:064x}")

    assert follows_feed()


def test_portal_ahead_of_a_restored_registry_is_said(client: Client) -> None:
    beat("w", AT)
    _withdrawals(2)
    _applied(3, "f" * 64)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "gongshi rebuild_portal" in response.json()["feed"]


@pytest.mark.parametrize("sequence", [2, 3])
def test_portal_that_followed_another_feed_applies_nothing(sequence: int) -> None:
    _withdrawals(2)
    _applied(sequence, "f" * 64)

    with pytest.raises(CannotApply) as refused:
        catch_up_portal()

    assert refused.value.code == "forked"
    assert feed_head().sequence == sequence
