"""Requests and answers in Anthropic's shape: /v1/messages."""

import json
from collections.abc import Iterator
from typing import Any

from . import checks
from .answer import Answer
from .request import Refused, Request

PATH = "/v1/messages"
KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
    404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 504: "timeout_error",
    529: "overloaded_error",
}  # fmt: skip
FINISHES = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}


def parse(body: dict[str, Any], path: str) -> Request:
    """A request. Raises Refused."""
    model = checks.text(body, "model")
    messages = checks.messages(body, ("user", "assistant"))
    most = checks.number(body, "max_tokens", 1, whole=True)
    if most is None:
        raise checks.missing("max_tokens")
    system = checks.content(body.get("system", ""), "system")
    checks.number(body, "top_p", 0, 1)
    schema, tool = _tool(body)
    texts = [checks.content(message.get("content") or "", "messages") for message in messages]
    asked = [text for text, message in zip(texts, messages, strict=True) if message["role"] == "user"]
    return Request(
        path, body, model, system, asked[-1] if asked else "", messages,
        schema=schema, schema_name=tool, tool=tool, max_tokens=most,
        temperature=checks.number(body, "temperature", 0, 1),
        stop=checks.texts(body, "stop_sequences"),
        stream=checks.flag(body, "stream"),
        usage_in_stream=True,
        texts=[system, *texts],
    )  # fmt: skip


def _tool(body: dict[str, Any]) -> tuple[Any, str]:
    """The input schema and the name of the tool that must be used."""
    tools, choice = body.get("tools") or [], body.get("tool_choice") or {}
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise checks.wrong_type("tools", "an array of objects", tools)
    if not isinstance(choice, dict):
        raise checks.wrong_type("tool_choice", "an object", choice)
    named = {checks.text(tool, "name"): tool.get("input_schema") for tool in tools}
    for place, schema in enumerate(named.values()):
        if not isinstance(schema, dict) or schema.get("type") != "object":
            raise checks.invalid(f"tools.{place}.input_schema: an object schema is required", "tools")
    if choice.get("type") not in {"tool", "any"}:
        return None, ""
    name = choice.get("name", "") if choice["type"] == "tool" else next(iter(named), "")
    if name not in named:
        raise checks.invalid(f"tool_choice: the tool {name!r} is not among the tools", "tool_choice")
    return named[name], name


def payload(answer: Answer, request: Request) -> dict[str, Any]:
    """The body of an answer. Where the text is no JSON object, it cannot be a tool's input and stays a text."""
    block: dict[str, Any] = {"type": "text", "text": answer.declined or answer.text or ""}
    finish = "refusal" if answer.declined else FINISHES[answer.finish]
    used = _object(answer.text) if request.tool and not answer.declined else None
    if used is not None:
        block = {"type": "tool_use", "id": f"toolu_{request.number}", "name": request.tool, "input": used}
        finish = "tool_use" if finish == "end_turn" else finish
    return {
        "id": f"msg_{request.number}", "type": "message", "role": "assistant", "model": request.model,
        "content": [block], "stop_reason": finish, "stop_sequence": None, "usage": usage(answer.read, answer.written),
    }  # fmt: skip


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def usage(read: int, written: int) -> dict[str, int]:
    """Usage in Anthropic's words."""
    return {"input_tokens": read, "output_tokens": written}


def told(payload: dict[str, Any]) -> tuple[int, int]:
    """The usage that a body tells."""
    found = payload.get("usage")
    if not isinstance(found, dict) or not isinstance(found.get("input_tokens"), int):
        return 0, 0
    return found["input_tokens"], found["output_tokens"]


def blank(payload: dict[str, Any], *, null: bool) -> None:
    """Take the content blocks away, or all of the content."""
    payload["content"] = None if null else []


def error(refused: Refused) -> dict[str, Any]:
    """The body of an error."""
    kind = KINDS.get(refused.status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": refused.message}, "request_id": None}


def events(payload: dict[str, Any], request: Request, pieces: list[str]) -> Iterator[bytes]:
    """The server-sent events of an answer whose text comes in pieces."""
    told_usage = payload.get("usage")
    start = {**payload, "content": [], "stop_reason": None}
    yield _event("message_start", {"message": start})
    for place, block in enumerate(payload["content"] or ()):
        used = block["type"] == "tool_use"
        empty = {**block, "input": {}} if used else {**block, "text": ""}
        yield _event("content_block_start", {"index": place, "content_block": empty})
        for piece in pieces:
            kind, name = ("input_json_delta", "partial_json") if used else ("text_delta", "text")
            yield _event("content_block_delta", {"index": place, "delta": {"type": kind, name: piece}})
        yield _event("content_block_stop", {"index": place})
    ended = {"delta": {"stop_reason": payload["stop_reason"], "stop_sequence": None}}
    yield _event("message_delta", ended if told_usage is None else {**ended, "usage": told_usage})
    yield _event("message_stop", {})


def _event(kind: str, data: dict[str, Any]) -> bytes:
    text = json.dumps({"type": kind, **data}, ensure_ascii=False)
    return f"event: {kind}\ndata: {text}\n\n".encode(errors="replace")
