"""Answers of a given shape: asked, read, checked, and corrected twice at most by the model that gave them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from parhelion.llm._reading import NoJSON, bent, json_in, only_text
from parhelion.llm._schemas import check_schema, faults, ready
from parhelion.llm.contract import Message, Reply, Request, Unusable

CORRECTIONS = 2
QUOTED = 20_000  # characters of a wrong answer that are shown to the model again
WIDEST = 100  # characters a token: no honest answer has so many on average, and reading takes time
_WRAPPED = "answer"
Valid = Callable[[Any], str | None]

__all__ = ["CORRECTIONS", "Answering", "Valid", "answer", "check_schema"]


class Answering(Protocol):
    """Whoever answers requests under a key, and gives the same reply to the same key again."""

    async def ask(self, request: Request, *, key: str, field: str, avoid: frozenset[str] = ...) -> Reply:
        """The reply. avoid: endpoints that are not to give it."""
        ...


async def answer(
    pool: Answering,
    request: Request,
    *,
    key: str,
    field: str,
    valid: Valid | None = None,
    avoid: frozenset[str] = frozenset(),
) -> tuple[Any, Reply]:
    """The value that a model answers, and the reply it came in: text, or JSON of the request's schema.

    valid: what is wrong with a value, or None. What is wrong is told to the model, which may correct it twice; the
    calls have the keys `key:0`, `key:1`, `key:2`. Raises Unusable, and PlanError where the schema is wrong.
    """
    shape = _object_shape(request.schema)
    asked = replace(request, schema=shape)
    step = 0
    while True:
        reply = await pool.ask(asked, key=f"{key}:{step}", field=field, avoid=avoid)
        if reply.finish == "refused":
            said = reply.text[:200].strip() or "without a word"
            raise Unusable(f"the model refused: {said}", reply.text, reply.endpoint)
        value, wrong = _read(reply, request, shape)
        wrong = wrong or (valid(value) if valid else None)
        if not wrong:
            return value, reply
        if step == CORRECTIONS:
            raise Unusable(wrong, reply.text, reply.endpoint)
        step += 1
        asked = replace(asked, messages=(*asked.messages, *_correction(reply, wrong, text=shape is None)))


def _object_shape(schema: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The schema as all servers take it: an object at its root. Others become its one property."""
    if schema is None:
        return None
    ready(schema)
    if schema.get("type") == "object":
        return schema
    inner = {name: each for name, each in schema.items() if name not in ("$defs", "definitions", "$schema")}
    shared = {name: schema[name] for name in ("$defs", "definitions") if name in schema}
    properties = {"properties": {_WRAPPED: inner}, "required": [_WRAPPED], "additionalProperties": False}
    return {"type": "object", **properties, **shared}


def _read(reply: Reply, request: Request, shape: Mapping[str, Any] | None) -> tuple[Any, str | None]:
    """The value in a reply, and what is wrong with it."""
    cut = reply.finish == "length"
    tokens = request.parameters.max_tokens
    most = f"it was cut off after {tokens} tokens; answer more briefly"
    if len(reply.text) > max(QUOTED, WIDEST * tokens):
        return None, f"it is longer than {tokens} tokens can be; answer more briefly"
    if shape is None:
        text = reply.text.strip()
        return text, most if cut else None if text else "it is empty"
    if not reply.text.strip():
        return None, most if cut else "it is empty"
    try:
        value = json_in(reply.text, cut=cut)
    except NoJSON as error:
        value = _bare(reply.text, shape)
        if cut or value is None:
            return None, most if cut else f"{error}; give JSON alone"
    return _fitted(value, request.schema or {}, shape)


def _bare(text: str, shape: Mapping[str, Any]) -> str | None:
    """Plain text where the answer is an object that holds one text."""
    text = text.strip()
    return text if only_text(shape, shape) and not set(text) & set("{[`") else None


def _fitted(value: Any, schema: Mapping[str, Any], shape: Mapping[str, Any]) -> tuple[Any, str | None]:
    wrapped = shape is not schema
    if wrapped and not (isinstance(value, dict) and _WRAPPED in value):
        value = {_WRAPPED: value}  # some answer without the wrap
    wrong = faults(value, shape)
    if wrong:
        value = bent(value, shape, shape)
        wrong = faults(value, shape)
    return value[_WRAPPED] if wrapped and not wrong else value, "; ".join(wrong) or None


def _correction(reply: Reply, wrong: str, *, text: bool) -> tuple[Message, Message]:
    said = reply.text if len(reply.text) <= QUOTED else f"{reply.text[:QUOTED]} …"
    whole = "the whole answer again" if text else "the whole answer again, corrected, as JSON alone"
    return (
        Message("assistant", said if said.strip() else "(nothing)"),
        Message("user", f"That answer cannot be used: {wrong}. Give {whole}."),
    )
