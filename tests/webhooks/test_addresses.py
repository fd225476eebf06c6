"""Where a webhook may go, and every known way of writing where it may not."""

import ipaddress

import pytest

from webhooks.addresses import AddressRefused, Rules, check_address, parse_url

PUBLIC = Rules(ports=frozenset({443, 8443}))
OWN_NETWORK = Rules(ports=frozenset({443}), networks=(ipaddress.ip_network("10.1.0.0/16"),))
BUILDING = Rules(ports=frozenset({443}), allow_loopback=True)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://lms.example/hooks", "https://lms.example/hooks"),
        ("HTTPS://LMS.Example:443", "https://lms.example/"),
        ("https://lms.example.:8443/a?b=c&d=/", "https://lms.example:8443/a?b=c&d=/"),
        ("https://lms.example/ä?q=ö", "https://lms.example/%C3%A4?q=%C3%B6"),
        ("https://lms.example/%41?", "https://lms.example/%41?"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://93.184.215.14/hook", "https://93.184.215.14/hook"),
        ("https://[2606:2800:21f::1]/hook", "https://[2606:2800:21f::1]/hook"),
    ],
)
def test_public_addresses_are_understood(text: str, url: str) -> None:
    assert parse_url(text, PUBLIC).url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lms.example/hooks",
        "http://lms.example/",
        "ftp://lms.example/",
        "file:///etc/passwd",
        "gopher://lms.example:70/",
        "javascript:alert(1)",
        "https://user:pass@lms.example/",
        "https://user@lms.example/",
        "https://lms.example@127.0.0.1/",
        "https://lms.example/#fragment",
        "https://lms.example:22/",
        "https://lms.example:6379/",
        "https://lms.example:0/",
        "https://lms.example:99999/",
        "https://lms.example:port/",
        "https:///hook",
        "https://",
        "https://lms.example/a b",
        "https://lms.example/\r\nX-Evil: 1",
        "https://lms.example\\@127.0.0.1/",
        "https://lms\u2028.example/",
        "https://lms..example/",
        "https://-lms.example/",
        "https://lms.example%00.example/",
        "https://[::1/",
        "https://[not-an-address]/",
        "https://[fe80::1%25eth0]/",
        "https://" + "a" * 64 + ".example/",
        "https://lms.example/" + "a" * 2000,
    ],
)
def test_what_is_no_webhook_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        parse_url(text, PUBLIC)
    assert (refusal.value.code, refusal.value.field, refusal.value.status) == ("url_not_allowed", "url", 400)
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.01",
        "0",
        "0x",
        "256.256.256.256",
        "1.2.3.4.5",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2002:5db8:d70e::1]",
        "[2001:0:5db8:d70e::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[100::1]",
        "[5f00::1]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "api.localhost",
        "metadata.google.internal",
        "printer.local",
        "intranet",
    ],
)
def test_no_notation_leads_into_a_network_of_ours(host: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        parse_url(f"https://{host}/", PUBLIC)
    assert (refusal.value.code, refusal.value.field) == ("address_not_allowed", "url")


@pytest.mark.parametrize(
    "text", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_a_public_address_may_be_connected_to(text: str) -> None:
    check_address(ipaddress.ip_address(text), PUBLIC)


@pytest.mark.parametrize("text", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
def test_an_operator_may_open_a_network_and_no_more(text: str) -> None:
    check_address(ipaddress.ip_address(text), OWN_NETWORK)
    with pytest.raises(AddressRefused):
        check_address(ipaddress.ip_address("10.2.0.1"), OWN_NETWORK)
    assert parse_url("https://lms.intranet/", OWN_NETWORK).host == "lms.intranet"


def test_while_building_plain_http_goes_to_this_machine_and_nowhere_else() -> None:
    target = parse_url("http://localhost:8123/hook", BUILDING)
    assert (target.scheme, target.host, target.port, target.host_header) == (
        "http",
        "localhost",
        8123,
        "localhost:8123",
    )
    check_address(ipaddress.ip_address("127.0.0.1"), BUILDING)
    for text in ("http://lms.example/", "https://10.0.0.1/", "http://127.0.0.2:8123/"):
        with pytest.raises(AddressRefused):
            parse_url(text, BUILDING)
    with pytest.raises(AddressRefused):
        parse_url("http://localhost:8123/", PUBLIC)
