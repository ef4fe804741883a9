"""Addresses of publication sites: which can be published."""

import pytest

from gongshi.domain.web_address import is_site_address


@pytest.mark.parametrize(
    "address",
    [
        "http://www.example.gov.cn/",
        "https://www.example.gov.cn:8443/公示?id=1#top",
        "HTTP://EXAMPLE.GOV.CN",
        "http://中国.cn/",
        "http://10.1.2.3/xzgs/",
    ],
)
def test_a_whole_web_address_is_one(address: str) -> None:
    assert is_site_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "www.example.gov.cn", "ftp://example.gov.cn/", "javascript:alert(1)"),
        *("http://localhost/", "http://[::1]/", "http://[x", "http://.cn/"),
        *("http://u:p@example.cn/", "http://@example.cn/", "http://a..cn/"),
        *("http://example.cn:99999/", "http://example.cn:0/", "http://example.cn:x/"),
        *("http://exa mple.cn/", "http://example.cn/<b>", "http://example.cn/\x00"),
    ],
)
def test_what_is_none_or_tells_more_is_refused(address: str) -> None:
    assert not is_site_address(address)
