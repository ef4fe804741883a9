"""The catalogue's page says how the unit's site was found, in each state."""

import pytest
from django.test import Client

from gongshi.accounts.models import Unit
from gongshi.catalogue.models import SiteCheck, SiteState
from tests.factories import AT

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HOME = "/office/catalogue/lyg-hbj/"
_SAID = {
    SiteState.OK: "Answers",
    SiteState.ERROR: "Answers with an error",
    SiteState.NO_ANSWER: "Does not answer",
    SiteState.TIMEOUT: "Takes too long",
    SiteState.INSECURE: "Certificate is not trusted",
    SiteState.REDIRECTS: "Redirects too often",
    SiteState.NOT_ALLOWED: "Is no public web address",
}


def _page(client: Client, department: Unit, **found: object) -> str:
    department.site_address = "https://hbj.example/"
    department.save()
    values = {
        "address": department.site_address,
        "checked_at": AT,
        "due_at": AT,
    } | found
    SiteCheck.objects.create(unit=department, **values)
    return " ".join(client.get(HOME).content.decode().split())


@pytest.mark.parametrize("state", SiteState)
def test_state_of_a_site_is_said_in_words_and_good_only_where_it_answers(
    drafter: Client, department: Unit, state: SiteState
) -> None:
    page = _page(drafter, department, state=state)

    said = page.split("<dt>Last check</dt>")[1].split("</dd>")[0]
    is_good = state == SiteState.OK
    assert f"</svg> {_SAID[state]}</span>" in said
    assert ("badge-state-good" in said, "badge-state-bad" in said) == (
        is_good,
        not is_good,
    )
    assert "2016-03-01 10:00" in said


def test_answer_of_a_site_and_the_address_it_was_asked_at_are_said(
    drafter: Client, department: Unit
) -> None:
    page = _page(
        drafter, department, state="error", status=404, address="https://old.example/"
    )

    assert "Answers with an error (404)" in page
    assert "https://old.example/" in page


def test_site_that_was_only_claimed_has_no_state(
    drafter: Client, department: Unit
) -> None:
    assert "Last check" not in _page(drafter, department, state="", checked_at=None)
