"""Which addresses of the web are those of other people's public pages."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

import httpx

from parhelion.retrieval.unfetched import FetchError, Unfetched

# The addresses of a host, given its name and port. Raises OSError where there are none.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
IP = IPv4Address | IPv6Address

PORTS = (80, 443, 8000, 8080, 8443)
LONGEST_URL = 4000
# IANA's registry of special purposes, multicast, and where clouds answer questions about their machines.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_PUBLIC_6 = IPv6Network("2000::/3")
# Within that: protocol assignments with Teredo, examples, 6to4 (which holds any IPv4 address), examples again.
_NOT_PUBLIC_6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)


def is_public(address: IP) -> bool:
    """Whether an address is that of a machine anybody may ask.

    >>> [is_public(ip_address(each)) for each in ("93.184.216.34", "10.1.2.3", "::ffff:127.0.0.1", "fd00:ec2::254")]
    [True, False, False, False]
    """
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        # How machines without IPv4 reach those with nothing else.
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and not any(address in block for block in _NOT_PUBLIC_6)


class Target(NamedTuple):
    """Where a request goes. host: as the certificate and the Host header have it."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """What a robots.txt is for."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, *, private: bool) -> Target:
    """Where an address leads. Raises FetchError where it is none that may be asked, whatever its host is."""
    if len(url) > LONGEST_URL:
        raise FetchError(Unfetched.ADDRESS, url[:100] + "…", f"longer than {LONGEST_URL} characters")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as fault:
        raise FetchError(Unfetched.ADDRESS, url, f"no address of a page: {fault}") from fault
    if parsed.scheme not in {"http", "https"}:
        raise FetchError(Unfetched.ADDRESS, url, f"only http and https are fetched, not {parsed.scheme or 'a path'}")
    if parsed.userinfo:
        # Not shown: it may be a password.
        shown = str(parsed.copy_with(username=None, password=None))
        raise FetchError(Unfetched.ADDRESS, shown, "a name or password within an address is not sent; leave it away")
    target = Target(parsed.scheme, _host(parsed), parsed.port or {"http": 80, "https": 443}[parsed.scheme])
    if not target.host:
        raise FetchError(Unfetched.ADDRESS, url, "there is no host in it")
    if not private and target.port not in PORTS:
        raise FetchError(Unfetched.ADDRESS, url, f"port {target.port} is none of a public page: {PORTS}")
    return target


def _host(url: httpx.URL) -> str:
    host: str = url.raw_host.decode("ascii").strip("[]").lower()
    return host.removesuffix(".")


async def addresses_of(target: Target, url: str, resolver: Resolver, *, private: bool) -> tuple[IP, ...]:
    """The addresses to connect to, every one of them checked. Raises FetchError."""
    literal = _literal(target.host, url)
    found = (literal,) if literal is not None else await _resolved(target, url, resolver)
    inside = [address for address in found if not is_public(address)]
    if inside and not private:
        raise FetchError(
            Unfetched.PRIVATE, url, f"{target.host} is {inside[0]}, which is no public address; private=True allows it"
        )
    return found


def _literal(host: str, url: str) -> IP | None:
    """The address that a host is, however it is spelled (0x7f.1, 2130706433, 127.1); None for a name."""
    try:
        if ":" in host:
            return ip_address(host)
        return ip_address(socket.inet_aton(host)) if _NUMERIC.fullmatch(host) else None
    except (OSError, ValueError) as fault:
        raise FetchError(Unfetched.ADDRESS, url, f"{host!r} is no address of a machine") from fault


async def _resolved(target: Target, url: str, resolver: Resolver) -> tuple[IP, ...]:
    try:
        found = await resolver(target.host, target.port)
        addresses = tuple(dict.fromkeys(ip_address(each.partition("%")[0]) for each in found))
    except (OSError, ValueError) as fault:
        raise FetchError(Unfetched.DNS, url, f"the host {target.host} is not known ({fault})") from fault
    if not addresses:
        raise FetchError(Unfetched.DNS, url, f"the host {target.host} has no address")
    return addresses


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine's own look-up gives."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]
