"""Addresses of servers: made whole, told without secrets, and where they are."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from parhelion.errors import EndpointError

_NEAR = (".localhost", ".local", ".lan", ".internal", ".home.arpa", ".intranet")  # names that no public server has


def base_address(url: str, *, ends: tuple[str, ...] = ()) -> str:
    """The address below which a server's API is: without a slash at the end, and with `/v1` where there is no path.

    ends: what people paste along with it, which is cut off.

    >>> base_address("http://localhost:11434"), base_address("https://openrouter.ai/api/v1/")
    ('http://localhost:11434/v1', 'https://openrouter.ai/api/v1')
    >>> base_address("http://gpu:8000/v1/chat/completions", ends=("/chat/completions",))
    'http://gpu:8000/v1'
    >>> base_address("localhost:11434")
    Traceback (most recent call last):
    parhelion.errors.EndpointError: 'localhost:11434' is no address of a server: write it like http://localhost:11434/v1
    """
    parts = _parts(url)
    path = parts.path.rstrip("/")
    for end in ends:
        path = path.removesuffix(end)
    return urlunsplit(parts._replace(path=path or "/v1", fragment=""))


def beneath(base: str, path: str) -> str:
    """The address of one thing of a server. A query, as Azure's `?api-version=…`, stays at the end.

    >>> beneath("https://x.example/openai?api-version=1", "/models")
    'https://x.example/openai/models?api-version=1'
    """
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=parts.path + path))


def shown(url: str) -> str:
    """The address as messages may tell it: names, passwords and queries can be secrets.

    >>> shown("https://me:secret@host:1/v1?key=secret")
    'https://host:1/v1'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_loopback(url: str) -> bool:
    """Is it this machine?"""
    host = _host(url)
    address = _address(host)
    return address.is_loopback or address.is_unspecified if address else host == "localhost" or host.endswith(_NEAR[0])


def is_local(url: str) -> bool:
    """Is it this machine or a private network, where calls cost nothing? Nothing is asked: the name alone decides.

    >>> [is_local(url) for url in ("http://localhost:11434", "http://192.168.1.7:8000/v1", "http://gpu-box:8000")]
    [True, True, True]
    >>> is_local("https://api.openai.com/v1")
    False
    """
    host = _host(url)
    address = _address(host)
    if address:
        return not address.is_global
    return ("." not in host and not host.isdigit()) or host.endswith(_NEAR)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0  # port raises, too
    except ValueError:
        sound = False
    if not sound or any(c.isspace() for c in url.strip()):
        # a user part may be a password, so the address is shown without it
        got = url.strip().rpartition("@")[2]
        raise EndpointError(f"{got!r} is no address of a server: write it like http://localhost:11434/v1")
    return parts


def _host(url: str) -> str:
    return (_parts(url).hostname or "").rstrip(".")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
