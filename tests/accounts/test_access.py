"""Whose address a request comes from, through as many proxies as are ours."""

from typing import Any

import pytest
from django.test import RequestFactory

from accounts.access import client_ip


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1 , 10.0.0.1", "198.51.100.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (3, "198.51.100.1, 10.0.0.1", "192.0.2.1"),
    ],
)
def test_an_address_that_a_visitor_wrote_does_not_count(
    rf: RequestFactory, settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_ip(request) == expected
