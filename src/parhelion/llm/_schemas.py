"""JSON schemas of answers: is one sound, and what is wrong with a value under it, in words that a model can act on."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from parhelion.errors import PlanError, missing_extra, nearest, problems

try:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError, best_match
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012
except ImportError as error:
    raise missing_extra("describe", "asking language models") from error

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_NOWHERE: Registry[Any] = Registry()  # without it, jsonschema would fetch what a schema refers to
_SHOWN, _LOOKED_AT = 5, 50  # faults told at once, and those they are chosen from
_FORMATS = FormatChecker(("date", "time", "idn-email", "ipv4", "ipv6", "uuid", "regex"))
_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")  # of names to schemas
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONES = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
         "unevaluatedProperties")  # fmt: skip
_WORDS = frozenset(Draft202012Validator.VALIDATORS) | {
    *_MAPS, *_LISTS, *_ONES, "$schema", "$id", "$anchor", "$comment", "title", "description", "default", "examples",
    "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType", "contentSchema", "minContains",
    "maxContains", "$dynamicAnchor", "$vocabulary",
}  # fmt: skip


@_FORMATS.checks("email")
def _email(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value) is not None


@_FORMATS.checks("uri", raises=ValueError)
def _uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    where = parts.netloc if parts.scheme in ("http", "https", "ftp") else parts.path or parts.netloc
    return bool(parts.scheme and where) and not any(c.isspace() or c in '<>"{}|\\^`' for c in value)


@_FORMATS.checks("date-time", raises=ValueError)
def _date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return "t" in value.lower() and datetime.fromisoformat(value).tzinfo is not None


def check_schema(schema: Any) -> list[str]:
    """All that is wrong with a schema, each with its place. Nothing outside the schema is ever looked up.

    >>> check_schema({"type": "object", "properties": {"age": {"type": "integr"}}, "requird": ["age"]})
    ["$.properties.age.type is 'integr', which is no type; did you mean 'integer'?",
     "$ has an unknown word 'requird'; did you mean 'required'?"]
    >>> check_schema({"type": "object", "required": ["a"], "additionalProperties": False})
    ["$ requires 'a' and allows no property of that name"]
    >>> check_schema({"$ref": "http://example.org/s.json"})
    ["$ refers to 'http://example.org/s.json', which is not within the schema; write it out under $defs"]
    """
    if not isinstance(schema, Mapping):
        return [f"a schema is an object, not {_short(schema)}"]
    try:
        formal = _formal(json.loads(json.dumps(schema, allow_nan=False)))
        return [*formal, *(each for inner, path in _within(schema, "$") for each in _doubts(inner, path, schema))]
    except (TypeError, ValueError) as error:
        return [f"the schema holds what JSON cannot: {error}"]
    except RecursionError:
        return ["the schema is nested too deep"]


def faults(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """What is wrong with a value, each with its JSON path; the first five. Raises PlanError for a wrong schema.

    >>> faults({"age": "old"}, {"properties": {"age": {"type": "integer"}}, "required": ["age", "name"]})
    ["$: 'name' is a required property", "$.age: 'old' is not of type 'integer'"]
    """
    validator = ready(schema)
    try:
        errors = sorted(islice(validator.iter_errors(value), _LOOKED_AT), key=lambda error: error.json_path)
    except RecursionError:
        return ["$: it is nested too deep"]
    return [_told(error) for error in errors[:_SHOWN]]


def ready(schema: Any) -> Draft202012Validator:
    """What checks values under a schema. Raises PlanError where the schema is wrong."""
    try:
        return _validator(json.dumps(schema, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, PlanError):
            raise
        raise _wrong(check_schema(schema) or [str(error)]) from None


def _wrong(found: list[str]) -> PlanError:
    return PlanError(f"the schema of an answer is none that can be met: {problems(found)}")


@lru_cache(maxsize=256)
def _validator(text: str) -> Draft202012Validator:
    schema = json.loads(text)
    if found := check_schema(schema):
        raise _wrong(found)
    return Draft202012Validator(schema, format_checker=_FORMATS, registry=_NOWHERE)


def _told(error: ValidationError) -> str:
    error = best_match([error]) or error  # within anyOf: of the branch that is nearest
    message = error.message
    if len(message) > 200:
        message = f"{message[:80]} … {message[-100:]}"
    return f"{error.json_path}: {message}"


def _formal(schema: dict[str, Any]) -> Iterator[str]:
    """What the definition of JSON schema itself forbids."""
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        got = error.instance
        if error.json_path.endswith(".type") and isinstance(got, str):
            yield f"{error.json_path} is {got!r}, which is no type{nearest(got, TYPES)}"
        else:
            yield _told(error)


def _within(schema: Any, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """A schema and all in it, each with its path."""
    if not isinstance(schema, Mapping):
        return
    yield schema, path
    for word, inner in schema.items():
        if word in _MAPS and isinstance(inner, Mapping):
            for name, each in inner.items():
                yield from _within(each, f"{path}.{word}.{name}")
        elif word in _LISTS and isinstance(inner, list):
            for place, each in enumerate(inner):
                yield from _within(each, f"{path}.{word}[{place}]")
        elif word in _ONES:
            yield from _within(inner, f"{path}.{word}")


def _doubts(schema: Mapping[str, Any], path: str, root: Mapping[str, Any]) -> Iterator[str]:
    """What is allowed by the letter and cannot be meant."""
    for word in schema:
        if word not in _WORDS and get_close_matches(str(word), _WORDS, n=1, cutoff=0.75):
            yield f"{path} has an unknown word {word!r}{nearest(str(word), sorted(_WORDS))}"
    if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
        names, required = schema.get("properties", {}), schema.get("required", [])
        if isinstance(required, list) and isinstance(names, Mapping):
            for name in required:
                if name not in names:
                    yield f"{path} requires {name!r} and allows no property of that name"
    yield from _broken(schema, path, root)


def _broken(schema: Mapping[str, Any], path: str, root: Mapping[str, Any]) -> Iterator[str]:
    ref = schema.get("$ref")
    if isinstance(ref, str) and not _refers(ref, root):
        yield f"{path} refers to {ref!r}, which is not within the schema; write it out under $defs"
    pattern = schema.get("pattern")
    try:
        re.compile(pattern if isinstance(pattern, str) else "")
    except re.error as error:
        yield f"{path}.pattern is no regular expression: {error}"
    if schema.get("enum") == []:
        yield f"{path}.enum is empty: nothing can meet it"


def _refers(ref: str, root: Mapping[str, Any]) -> bool:
    if not ref.startswith("#"):
        return False
    try:
        resource: Resource[Any] = Resource.from_contents(dict(root), default_specification=DRAFT202012)
        Registry().with_resource("", resource).resolver().lookup(ref)
    except (Unresolvable, ValueError, AttributeError, TypeError):
        return False
    return True


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
