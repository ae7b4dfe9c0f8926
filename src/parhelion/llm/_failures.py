"""What a server's refusal means: statuses and bodies as they are seen in the wild, as the one CallError to raise."""

import json
import re
from typing import Any

from parhelion.llm._http import Answered
from parhelion.llm._waits import wait
from parhelion.llm.addresses import shown
from parhelion.llm.contract import CallError, Failing

_NO_MONEY = re.compile(
    r"insufficient_quota|credit balance|insufficient (balance|credits|funds)|billing_hard_limit", re.IGNORECASE
)
_OVERLOADED = re.compile(
    r"overloaded|too many requests|rate.?limit|at capacity|server.{0,9}busy|no slot", re.IGNORECASE
)
_NO_MODEL = re.compile(
    r"model_not_found|model\b.{0,80}(not found|not exist|no such|not loaded)|(unknown|invalid|no such) model"
    r"|not a valid model|try pulling|^model: ",
    re.IGNORECASE | re.DOTALL,
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|context (length|window|size)|prompt is too long|too many (input |prompt )?tokens",
    re.IGNORECASE,
)
_LATE = (408, 504, 522, 524)  # a server, or what stands before it, that gave up waiting for the model
_LOOKED_AT = 20_000  # characters of a body


def failure(answered: Answered, endpoint: str) -> CallError:
    """The error that an answer other than 200 is."""
    text = legible(answered.body)
    failing, hint = _meaning(answered.status, text)
    after = wait(answered.headers, text) if failing in (Failing.LIMITED, Failing.UNAVAILABLE) else None
    why = f"{hint} (HTTP {answered.status}): {message(answered.body)}"
    if 300 <= answered.status < 400:
        to = shown(answered.headers.get("location", "nowhere"))
        why = f"it sends calls elsewhere (HTTP {answered.status}), to {to}; give that address as its url"
    return CallError(failing, endpoint, why, after=after, spent=failing in (Failing.SLOW, Failing.GARBLED))


def _meaning(status: int, text: str) -> tuple[Failing, str]:
    """How it failed, and in words.

    >>> _meaning(429, "Rate limit reached"), _meaning(429, '{"code": "insufficient_quota"}')
    ((<Failing.LIMITED: 'limited'>, 'it limits calls'), (<Failing.KEY: 'key'>, 'the account has no credit left'))
    >>> _meaning(400, "This model's maximum context length is 4096 tokens")
    (<Failing.REQUEST: 'request'>, 'the prompt and max_tokens are longer than the model takes')
    """
    if status == 402 or (status in (400, 403, 429) and _NO_MONEY.search(text)):
        return Failing.KEY, "the account has no credit left"
    if status in (429, 529) or (status in (500, 503) and _OVERLOADED.search(text)):
        return Failing.LIMITED, "it limits calls" if status == 429 else "it is overloaded"
    if status in (401, 403):
        return Failing.KEY, "the key is wrong, missing, or may not do this"
    if status in _LATE:
        return Failing.SLOW, "it gave up waiting for the model"
    if status in (400, 413, 422) and _TOO_LONG.search(text):
        return Failing.REQUEST, "the prompt and max_tokens are longer than the model takes"
    if 400 <= status < 500 and (status == 404 or _NO_MODEL.search(text)):
        return Failing.MODEL, "no such model or address"
    if 400 <= status < 500:
        return Failing.REQUEST, "it does not take this request"
    if status < 300:
        return Failing.GARBLED, "it answered without an answer"
    return Failing.UNAVAILABLE, "it failed"


def message(body: bytes) -> str:
    """What a body says, in one short line without signs that a terminal would obey.

    >>> message(b'{"error": {"message": "no", "code": 7}}'), message(b'{"detail": [{"msg": "bad"}]}')
    ('no', '[{"msg": "bad"}]')
    >>> message(b"<html><title>502 Bad Gateway</title><body>..."), message(b"")
    ('a web page: 502 Bad Gateway', 'no reason given')
    """
    text = legible(body)
    try:
        text = _said(json.loads(body)) or text
    except (ValueError, RecursionError):
        if re.match(r"\s*<(!doctype|html|head|body)", text, re.IGNORECASE):
            title = re.search(r"<(title|h1)[^>]*>(.*?)</\1", text, re.IGNORECASE | re.DOTALL)
            text = f"a web page: {title[2] if title else 'without a title'}"
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return (text[:300] + "…" if len(text) > 300 else text) or "no reason given"


def _said(value: Any) -> str:
    """The message within an error's JSON."""
    while isinstance(value, dict):
        value = next((value[name] for name in ("error", "message", "detail", "msg") if value.get(name)), "")
    return value if isinstance(value, str) else json.dumps(value)


def legible(body: bytes) -> str:
    """The beginning of a body as text, whatever it is."""
    return body[:_LOOKED_AT].decode("utf-8", "replace")
