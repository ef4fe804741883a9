"""A reviewer without a second factor is stopped, and gets on with a passkey."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Visit, give_password, look
from tests.journeys.town import NEWCOMER, Town

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


def _has_a_fingerprint_reader(page: Page) -> None:
    """Give the window an authenticator that always finds its person."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_reviewer_without_second_factor_is_stopped_until_there_is_one(
    town: Town, visit: Visit
) -> None:
    # Passkeys are for names, not for bare network addresses.
    site = town.address.replace("127.0.0.1", "localhost")
    visit.also(site)
    page = visit.open()
    _has_a_fingerprint_reader(page)

    look(page, at=f"{site}/office/batches/")
    give_password(page, NEWCOMER)
    page.wait_for_url("**/office/account/second-factor/")
    look(page)
    for path in ("/office/", "/office/batches/", "/office/account/"):
        page.goto(f"{site}{path}")
        assert page.url.endswith("/office/account/second-factor/")

    page.click("a[href='/office/account/passkeys/add']")
    look(page)
    page.fill("#id_name", "办公电脑")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/office/account/recovery-codes/")
    look(page)
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    look(page, at=f"{site}/office/account/")
    expect(page.locator("main")).to_contain_text("办公电脑")

    page.click("details.who summary")
    page.click("form.sign-out button")
    page.wait_for_url(f"{site}/")
    look(page, at=f"{site}/office/batches/")
    give_password(page, NEWCOMER)
    assert page.url.endswith("/office/sign-in/second-factor/")
    look(page)
    page.click("form[data-passkey] button")
    page.wait_for_url("**/office/batches/")
    expect(page.locator("h1")).to_be_visible()
