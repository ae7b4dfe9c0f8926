"""What servers of every kind have in common: a key that stays unseen, answers that are JSON, usage, and models."""

import json
import math
import re
from typing import Any, Literal
from urllib.parse import urlsplit

from parhelion.errors import EndpointError, nearest
from parhelion.llm._failures import failure, message
from parhelion.llm._http import Answered, Wire
from parhelion.llm.contract import CallError, Failing, Request, Usage, bound

Finish = Literal["stop", "length", "refused"]
LISTING = 5.0  # seconds that a list of models may take
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def checked_key(key: str | None) -> str | None:
    """The key as a header can carry it. Raises EndpointError, without the key in it."""
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise EndpointError("the key holds a sign that no key has; was it copied whole, and alone?")
    return key or None


def name_of(model: str, base: str) -> str:
    """How messages and the ledger call a server.

    >>> name_of("llama3.2", "http://localhost:11434/v1")
    'llama3.2@localhost:11434'
    """
    return f"{model}@{urlsplit(base).netloc.rpartition('@')[2]}"


def garbled(endpoint: str, why: str) -> CallError:
    """An answer that is none; the model may have written all the same."""
    return CallError(Failing.GARBLED, endpoint, why, spent=True)


def json_of(answered: Answered, endpoint: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises CallError where there is none, or where it is an error after all."""
    if answered.status != 200:
        raise failure(answered, endpoint)
    try:
        value = json.loads(answered.body)
    except (ValueError, RecursionError):
        raise garbled(endpoint, f"its answer is no JSON: {message(answered.body)}") from None
    if not isinstance(value, dict):
        raise garbled(endpoint, f"its answer is no JSON object: {message(answered.body)}")
    if value.get("error"):
        raise _told_late(answered, value["error"], endpoint)
    return value


def _told_late(answered: Answered, error: Any, endpoint: str) -> CallError:
    """Some gateways say 200 before they know, and the true status within."""
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code < 600:
        return failure(answered._replace(status=code), endpoint)
    return garbled(endpoint, f"it answered with an error: {message(answered.body)}")


def usage_of(read: Any, written: Any, request: Request) -> tuple[Usage, bool]:
    """The usage as reported, or the most that it can be where it is not; and whether it was reported.

    >>> from parhelion.llm.contract import Message
    >>> usage_of(12, 3.0, Request((Message("user", "Hi"),)))
    (Usage(read=12, written=3), True)
    >>> usage_of(None, -1, Request((Message("user", "Hi"),)))
    (Usage(read=290, written=1024), False)
    """
    counts = _count(read), _count(written)
    most = bound(request), request.parameters.max_tokens
    whole = [most[i] if count is None else count for i, count in enumerate(counts)]
    return Usage(*whole), None not in counts


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return math.ceil(value)


def sound(text: str) -> str:
    """The text without halves of characters, which no file and no database takes."""
    return _SURROGATE.sub("\ufffd", text)


async def listed(wire: Wire, within: float = LISTING) -> tuple[str, ...]:
    """The models that a server lists. Raises CallError."""
    answered = await wire.get("/models", within)
    if answered.status == 200 and answered.body.lstrip()[:1] == b"[":  # Together's list is bare
        answered = answered._replace(body=b'{"data":' + answered.body + b"}")
    items = json_of(answered, wire.name).get("data")
    if not isinstance(items, list):
        raise garbled(wire.name, "it lists no models")
    return tuple(sound(item["id"]) for item in items if isinstance(item, dict) and isinstance(item.get("id"), str))


async def value_of(answered: Answered, wire: Wire, model: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises CallError; where it is the model that is missing, with those there are."""
    try:
        return json_of(answered, wire.name)
    except CallError as error:
        if error.failing is not Failing.MODEL:
            raise
        raise await _with_models(error, wire, model) from None


async def _with_models(error: CallError, wire: Wire, model: str) -> CallError:
    try:
        there = await listed(wire)
    except CallError:
        return error
    if model in there:
        return error
    ollama = "pull" in error.why or urlsplit(wire.base).port == 11434
    hint = f"; run: ollama pull {model}" if ollama else ""
    why = f"{error.why}; it has no model {model!r}{nearest(model, there) if there else ', and lists none'}{hint}"
    return CallError(error.failing, error.endpoint, why)
