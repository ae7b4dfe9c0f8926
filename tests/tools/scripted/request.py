"""A request, as rules and functions see it, and why one is refused."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any


class Refused(Exception):  # noqa: N818 (an answer, not a fault of the program)
    """A request that is answered with an error: its status, and the words of OpenAI's error body."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
        fault: str = "",
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.kind, self.param, self.code = status, message, kind, param, code
        self.headers, self.fault = headers or {}, fault


@dataclass(slots=True)
class Request:
    """What was asked. system and user: the texts of the system messages and of the last message of the user.

    schema: the JSON schema of the answer, of response_format or of the tool that must be called (`tool`), or None.
    number: which call it is, from 1. seen: how often exactly this came before. prompt: the hash of the messages;
    call: the hash of all of the body. read: tokens of the messages, of their frames and of the schema.
    """

    path: str
    body: dict[str, Any]
    model: str
    system: str
    user: str
    messages: list[dict[str, Any]]
    schema: Any = None
    schema_name: str = ""
    tool: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    stream: bool = False
    usage_in_stream: bool = False
    read: int = 0
    number: int = 0
    seen: int = 0
    key: str = ""
    prompt: str = ""
    call: str = ""
    texts: list[str] = field(default_factory=list)


def short_hash(data: bytes | str) -> str:
    """Sixteen hexadecimal digits.

    >>> short_hash("a") == short_hash(b"a")
    True
    """
    return blake2b(data.encode(errors="surrogatepass") if isinstance(data, str) else data, digest_size=8).hexdigest()


def draw(*parts: object) -> float:
    """A number in [0, 1) that these values decide, the same on every machine.

    >>> draw(0, "a") == draw(0, "a"), draw(0, "a") == draw(1, "a")
    (True, False)
    """
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=7).digest()) / 2**56
