"""Anthropic's own API: messages, with the system's apart, and structured answers by a tool that must be called."""

import json
from collections.abc import Awaitable
from typing import Any

from parhelion.llm._dialect import PLAIN, STRICT, WORDS, Dialect, in_words, options, understood
from parhelion.llm._http import Answered, Wire
from parhelion.llm._server import (
    Finish,
    checked_key,
    garbled,
    listed,
    name_of,
    sound,
    usage_of,
    value_of,
)
from parhelion.llm.addresses import base_address, shown
from parhelion.llm.contract import Price, Reply, Request

VERSION = "2023-06-01"
_TOOL = {"name": "answer", "description": "Give the answer."}
_FINISHES: dict[str, Finish] = {
    "max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused",
}  # fmt: skip
_READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class AnthropicServer:
    """One model of Anthropic's API, or of a server that speaks like it.

    url: `https://api.anthropic.com`, with or without `/v1`; a pasted `/messages` is cut off. The parameters are those
    of OpenAIServer. Seeds are not sent: the API has none. A schema is asked for as the input of a tool that must be
    called; where the model refuses that, in words.

    >>> AnthropicServer("https://api.anthropic.com", "claude-haiku-4-5", key="sk-ant-secret")
    AnthropicServer('https://api.anthropic.com/v1', 'claude-haiku-4-5')
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        name: str | None = None,
        key: str | None = None,
        price: Price = Price(),  # noqa: B008 (immutable)
        slots: int | None = None,
        weight: float = 1.0,
        timeout: float = 120.0,
        trusted: bool = True,
    ) -> None:
        base = base_address(url, ends=("/messages",))
        self.model, self.price, self.slots, self.weight, self.trusted = model, price, slots, weight, trusted
        self.name = name or name_of(model, base)
        secret = checked_key(key)
        headers = {"anthropic-version": VERSION} | ({"x-api-key": secret} if secret else {})
        self._wire = Wire(base, name=self.name, headers=headers, secret=secret, timeout=timeout)
        self._dialect = PLAIN

    async def send(self, request: Request) -> Reply:
        """One call, once; what the model does not take is left out and it is asked again. Raises CallError."""

        def post(dialect: Dialect) -> Awaitable[Answered]:
            return self._wire.post("/messages", _body(self.model, request, dialect))

        answered, dialect = await understood(post, request, self._dialect, (STRICT, WORDS))
        reply = await self._reply(answered, request)
        self._dialect = self._dialect.with_(dialect)
        return reply

    async def models(self) -> tuple[str, ...]:
        """The models that the server lists. Raises CallError."""
        return await listed(self._wire)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    def __repr__(self) -> str:
        return f"AnthropicServer({shown(self._wire.base)!r}, {self.model!r})"

    async def _reply(self, answered: Answered, request: Request) -> Reply:
        value = await value_of(answered, self._wire, self.model)
        text, finish = _said(value, self.name)
        reported = value.get("usage")
        counts = reported if isinstance(reported, dict) else {}
        read = [counts[name] for name in _READ if counts.get(name) is not None]
        usage, metered = usage_of(_sum(read), counts.get("output_tokens"), request)
        return Reply(text, usage, self.name, finish, answered.seconds, metered)


def _sum(counts: list[Any]) -> Any:
    """All that was read, from a cache or not; None where any of it is no number."""
    return sum(counts) if counts and all(isinstance(count, int | float) and count >= 0 for count in counts) else None


def _body(model: str, request: Request, dialect: Dialect) -> bytes:
    messages, tool = request.messages, {}
    if request.schema is not None and dialect.shape == WORDS:
        messages = in_words(messages, request.schema)
    elif request.schema is not None:
        tool = {
            "tools": [{**_TOOL, "input_schema": request.schema}],
            "tool_choice": {"type": "tool", "name": _TOOL["name"]},
        }
    settings = options(request, dialect)
    settings.pop("seed", None)
    if "stop" in settings:
        settings["stop_sequences"] = settings.pop("stop")
    system = "\n\n".join(each.content for each in messages if each.role == "system")
    asked = {
        "model": model,
        "messages": [{"role": each.role, "content": each.content} for each in messages if each.role != "system"],
        "max_tokens": request.parameters.max_tokens,
        **({"system": system} if system else {}),
        **settings,
        **tool,
    }
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _said(value: dict[str, Any], endpoint: str) -> tuple[str, Finish]:
    """The input of the tool where it was called, else the text; and how it ended."""
    parts = value.get("content")
    if not isinstance(parts, list):
        raise garbled(endpoint, f"its answer holds no content; is it Anthropic's API? it has {sorted(value)}")
    finish = _FINISHES.get(str(value.get("stop_reason")), "stop")
    blocks = [part for part in parts if isinstance(part, dict)]
    for block in blocks:
        if block.get("type") == "tool_use" and "input" in block:
            return sound(json.dumps(block["input"], ensure_ascii=False)), finish
    texts = [block["text"] for block in blocks if block.get("type") == "text" and isinstance(block.get("text"), str)]
    if not texts and finish == "stop":
        raise garbled(endpoint, f"its message has no text (stop_reason {value.get('stop_reason')!r})")
    return sound("".join(texts)), finish
