"""Requests and answers in OpenAI's shape: /v1/chat/completions."""

import json
from collections.abc import Iterator
from time import time
from typing import Any

from . import checks
from .answer import Answer
from .request import Refused, Request

PATH = "/v1/chat/completions"
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
ANY_OBJECT = {"type": "object"}


def parse(body: dict[str, Any], path: str) -> Request:
    """A request. Raises Refused."""
    model = checks.text(body, "model")
    messages = checks.messages(body, ROLES)
    most = checks.number(body, "max_tokens", 1, whole=True)
    other = checks.number(body, "max_completion_tokens", 1, whole=True)
    if most is not None and other is not None:
        raise checks.invalid("Set either 'max_tokens' or 'max_completion_tokens', not both.", "max_tokens")
    if checks.number(body, "n", 1, whole=True) not in {None, 1}:
        raise checks.unsupported("n")
    checks.number(body, "top_p", 0, 1)
    options = body.get("stream_options")
    schema, name = _format(body)
    tool = ""
    if schema is None:
        schema, tool = _tool(body)
    texts = {message["role"]: checks.content(message.get("content") or "", "messages") for message in messages}
    return Request(
        path, body, model, texts.get("system", texts.get("developer", "")), texts.get("user", ""), messages,
        schema=schema, schema_name=name or tool, tool=tool,
        max_tokens=most if other is None else other,
        temperature=checks.number(body, "temperature", 0, 2),
        seed=checks.number(body, "seed", -(2**63), whole=True),
        stop=checks.texts(body, "stop"),
        stream=checks.flag(body, "stream"),
        usage_in_stream=isinstance(options, dict) and options.get("include_usage") is True,
        texts=[checks.content(message.get("content") or "", "messages") for message in messages],
    )  # fmt: skip


def _format(body: dict[str, Any]) -> tuple[Any, str]:
    """The schema of response_format and its name."""
    wanted = body.get("response_format")
    if wanted is None:
        return None, ""
    if not isinstance(wanted, dict):
        raise checks.wrong_type("response_format", "an object", wanted)
    kind = wanted.get("type")
    if kind == "json_object":
        return ANY_OBJECT, ""
    if kind == "text":
        return None, ""
    if kind != "json_schema":
        raise checks.invalid(f"Invalid value: {kind!r}. Supported: 'text', 'json_object', 'json_schema'.",
                             "response_format.type")  # fmt: skip
    inner = wanted.get("json_schema")
    if not isinstance(inner, dict):
        raise checks.missing("response_format.json_schema")
    return _schema(inner.get("schema"), "response_format.json_schema.schema"), checks.text(inner, "name")


def _schema(schema: Any, where: str) -> Any:
    if schema is None:
        raise checks.missing(where)
    if not isinstance(schema, dict | bool):
        raise checks.wrong_type(where, "an object", schema)
    return schema


def _tool(body: dict[str, Any]) -> tuple[Any, str]:
    """The schema and the name of the tool that must be called."""
    tools, choice = body.get("tools") or [], body.get("tool_choice")
    if not isinstance(tools, list) or not all(
        isinstance(tool, dict) and isinstance(tool.get("function"), dict) for tool in tools
    ):
        raise checks.wrong_type("tools", "an array of functions", tools)
    named = {checks.text(tool["function"], "name"): tool["function"].get("parameters", ANY_OBJECT) for tool in tools}
    if choice == "required":
        choice = {"function": {"name": next(iter(named), "")}}
    if not isinstance(choice, dict):
        return None, ""
    name = (choice.get("function") or {}).get("name", "")
    if name not in named:
        raise checks.invalid(f"Tool choice {name!r} is not in 'tools'.", "tool_choice")
    return _schema(named[name], "tools"), name


def payload(answer: Answer, request: Request) -> dict[str, Any]:
    """The body of an answer."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": answer.declined}
    finish = answer.finish
    if request.tool and answer.text and not answer.declined:
        called = {"name": request.tool, "arguments": answer.text}
        message["tool_calls"] = [{"id": f"call_{request.number}", "type": "function", "function": called}]
        message["content"] = None
        finish = "tool_calls" if finish == "stop" else finish
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {
        "id": f"chatcmpl-{request.number}", "object": "chat.completion", "created": int(time()),
        "model": request.model, "choices": [choice], "usage": usage(answer.read, answer.written),
    }  # fmt: skip


def usage(read: int, written: int) -> dict[str, int]:
    """Usage in OpenAI's words."""
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def told(payload: dict[str, Any]) -> tuple[int, int]:
    """The usage that a body tells."""
    found = payload.get("usage")
    if not isinstance(found, dict) or not isinstance(found.get("prompt_tokens"), int):
        return 0, 0
    return found["prompt_tokens"], found["completion_tokens"]


def blank(payload: dict[str, Any], *, null: bool) -> None:
    """Take the choices away, or their content."""
    if null:
        for choice in payload["choices"]:
            choice["message"] = {"role": "assistant", "content": None}
    else:
        payload["choices"] = []


def error(refused: Refused) -> dict[str, Any]:
    """The body of an error."""
    return {
        "error": {
            "message": refused.message,
            "type": refused.kind,
            "param": refused.param,
            "code": refused.code,
        }
    }


def events(payload: dict[str, Any], request: Request, pieces: list[str]) -> Iterator[bytes]:
    """The server-sent events of an answer whose text comes in pieces."""
    head = {"id": payload["id"], "object": "chat.completion.chunk", "created": payload["created"],
            "model": payload["model"]}  # fmt: skip
    for choice in payload["choices"]:
        message = choice["message"]
        calls = message.get("tool_calls")
        yield _chunk(head, {"role": "assistant", "content": None if calls else ""})
        if calls:
            function = calls[0]["function"]
            yield _chunk(head, {"tool_calls": [{"index": 0, **calls[0], "function": {**function, "arguments": ""}}]})
        for piece in pieces if message.get("content") or calls else ():
            delta = {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if calls else {"content": piece}
            yield _chunk(head, delta)
        if message.get("refusal"):
            yield _chunk(head, {"refusal": message["refusal"]})
        yield _chunk(head, {}, choice["finish_reason"])
    if request.usage_in_stream and "usage" in payload:
        yield _event({**head, "choices": [], "usage": payload["usage"]})
    yield b"data: [DONE]\n\n"


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode(errors="replace") + b"\n\n"
