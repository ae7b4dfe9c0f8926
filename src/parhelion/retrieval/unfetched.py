"""Why a page was not fetched."""

from enum import StrEnum

from parhelion.errors import DataError
from parhelion.retrieval.cleaning import one_line


class Unfetched(StrEnum):
    """The kinds of reasons, to be counted."""

    ADDRESS = "address"  # no address of a page: scheme, port, credentials, spelling
    PRIVATE = "private"  # an address of this machine or its network
    ROBOTS = "robots"  # the site asks robots to stay away, or does not say whether they may come
    DNS = "dns"  # nobody knows the host
    TLS = "tls"  # no certificate that proves who the host is
    UNREACHABLE = "unreachable"  # no connection, or it broke
    SLOW = "slow"
    LARGE = "large"
    REDIRECTS = "redirects"  # too many, or in a circle
    STATUS = "status"  # the server refused, or failed
    TYPE = "type"  # not text
    EMPTY = "empty"  # a page without words


class FetchError(DataError):
    """A page that was not fetched. kind: what kind of reason. status: of the server's answer, where there was one."""

    def __init__(self, kind: Unfetched, url: str, why: str, status: int | None = None) -> None:
        super().__init__(one_line(f"{url}: {why}", 1000))  # an address may hold anything
        self.kind, self.url, self.why, self.status = kind, url, why, status
