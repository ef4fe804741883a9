"""Where a request comes from, straight and behind a proxy."""

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from gongshi.accounts.requests import address_of


def _address(forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    return address_of(request)


def test_visitor_cannot_make_up_an_address(settings: LazySettings) -> None:
    settings.TRUSTED_PROXY = False

    assert _address("203.0.113.7") == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1,2001:db8::1", "2001:db8::1"),
        ("fe80::1%" + "a" * 100, "fe80::1"),
        ("1.1.1.1, <script>", "10.0.0.1"),
        ("", "10.0.0.1"),
        (None, "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_the_last_entry_counts(
    settings: LazySettings, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY = True

    assert _address(forwarded) == address
