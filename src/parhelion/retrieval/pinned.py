"""One request to the very address that was checked: nothing is looked up again, no proxy looks it up for itself."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from parhelion.retrieval.addresses import IP, Target
from parhelion.retrieval.unfetched import FetchError, Unfetched

MOST_TRIED = 3
# Of one step: a host with several addresses is asked at another one then. The caller bounds the whole.
_TIMEOUT = httpx.Timeout(20, connect=5).as_dict()


class Pinned:
    """Requests over connections of their own: none is shared by two hosts, no cookie is kept, no proxy is used."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls or httpx.create_ssl_context()

    @asynccontextmanager
    async def get(
        self, url: str, target: Target, addresses: Sequence[IP], headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """The answer of the first address that takes the connection. Raises FetchError."""
        transport = httpx.AsyncHTTPTransport(
            verify=self._tls, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
        async with transport:
            response = await self._first(transport, url, target, addresses[:MOST_TRIED], headers)
            try:
                yield response
            except httpx.TransportError as fault:
                raise _error(url, fault) from fault
            finally:
                await response.aclose()

    async def _first(
        self,
        transport: httpx.AsyncHTTPTransport,
        url: str,
        target: Target,
        addresses: Sequence[IP],
        headers: dict[str, str],
    ) -> httpx.Response:
        for address in addresses[:-1]:
            try:
                return await transport.handle_async_request(self._request(url, target, address, headers))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        try:
            return await transport.handle_async_request(self._request(url, target, addresses[-1], headers))
        except httpx.TransportError as fault:
            raise _error(url, fault) from fault

    def _request(self, url: str, target: Target, address: IP, headers: dict[str, str]) -> httpx.Request:
        """A request to an address in the name of a host, which its certificate has to prove."""
        there = httpx.URL(url).copy_with(host=str(address), fragment=None)
        own = {"Host": target.netloc, **headers, "Connection": "close"}
        return httpx.Request("GET", there, headers=own, extensions={"sni_hostname": target.host, "timeout": _TIMEOUT})


def _error(url: str, fault: httpx.TransportError) -> FetchError:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return FetchError(Unfetched.TLS, url, f"the host does not prove who it is: {cause.reason or cause}")
        cause = cause.__cause__ or cause.__context__
    if isinstance(fault, httpx.TimeoutException):
        return FetchError(Unfetched.SLOW, url, "no answer in time")
    return FetchError(Unfetched.UNREACHABLE, url, f"no answer: {fault or type(fault).__name__}")
