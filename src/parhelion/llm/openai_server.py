"""Servers that speak OpenAI's chat completions: hosted ones, vLLM, llama.cpp, Ollama, LM Studio."""

import json
import re
from collections.abc import Awaitable
from typing import Any

from parhelion.llm._dialect import OBJECT, PLAIN, Dialect, in_words, options, response_format, understood
from parhelion.llm._failures import message
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

_FINISHES: dict[str, Finish] = {"length": "length", "max_tokens": "length", "content_filter": "refused"}
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)


class OpenAIServer:
    """One model of one OpenAI-compatible server.

    url: with or without a slash at its end. Where it has no path, `/v1` is added (`http://localhost:11434`); any path
    is taken as it stands (`https://openrouter.ai/api/v1`), and a pasted `/chat/completions` is cut off. Redirects are
    not followed, and a server on this machine is not asked by a proxy.

    A schema is sent as a strict `response_format`. What the server refuses is left out, step by step, and this is
    remembered: strict, json_schema, json_object, and at last the schema in words; max_completion_tokens for
    max_tokens; temperature, top_p, stop, seed. A refused call costs nothing, so all of this is one call.

    One event loop may use it, from the first call to `close`.

    >>> OpenAIServer("localhost:11434", "llama3.2")
    Traceback (most recent call last):
    parhelion.errors.EndpointError: 'localhost:11434' is no address of a server: write it like http://localhost:11434/v1
    >>> OpenAIServer("http://localhost:11434", "llama3.2", key="sk-secret")
    OpenAIServer('http://localhost:11434/v1', 'llama3.2')
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
        base = base_address(url, ends=("/chat/completions",))
        self.model, self.price, self.slots, self.weight, self.trusted = model, price, slots, weight, trusted
        self.name = name or name_of(model, base)
        secret = checked_key(key)
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self._wire = Wire(base, name=self.name, headers=headers, secret=secret, timeout=timeout)
        self._dialect = PLAIN

    async def send(self, request: Request) -> Reply:
        """One call, once; what the server does not know is left out and it is asked again. Raises CallError."""

        def post(dialect: Dialect) -> Awaitable[Answered]:
            return self._wire.post("/chat/completions", _body(self.model, request, dialect))

        answered, dialect = await understood(post, request, self._dialect)
        reply = await self._reply(answered, request)
        # only what led to an answer is remembered: a refusal may have been about something else
        self._dialect = self._dialect.with_(dialect)
        return reply

    async def models(self) -> tuple[str, ...]:
        """The models that the server lists. Raises CallError."""
        return await listed(self._wire)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    def __repr__(self) -> str:
        return f"OpenAIServer({shown(self._wire.base)!r}, {self.model!r})"

    async def _reply(self, answered: Answered, request: Request) -> Reply:
        value = await value_of(answered, self._wire, self.model)
        text, finish = _said(value, self.name)
        reported = value.get("usage")
        counts = reported if isinstance(reported, dict) else {}
        usage, metered = usage_of(counts.get("prompt_tokens"), counts.get("completion_tokens"), request)
        return Reply(text, usage, self.name, finish, answered.seconds, metered)


def _body(model: str, request: Request, dialect: Dialect) -> bytes:
    messages = request.messages
    if request.schema is not None and dialect.shape >= OBJECT:
        messages = in_words(messages, request.schema)
    asked: dict[str, Any] = {
        "model": model,
        "messages": [{"role": each.role, "content": each.content} for each in messages],
        dialect.limit: request.parameters.max_tokens,
        **options(request, dialect),
    }
    if request.schema is not None and (shape := response_format(request.schema, dialect.shape)):
        asked["response_format"] = shape
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _said(value: dict[str, Any], endpoint: str) -> tuple[str, Finish]:
    """The text of the first choice, and how it ended."""
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    said = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(said, dict):
        raise garbled(endpoint, f"its answer holds no choices[0].message; is it a chat server? it has {sorted(value)}")
    if choice.get("error"):
        raise garbled(endpoint, f"its answer ended in an error: {message(json.dumps(choice).encode())}")
    if isinstance(said.get("refusal"), str) and said["refusal"]:
        return sound(said["refusal"]), "refused"
    finish = _FINISHES.get(str(choice.get("finish_reason")), "stop")
    text = _text(said.get("content"))
    if text is None and finish == "stop":
        raise garbled(endpoint, f"its message has no text (finish_reason {choice.get('finish_reason')!r})")
    return sound(_THOUGHT.sub("", text or "", count=1) if _THOUGHT.match(text or "") else text or ""), finish


def _text(content: Any) -> str | None:
    """Text, or the texts of a list of parts, without those that are thoughts."""
    if isinstance(content, list):
        parts = [each.get("text") for each in content if isinstance(each, dict) and each.get("type", "text") == "text"]
        content = "".join(part for part in parts if isinstance(part, str)) if parts else None
    return content if isinstance(content, str) else None
