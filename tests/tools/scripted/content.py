"""Faults of what the model says."""

import json
from collections.abc import Callable
from typing import Any

from . import words
from .answer import Answer, as_json, dealer
from .instances import instance
from .request import Request, short_hash

OTHER = {
    "type": "object",
    "properties": {"weather": {"type": "string"}, "degrees": {"type": "array", "items": {"type": "integer"}}},
    "required": ["weather", "degrees"],
}


class Said:
    """What was said before, by schema: the first answer, and the last by other prompts."""

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self.last: dict[str, list[tuple[str, str]]] = {}

    def keep(self, kind: str, prompt: str, text: str) -> None:
        """Remember an answer."""
        self.first.setdefault(kind, text)
        others = [each for each in self.last.get(kind, ()) if each[0] != prompt]
        self.last[kind] = [*others[-1:], (prompt, text)]

    def other(self, kind: str, prompt: str) -> str | None:
        """The last answer to another prompt."""
        return next((text for asked, text in reversed(self.last.get(kind, [])) if asked != prompt), None)


def kind_of(request: Request) -> str:
    """What answers can stand in for each other: those of one schema."""
    return short_hash(json.dumps(request.schema, sort_keys=True)) if request.schema is not None else ""


def spoil(kind: str, answer: Answer, request: Request, seed: int, said: Said) -> None:
    """Let one fault befall an answer."""
    rng, text = dealer(request, seed, kind), answer.text or ""
    if kind in REWRITES:
        answer.text = REWRITES[kind](text)
    elif kind == "other_schema":
        answer.text = as_json(instance(OTHER, rng))
    elif kind == "not_json":
        answer.text = words.paragraph(rng)
    elif kind == "think":
        answer.text = f"<think>\n{words.paragraph(rng)}\n</think>\n\n{text}"
    elif kind == "cut":
        answer.text, answer.finish = words.first_tokens(text, words.tokens(text) // 2), "length"
    elif kind == "refusal":
        answer.text, answer.declined = None, "I'm sorry, but I can't assist with that request."
    elif kind == "content_filter":
        answer.text, answer.finish = "", "content_filter"
    elif kind == "same":
        answer.text = said.first.get(kind_of(request), text)
    elif kind == "copied":
        answer.text = said.other(kind_of(request), request.prompt) or text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fenced(text: str) -> str:
    return f"```json\n{text}\n```"


def _prose(text: str) -> str:
    return f"Sure! Here is the JSON you asked for:\n\n{text}\n\nLet me know if you need anything else."


def _single_quotes(text: str) -> str:
    r"""JSON as Python prints it; other texts stay.

    >>> _single_quotes('{"a": [true, "b"]}')
    "{'a': [True, 'b']}"
    """
    value = _parsed(text)
    return text if value is None else repr(value)


def _trailing_commas(text: str) -> str:
    r"""JSON with a comma after each last member; other texts stay.

    >>> _trailing_commas('{"a": [1, 2], "b": {}}')
    '{\n "a": [\n  1,\n  2,\n ],\n "b": {},\n}'
    """
    value = _parsed(text)
    if value is None:
        return text
    lines = json.dumps(value, indent=1, ensure_ascii=False).split("\n")
    return "\n".join(
        line + "," if after.lstrip()[:1] in {"]", "}"} and line[-1] not in "[{" else line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    )


REWRITES: dict[str, Callable[[str], str]] = {
    "fenced": _fenced,
    "prose": _prose,
    "single_quotes": _single_quotes,
    "trailing_commas": _trailing_commas,
    "blank": lambda _: "",
}
