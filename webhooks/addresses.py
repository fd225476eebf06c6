"""Which addresses a webhook may go to: an institution must not reach into the network we stand in. Pure."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from accounts.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2000
HTTPS_PORT = 443
HTTP_PORT = 80
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# Names that only a local network answers.
LOCAL_SUFFIXES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "onion")

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# Public by Python's tables, or on the way to somewhere else than the address says.
_NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # the host beneath a machine at Azure
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "2002::/16",  # 6to4
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)


class AddressRefused(DomainError):
    """A webhook may not go there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation allows beside public https: networks of its own, and itself while being built."""

    ports: frozenset[int]
    networks: tuple[Network, ...] = ()
    allow_loopback: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL. `host` is in ASCII without brackets; `path` holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = HTTPS_PORT if self.scheme == "https" else HTTP_PORT
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host_header}{self.path}"


def parse_url(text: str, rules: Rules) -> Target:
    """The place that a URL names, if a webhook may go there; what its name resolves to is judged later.

    Raises:
        AddressRefused: in words for whoever typed it.
    """
    if not text or len(text) > LONGEST_URL:
        raise _refused(f"Give an address of at most {LONGEST_URL} characters.")
    if _NOT_IN_URL.search(text):
        raise _refused("The address holds spaces, control characters or backslashes.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refused("This is not an address that can be read.") from error
    if parts.scheme not in ("https", "http"):
        raise _refused("The address must begin with https://.")
    if "@" in parts.netloc:
        raise _refused("Leave user name and password out of the address; the signature says who we are.")
    if "#" in text:
        raise _refused("Leave out the part after #; it is never sent.")
    host = _host(parts.hostname or "")
    target = Target(
        parts.scheme, host, _port(parts.scheme, port), _path(parts.path, parts.query, asked="?" in text)
    )
    _check(target, rules)
    return target


def check_address(address: Address, rules: Rules) -> None:
    """Raise AddressRefused unless a connection may go to this very address."""
    address = _carried(address)
    if any(address.version == network.version and address in network for network in rules.networks):
        return
    if rules.allow_loopback and address.is_loopback:
        return
    if not _is_public(address):
        raise AddressRefused(
            "address_not_allowed",
            f"The address {address} is not on the public internet, so nothing is sent to it.",
            field="url",
        )


def _is_public(address: Address) -> bool:
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    if special or not address.is_global:
        return False
    return address.version == 4 or address in _GLOBAL_V6


def _carried(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps: there the packets would go."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _check(target: Target, rules: Rules) -> None:
    loopback = rules.allow_loopback and target.host in LOOPBACK_NAMES
    if loopback:
        return
    if target.scheme != "https":
        raise _refused("The address must begin with https://, so that nobody reads along.")
    if target.port not in rules.ports:
        allowed = ", ".join(str(port) for port in sorted(rules.ports))
        raise _refused(f"Port {target.port} is not allowed; there are {allowed}.")
    literal = _literal(target.host)
    if literal is not None:
        check_address(literal, rules)
    elif not rules.networks and _is_local_name(target.host):
        raise AddressRefused(
            "address_not_allowed",
            f"“{target.host}” is a name of a local network, so nothing is sent to it.",
            field="url",
        )


def _host(text: str) -> str:
    """In ASCII and small letters; an IP address only as it is usually written."""
    if not text:
        raise _refused("The address names no host.")
    if ":" in text:
        return _ipv6(text)
    try:
        name = text.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise _refused("The host name cannot be read.") from error
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(name)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused("The host name cannot be read.")
    return name


def _ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError as error:
        raise _refused("The IPv6 address cannot be read.") from error
    if address.scope_id is not None:
        raise _refused("An IPv6 address with a zone means nothing outside its own machine.")
    return str(address)


def _ipv4(text: str) -> str:
    """`127.1`, `0x7f000001`, `0177.0.0.1` and `2130706433` all mean 127.0.0.1 to a resolver."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError as error:
        raise AddressRefused(
            "address_not_allowed",
            "Write an IPv4 address as four decimal numbers with points between them.",
            field="url",
        ) from error


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_local_name(host: str) -> bool:
    return "." not in host or any(host == suffix or host.endswith(f".{suffix}") for suffix in LOCAL_SUFFIXES)


def _port(scheme: str, port: int | None) -> int:
    if port is None:
        return HTTPS_PORT if scheme == "https" else HTTP_PORT
    return port


def _path(path: str, query: str, *, asked: bool) -> str:
    plain = quote(path or "/", safe="/%:@!$&'()*+,;=-._~")
    return f"{plain}?{quote(query, safe='/%:@!$&()*+,;=-._~?')}" if asked else plain


def _refused(words: str) -> AddressRefused:
    return AddressRefused("url_not_allowed", words, field="url")
