"""JSON out of what models write around it, and values bent to a schema where that changes nothing that is meant."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from parhelion.errors import missing_extra

try:
    from json_repair import repair_json
except ImportError as error:
    raise missing_extra("describe", "asking language models") from error

_FENCE = re.compile(r"```[a-zA-Z0-9]*[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_WHOLE = re.compile(r"[+-]?\d{1,300}")
_START, _BRACKET = re.compile(r"[\[{]"), re.compile(r"[\[\]{}]")
_QUOTE = re.compile(r'(?:\\.)|(")', re.DOTALL)
_LONGEST, _BRACKETS = 6_000, 400  # what is mended at most: with junk, the time it takes grows with their square
_TRIED = 50  # brackets at which JSON may begin
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEEPEST = 100


class NoJSON(ValueError):  # noqa: N818 (it says what a text is not)
    """A text that holds no JSON that can be relied on; the message says why."""


def json_in(text: str, *, cut: bool = False) -> Any:
    """The JSON value that a text holds: all of it, in a fence, after some prose, or broken and plainly mended.

    cut: the text is known to be cut off, so nothing is mended.

    >>> json_in('Sure! Here it is:\\n```json\\n{"a": 1}\\n```'), json_in("{'a': 1,}"), json_in('[1, 2] Enjoy.')
    ({'a': 1}, {'a': 1}, [1, 2])
    >>> json_in('{"a": "so it be')
    Traceback (most recent call last):
    parhelion.llm._reading.NoJSON: it ends in the middle of a text
    >>> json_in("I cannot.")
    Traceback (most recent call last):
    parhelion.llm._reading.NoJSON: it is not JSON
    """
    whole = text.strip().removeprefix("\ufeff").strip()
    fenced = _FENCE.search(whole)
    inner = fenced[1].strip() if fenced else ""
    parts = [whole, inner] if inner[:1] in ("{", "[") else [whole]
    try:
        for find in (_loads, _longest):
            for part in parts:
                if (found := find(part)) is not None:
                    return _sound(found[0])
        return _sound(_mended(parts[-1], cut=cut))
    except RecursionError:
        raise NoJSON("it is nested too deep") from None


def _loads(text: str) -> tuple[Any] | None:
    try:
        return (json.loads(text, parse_constant=_no_constant),)
    except ValueError:
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _longest(text: str) -> tuple[Any] | None:
    """The longest JSON object or array in a text that is not within a broken one: nothing is closed after it."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    best, length = None, 0
    at, tried = _START.search(text), 0
    while at and tried < _TRIED:
        try:
            value, end = decoder.raw_decode(text, at.start())
        except ValueError:
            end = at.end()
        else:
            if end - at.start() > length and not _closes_more(text, end):
                best, length = (value,), end - at.start()
        at, tried = _START.search(text, end), tried + 1
    return best


def _closes_more(text: str, start: int) -> bool:
    """Is more closed after a place than opened? Then what stood before it was within something."""
    depth = 0
    for bracket in _BRACKET.finditer(text, start):
        depth += 1 if bracket[0] in "[{" else -1
        if depth < 0:
            return True
    return False


def _mended(text: str, *, cut: bool) -> Any:
    start = _START.search(text)
    if not start:
        raise NoJSON("it is not JSON")
    broken = text[start.start() :]
    if cut or len(broken) > _LONGEST or len(_BRACKET.findall(broken)) > _BRACKETS:
        raise NoJSON("it is cut off" if cut else "it is not JSON")
    if _ends_in_text(broken):
        raise NoJSON("it ends in the middle of a text")
    try:
        return repair_json(broken, return_objects=True, skip_json_loads=True)
    except (ValueError, LookupError, AssertionError, TypeError, AttributeError):  # it has met junk that nobody foresaw
        raise NoJSON("it is not JSON") from None


def _ends_in_text(text: str) -> bool:
    """Was it cut within a string? What is mended then would be half of what was meant."""
    return sum(1 for quote in _QUOTE.findall(text) if quote) % 2 == 1


def _sound(value: Any, depth: int = 0) -> Any:
    """The value with whole characters only. Raises NoJSON where a number is beyond all numbers, or all too deep."""
    if depth > _DEEPEST:
        raise NoJSON("it is nested too deep")
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_sound(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {_sound(name, depth + 1): _sound(each, depth + 1) for name, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise NoJSON("a number in it is too large")
    return value


def bent(value: Any, schema: Any, root: Mapping[str, Any]) -> Any:
    """The value with the harmless differences gone that small models make; what does not fit otherwise stays.

    >>> person = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"},
    ...           "level": {"enum": ["Easy", "Hard"]}}, "additionalProperties": False}
    >>> bent({"name": "Ada", "age": "36", "level": " easy", "mood": "fine"}, person, person)
    {'name': 'Ada', 'age': 36, 'level': 'Easy'}
    >>> quote = {"type": "object", "properties": {"quote": {"type": "string"}}, "required": ["quote"]}
    >>> bent("To be", quote, quote), bent({"quote": "To be"}, {"type": "array", "items": quote}, quote)
    ({'quote': 'To be'}, [{'quote': 'To be'}])
    """
    schema = _resolved(schema, root)
    if not isinstance(schema, Mapping):
        return value
    if isinstance(schema.get("enum"), list):
        value = _member(value, schema["enum"])
    kinds = _kinds(schema)
    if kinds and not any(_is(value, kind) for kind in kinds):
        value = _turned(value, schema, kinds, root)
    if isinstance(value, dict):
        return _object(value, schema, root)
    if isinstance(value, list) and "items" in schema:
        return [bent(each, schema["items"], root) for each in value]
    return value


def _resolved(schema: Any, root: Mapping[str, Any]) -> Any:
    """Behind a reference within the schema, and behind `X or null`."""
    for _ in range(_DEEPEST):
        if not isinstance(schema, Mapping):
            break
        ref, branches = schema.get("$ref"), schema.get("anyOf") or schema.get("oneOf")
        if isinstance(ref, str) and ref.startswith("#/"):
            schema = _pointed(ref, root)
        elif isinstance(branches, list) and len(some := [b for b in branches if b != {"type": "null"}]) == 1:
            schema = some[0]
        else:
            break
    return schema


def _pointed(ref: str, root: Any) -> Any:
    for name in ref[2:].split("/"):
        root = root.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(root, Mapping) else None
    return root


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or kind == "boolean":
        return isinstance(value, bool) and kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    classes: dict[str, Any] = {"string": str, "number": int | float, "object": dict, "array": list, "null": type(None)}
    return isinstance(value, classes[kind])


def _turned(value: Any, schema: Mapping[str, Any], kinds: list[str], root: Mapping[str, Any]) -> Any:
    """A value of one type as one of another, where there is one way only."""
    if isinstance(value, str):
        text = value.strip()
        if ("number" in kinds or "integer" in kinds) and _NUMBER.fullmatch(text):
            return _number(text, value)
        if "boolean" in kinds and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kinds == ["object"] and (name := only_text(schema, root)):
            return {name: value}
    if "string" in kinds and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if kinds == ["array"] and isinstance(value, dict):
        return [value]
    return value


def _number(text: str, otherwise: str) -> int | float | str:
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        return otherwise
    return int(number) if number.is_integer() else number


def only_text(schema: Any, root: Mapping[str, Any]) -> str | None:
    """The name of the one required property of an object, where it is text."""
    schema = _resolved(schema, root)
    required = schema.get("required") if isinstance(schema, Mapping) else None
    if not isinstance(required, list) or len(required) != 1:
        return None
    inner = _resolved(schema.get("properties", {}).get(required[0]), root)
    return required[0] if isinstance(inner, Mapping) and _kinds(inner) == ["string"] else None


def _member(value: Any, choices: list[Any]) -> Any:
    """The one choice that differs in case or blanks only."""
    if not isinstance(value, str) or value in choices:
        return value
    close = [each for each in choices if isinstance(each, str) and _bare(each) == _bare(value)]
    return close[0] if len(close) == 1 else value


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    names = schema.get("properties", {})
    if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
        value = {name: each for name, each in value.items() if name in names}
    return {name: bent(each, names[name], root) if name in names else each for name, each in value.items()}
