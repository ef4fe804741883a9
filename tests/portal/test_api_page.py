"""docs/api.md shows addresses of the public side that work as they stand there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.portal.chain import apply_chained
from tests.portal.changes import TODAY, change, record_id

pytestmark = pytest.mark.django_db(databases=["portal"])

_PAGE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
_PUBLIC = _PAGE[_PAGE.index("## Public API") :]
_CODE = "91320703MA1TE5T0XR"
_SHOWN = sorted(
    set(
        re.findall(r"`(?:GET )?(/[^\s`]*)`", _PUBLIC)
        + re.findall(r"https://gongshi\.example\.gov\.cn(/[^\s\"<`]*)", _PUBLIC)
    )
)


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    apply_chained(change(1, unit_code="lyg-hbj", credit_code=_CODE))


def test_page_shows_every_part() -> None:
    for part in ("/open/api/v1/records", "/feeds/units/", "/changes", "/embed/units/"):
        assert any(address.startswith(part) for address in _SHOWN), part


@pytest.mark.parametrize("address", _SHOWN)
def test_address_that_is_shown_is_answered(address: str) -> None:
    filled = address.format(record_id=record_id(1), credit_code=_CODE, code="lyg-hbj")
    if filled in ("/open/api/v1/", "/static/gongshi/embed.js"):
        return  # a beginning; a file that the next test looks at

    assert Client().get(filled).status_code == 200


def test_script_and_options_are_those_that_are_shown() -> None:
    script = (Path(settings.BASE_DIR) / "static" / "gongshi" / "embed.js").read_text()

    for name in ("data-gongshi-unit", "gongshi-records", "gongshi-more"):
        assert name in script
        assert name in _PUBLIC
    assert 'getAttribute("data-gongshi-" + name)' in script
