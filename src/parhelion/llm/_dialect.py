"""What a server understands of an OpenAI-style call, found out by what it refuses, one step at a time."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from parhelion.llm._failures import legible
from parhelion.llm._http import Answered
from parhelion.llm.contract import Message, Request

STRICT, LOOSE, OBJECT, WORDS = range(4)  # how a schema is asked for, from the tightest
ALL = (STRICT, LOOSE, OBJECT, WORDS)
# "must be" and "invalid" would be about a value, which is nobody's to drop
_UNKNOWN = r"unsupported|not support|n't support|unrecogni[sz]ed|unknown|extra|not permitted|not allowed|deprecated"
_REFUSED = re.compile(
    _UNKNOWN + r"|unavailable|must be|may not|invalid|failed to parse|not implemented|not compatible", re.IGNORECASE
)
_FORMAT = re.compile(
    r"response_?format|json_schema|json_object|json mode|structured.output|\bstrict\b|grammar|guided|\bschema\b"
    r"|tool_choice|input_schema|\btools\b",
    re.IGNORECASE,
)
_ONLY_ONE = re.compile(
    r"temperature\W.{0,20}\btop_p\W.{0,40}\bboth\b|both\b.{0,40}temperature\W.{0,20}\btop_p", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is to be asked. shape: how for JSON. limit: its name for max_tokens. without: what it refuses."""

    shape: int = STRICT
    limit: str = "max_tokens"
    without: frozenset[str] = frozenset()

    def with_(self, other: "Dialect") -> "Dialect":
        """Both steps taken: what two calls found out at the same time."""
        limit = self.limit if self.limit != "max_tokens" else other.limit
        return Dialect(max(self.shape, other.shape), limit, self.without | other.without)


PLAIN = Dialect()


async def understood(
    send: Callable[[Dialect], Awaitable[Answered]], request: Request, dialect: Dialect, shapes: tuple[int, ...] = ALL
) -> tuple[Answered, Dialect]:
    """The answer to a call, sent again without what is refused as long as something is; and how it was asked."""
    while True:
        answered = await send(dialect)
        refused = answered.status in (400, 422, 501)
        lowered = lower(dialect, request, legible(answered.body), shapes) if refused else None
        if lowered is None:
            return answered, dialect
        dialect = lowered


def lower(dialect: Dialect, request: Request, refusal: str, shapes: tuple[int, ...] = ALL) -> Dialect | None:
    """The next dialect to try after a refusal (a body as text), or None where the refusal is about something else.

    Each step takes something away for good, so there are eight at most. shapes: the ways to ask for JSON there are.

    >>> from parhelion.llm.contract import Parameters
    >>> ask = Request((Message("user", "Hi"),), Parameters(temperature=0.5), schema={"type": "object"}, seed=1)
    >>> lower(PLAIN, ask, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.")
    Dialect(shape=0, limit='max_completion_tokens', without=frozenset())
    >>> lower(PLAIN, ask, "Unsupported value: 'temperature' does not support 0.5 with this model.").without
    frozenset({'temperature'})
    >>> lower(PLAIN, ask, "This response_format type is unavailable now").shape == LOOSE
    True
    >>> lower(PLAIN, ask, "temperature is above 2") is None
    True
    """
    if dialect.limit == "max_tokens" and "max_completion_tokens" in refusal and _unknown("max_tokens", refusal):
        return replace(dialect, limit="max_completion_tokens")
    sent = options(request, dialect)
    if "top_p" in sent and "temperature" in sent and _ONLY_ONE.search(refusal):
        return replace(dialect, without=dialect.without | {"top_p"})
    for name in sent:
        if _unknown(name, refusal):
            return replace(dialect, without=dialect.without | {name})
    looser = next((shape for shape in shapes if shape > dialect.shape), None)
    if request.schema is not None and looser and _FORMAT.search(refusal) and _REFUSED.search(refusal):
        return replace(dialect, shape=looser)
    return None


def _unknown(name: str, refusal: str) -> bool:
    """Is the option itself refused? Some servers repeat all that was sent, so the two words must stand together."""
    near = rf"({_UNKNOWN}).{{0,60}}\b{name}\b|\b{name}\b.{{0,60}}({_UNKNOWN})"
    return re.search(near, refusal, re.IGNORECASE | re.DOTALL) is not None


def options(request: Request, dialect: Dialect) -> dict[str, Any]:
    """The settings that are set and that the server takes."""
    given = request.parameters
    all_ = {
        "temperature": given.temperature, "top_p": given.top_p, "stop": list(given.stop) or None, "seed": request.seed,
    }  # fmt: skip
    return {name: value for name, value in all_.items() if value is not None and name not in dialect.without}


def response_format(schema: Mapping[str, Any], shape: int) -> dict[str, Any] | None:
    """What asks for JSON of a schema; None where words alone can."""
    if shape == WORDS:
        return None
    if shape == OBJECT:
        return {"type": "json_object"}
    strict = {"strict": True} if shape == STRICT and _closed(schema) else {}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, **strict}}


def in_words(messages: tuple[Message, ...], schema: Mapping[str, Any]) -> tuple[Message, ...]:
    """The messages with the schema at the end of the system message, or of the first message without one.

    >>> print(in_words((Message("user", "Who?"),), {"type": "object"})[0].content)
    Who?
    <BLANKLINE>
    Answer with JSON alone, valid under this JSON schema:
    ```json
    {"type":"object"}
    ```
    """
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    place = next((place for place, each in enumerate(messages) if each.role == "system"), 0)
    there = messages[place]
    told = f"{there.content}\n\nAnswer with JSON alone, valid under this JSON schema:\n```json\n{text}\n```"
    return (*messages[:place], Message(there.role, told), *messages[place + 1 :])


def _closed(schema: Any) -> bool:
    """May it be asked for strictly? Every object in it must name all its properties, and require them all."""
    if isinstance(schema, list):
        return all(map(_closed, schema))
    if not isinstance(schema, Mapping):
        return True
    names = schema.get("properties")
    if isinstance(names, Mapping):
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(names):
            return False
        return all(map(_closed, names.values())) and all(_closed(v) for k, v in schema.items() if k != "properties")
    if schema.get("type") == "object":
        return False
    return all(_closed(value) for key, value in schema.items() if key not in ("enum", "const", "default", "examples"))
