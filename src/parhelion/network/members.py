"""Who belongs to a network, and where its server is: what a network's folder keeps."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from parhelion.errors import ConfigError

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")


def checked_name(name: str) -> str:
    """A node's name, which becomes part of its subjects. Raises ConfigError.

    >>> checked_name("garage-pc")
    'garage-pc'
    >>> checked_name("Anna's Büro.>")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: a node cannot be called "Anna's Büro.>": ...; did you mean 'anna-s-buro'?
    """
    if _NAME.fullmatch(name):
        return name
    likely = _likely(name)
    rule = "use a-z, 0-9 and -, from 1 to 32 of them, no - at either end"
    raise ConfigError(
        f"a node cannot be called {name[:80]!r}: {rule}" + (f"; did you mean {likely!r}?" if likely else "")
    )


def _likely(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


Name = Annotated[str, AfterValidator(checked_name)]
Moment = Annotated[datetime, AfterValidator(_utc)]
PublicKey = Annotated[str, Field(pattern=r"^U[A-Z2-7]{55}$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class Member(BaseModel):
    """A node that was invited. own: it is the owner's: private plans may go there, and nothing is looked at twice.

    until: from then on its key opens nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    key: PublicKey
    own: bool = False
    invited: Moment
    until: Moment | None = None

    def welcome(self, now: datetime) -> bool:
        """May it come in? now: a moment with its time zone."""
        return self.until is None or now < self.until


class Settings(BaseModel):
    """Where the server listens, and what nodes are told. Paths are absolute.

    address: the name or number by which other machines reach this one. tls_ca: the certificate of a self-made
    authority, which goes into the join files; without it, members trust whom their system trusts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(1, ge=1, le=1)
    owner: PublicKey
    host: str = "0.0.0.0"  # noqa: S104 (other machines are the point)
    port: Port = 4222
    websocket: Port | None = None
    address: str = "localhost"
    tls_cert: str | None = None
    tls_key: str | None = None
    tls_ca: str | None = None

    def own_urls(self) -> tuple[str, ...]:
        """How its owner reaches it: from the same machine, or by its address, which alone a certificate proves.

        >>> Settings(owner="U" + "A" * 55, address="example.org").own_urls()
        ('nats://127.0.0.1:4222', 'nats://example.org:4222')
        """
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        hosts = (self.address, host) if self.tls_cert else (host, self.address)
        return tuple(dict.fromkeys(self.urls(each)[0] for each in hosts))

    def urls(self, host: str) -> tuple[str, ...]:
        """How to reach the server at `host`, the direct way first.

        >>> Settings(owner="U" + "A" * 55, websocket=443).urls("example.org")
        ('nats://example.org:4222', 'ws://example.org:443')
        """
        shown = f"[{host}]" if ":" in host else host
        plain, web = ("tls", "wss") if self.tls_cert else ("nats", "ws")
        direct = (f"{plain}://{shown}:{self.port}",)
        return (*direct, f"{web}://{shown}:{self.websocket}") if self.websocket else direct
