"""The same decision has the same id; a masked name cannot be guessed from it."""

from collections.abc import Mapping
from uuid import UUID

import polars as pl
import pytest

from gongshi.records.identity import record_ids

DECISION: Mapping[str, str | None] = {
    "person": "legal",
    "authority": "连云港市环境保护局",
    "decision_number": "连环审〔2016〕12号",
    "subject_name": "连云港苍梧化工有限公司",
    "decision_date": "2016-02-26",
    "item_name": "环评审批",
    "licence_content": "同意。",
}


def id_of(*, kind: str = "licence", **changes: str | None) -> str:
    """Return the id of the decision with the changes."""
    frame = pl.DataFrame([dict(DECISION) | changes], schema_overrides={"x": pl.String})
    identifier = record_ids(frame, kind=kind).item()
    assert isinstance(identifier, str)
    return identifier


def test_id_is_the_same_at_every_node(monkeypatch: pytest.MonkeyPatch) -> None:
    here = id_of()
    monkeypatch.setattr(
        "django.conf.settings.LOOKUP_KEY", b"another node's key of 32 bytes.."
    )

    assert id_of() == here == "dbd975c202938be88666c69057527d96"


def test_id_is_a_uuid_of_our_own_making() -> None:
    identifier = UUID(id_of())

    assert identifier.version == 8


@pytest.mark.parametrize(
    "change",
    [
        {"authority": "连云港市安监局"},
        {"decision_number": "连环审〔2016〕13号"},
        {"subject_name": "连云港海州化工有限公司"},
    ],
)
def test_another_decision_has_another_id(change: dict[str, str | None]) -> None:
    assert id_of(kind="licence", **change) != id_of()


def test_kinds_do_not_share_ids() -> None:
    assert id_of(kind="penalty") != id_of(kind="licence")


def test_spelling_does_not_change_the_id() -> None:
    assert (
        id_of(
            decision_number="连环审[2016]１２号", subject_name="连云港苍梧化工 有限公司"
        )
        == id_of()
    )


def test_content_does_not_change_the_id_of_a_numbered_decision() -> None:
    assert id_of(licence_content="另有内容。", decision_date="2016-02-25") == id_of()


@pytest.mark.parametrize("field", ["item_name", "licence_content", "decision_date"])
def test_without_a_number_the_content_tells_decisions_apart(field: str) -> None:
    numberless = {"decision_number": "空"}

    assert id_of(**numberless, **{field: "2016-01-01"}) != id_of(**numberless)


def test_natural_persons_id_needs_the_secret_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = id_of(person="natural")
    monkeypatch.setattr(
        "django.conf.settings.LOOKUP_KEY", b"another node's key of 32 bytes.."
    )

    assert id_of(person="natural") not in (here, id_of(person="legal"))
