"""A JSON value that fits a JSON schema, of words that the names of its properties hint at."""

import json
import math
from random import Random
from typing import Any

from .patterns import TooHard
from .texts import text_for

Schema = dict[str, Any]
UNKNOWN = ("not", "if", "contains", "dependentSchemas", "dependentRequired", "patternProperties", "minProperties")
DEEP, DEEPEST, STEPS = 6, 40, 20_000
SORTS: dict[str, Any] = {
    "properties": dict, "required": list, "enum": list, "anyOf": list, "oneOf": list, "allOf": list,
    "prefixItems": list, "items": (dict, bool), "additionalProperties": (dict, bool), "pattern": str, "format": str,
    "$ref": str, "type": (str, list), "title": str,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), int),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)),
}  # fmt: skip


def instance(schema: Any, rng: Random, name: str = "") -> Any:
    """A value that fits the schema. Raises TooHard where the schema has what is not known here.

    >>> schema = {
    ...     "type": "object",
    ...     "properties": {"city": {"type": "string"}, "stars": {"type": "integer", "minimum": 1, "maximum": 5}},
    ...     "required": ["city", "stars"],
    ... }
    >>> instance(schema, Random(1))
    {'city': 'Cusco', 'stars': 5}
    >>> instance({"not": {"type": "string"}}, Random(1))
    Traceback (most recent call last):
    tools.scripted.patterns.TooHard: a schema with 'not' is not known here
    """
    return _Maker(schema, rng).value(schema, name, 0)


class _Maker:
    def __init__(self, root: Any, rng: Random) -> None:
        self.root, self.rng, self.steps = root, rng, 0

    def value(self, schema: Any, name: str, depth: int) -> Any:
        if depth > DEEPEST:
            raise TooHard("the schema has no end")
        if schema is True or schema == {}:
            return text_for(name, {}, self.rng)
        schema = self.whole(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(self.allowed(schema))
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                rest = {key: value for key, value in schema.items() if key != choice}
                return self.one_of(rest, schema[choice], name, depth)
        return self.plain(schema, name, depth)

    def plain(self, schema: Schema, name: str, depth: int) -> Any:
        kind = schema.get("type") or _guessed(schema)
        if isinstance(kind, list):
            kind = kind[0] if depth <= DEEP and len(kind) == 1 else self.rng.choice(kind)
        makers = {"object": self.object, "array": self.array, "integer": self.integer, "number": self.number}
        if kind in makers:
            return makers[kind](schema, name, depth)
        if kind == "string":
            return text_for(name, schema, self.rng)
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind == "null":
            return None
        raise TooHard(f"type {kind!r} is not known here")

    def whole(self, schema: Any, depth: int = 0) -> Schema:
        """A schema with what $ref and allOf add to it."""
        self.steps += 1
        if depth > DEEPEST or self.steps > STEPS:
            raise TooHard("the schema has no end")
        for _ in range(DEEPEST):
            _check(schema)
            if "$ref" in schema:
                schema = self.referred(schema)
            elif "allOf" in schema:
                parts = schema["allOf"]
                schema = {key: value for key, value in schema.items() if key != "allOf"}
                for part in parts:
                    schema = merged(schema, self.whole(part, depth + 1))
            else:
                return dict(schema)
        raise TooHard("the schema refers to itself and to nothing else")

    def referred(self, schema: Schema) -> Schema:
        """What a $ref points at, with what stands beside it."""
        found = self.at(schema["$ref"])
        found = {} if found is True else found
        _check(found)
        return merged(found, {key: value for key, value in schema.items() if key != "$ref"})

    def at(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise TooHard(f"$ref {reference!r} leaves the schema")
        found = self.root
        for step in reference[1:].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")  # noqa: PLW2901 (decoded)
            if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            elif isinstance(found, dict) and step in found:
                found = found[step]
            else:
                raise TooHard(f"$ref {reference!r} points at nothing")
        return found

    def one_of(self, rest: Schema, branches: list[Schema], name: str, depth: int) -> Any:
        """A value of one of the branches; deep in a schema that holds itself, of a short one."""
        order = self.rng.sample(branches, len(branches))
        if depth > DEEP:
            order.sort(key=lambda branch: ("$ref" in json.dumps(branch), len(json.dumps(branch))))
        problem = TooHard("anyOf has no branches")
        for branch in order:
            try:
                return self.value(merged(rest, self.whole(branch)), name, depth + 1)
            except TooHard as error:
                problem = error
        raise problem

    def allowed(self, schema: Schema) -> list[Any]:
        kinds = schema.get("type")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        found = [each for each in schema["enum"] if kinds is None or any(_is(each, kind) for kind in kinds)]
        if not found:
            raise TooHard(f"enum has no value of the type {kinds}")
        return found

    def object(self, schema: Schema, name: str, depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        chosen = [
            each
            for each in properties
            if each in required or (depth <= DEEP and properties[each] is not False and self.rng.random() < 0.8)
        ]
        made = {each: self.value(properties[each], each, depth + 1) for each in chosen}
        others = schema.get("additionalProperties", True)
        for each in required:
            if each not in made:
                made[each] = self.value(others, each, depth + 1)
        if not properties and not made and others is not False and depth <= DEEP:
            made = {each: self.value(others, each, depth + 1) for each in ("name", "text")}
        return made

    def array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        made = [self.value(each, name, depth + 1) for each in schema.get("prefixItems", [])]
        fewest = schema.get("minItems", 0 if depth > DEEP else min(1, schema.get("maxItems", 1)))
        most = schema.get("maxItems", max(fewest, len(made)) + (0 if depth > DEEP else 2))
        items, singular = schema.get("items", True), name.removesuffix("s")
        wanted = min(self.rng.randint(fewest, max(fewest, most)), fewest + 5)
        for _ in range(100):
            if len(made) >= wanted or items is False:
                break
            value = self.value(items, singular, depth + 1)
            if not schema.get("uniqueItems") or value not in made:
                made.append(value)
        if len(made) < fewest:
            raise TooHard(f"{name or 'the array'}: there are not {fewest} different items")
        return made

    def integer(self, schema: Schema, name: str, depth: int) -> int:
        low, high = _bounds(schema, name)
        step = schema.get("multipleOf", 1)
        low, high = math.ceil(low / step), math.floor(high / step)
        if schema.get("exclusiveMinimum") == low * step:
            low += 1
        if schema.get("exclusiveMaximum") == high * step:
            high -= 1
        if low > high:
            raise TooHard(f"{name or 'the number'}: nothing is between its bounds")
        return int(self.rng.randint(low, high) * step)

    def number(self, schema: Schema, name: str, depth: int) -> float:
        if "multipleOf" in schema:
            return self.multiple(schema, schema["multipleOf"])
        low, high = _bounds(schema, name)
        if low > high or (low == high and {"exclusiveMinimum", "exclusiveMaximum"} & schema.keys()):
            raise TooHard(f"{name or 'the number'}: nothing is between its bounds")
        value = round(self.rng.uniform(low, high), 2)
        inside = low < value < high
        return value if inside else low + (high - low) / 2

    def multiple(self, schema: Schema, step: float) -> float:
        """A multiple of a step that need not be whole, and that division shows to be one in spite of rounding."""
        bounds = {key: value / step for key, value in schema.items() if key.lower().endswith(("minimum", "maximum"))}
        for _ in range(100):
            value = round(self.integer(bounds, "", 0) * step, 12)
            if (value / step).is_integer():
                break
        return value


def _check(schema: Any) -> None:
    if not isinstance(schema, dict):
        raise TooHard(f"{schema!r} has no value")
    for key, value in schema.items():
        if key in UNKNOWN:
            raise TooHard(f"a schema with {key!r} is not known here")
        if key in SORTS and not isinstance(value, SORTS[key]):
            raise TooHard(f"{key} is {value!r}, which is of the wrong type")
    if not all(isinstance(name, str) for name in schema.get("required", ())):
        raise TooHard("required has what is no name")
    if schema.get("multipleOf", 1) <= 0:
        raise TooHard("multipleOf is not above 0")


def merged(one: Schema, other: Schema) -> Schema:
    """What fits both, as far as it can be said without looking inside.

    >>> merged({"required": ["a"], "minimum": 1}, {"required": ["b"], "minimum": 3})
    {'required': ['a', 'b'], 'minimum': 3}
    """
    made = {**one, **other}
    for key in one.keys() & other.keys():
        a, b = one[key], other[key]
        if key == "properties":
            made[key] = {**a, **b, **{name: {"allOf": [a[name], b[name]]} for name in a.keys() & b.keys()}}
        elif key == "required":
            made[key] = [*a, *(each for each in b if each not in a)]
        elif key == "enum":
            made[key] = [each for each in a if each in b]
        elif key in {"minimum", "exclusiveMinimum", "minLength", "minItems"}:
            made[key] = max(a, b)
        elif key in {"maximum", "exclusiveMaximum", "maxLength", "maxItems"}:
            made[key] = min(a, b)
        elif key == "type" and a != b:
            made[key] = _both(a, b)
        elif key in {"anyOf", "oneOf"}:
            made = {**made, key: a, "allOf": [{key: b}]}
    return made


def _both(a: Any, b: Any) -> list[str]:
    """The types that are in both; an integer is a number."""
    left, right = ([each] if isinstance(each, str) else each for each in (a, b))
    both = [each for each in left if each in right or (each == "integer" and "number" in right)]
    both += [each for each in right if each == "integer" and "number" in left and each not in both]
    if not both:
        raise TooHard(f"nothing is both {a} and {b}")
    return both


def _guessed(schema: Schema) -> str:
    hints = {
        "object": ("properties", "required", "additionalProperties"),
        "array": ("items", "prefixItems", "minItems", "maxItems"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
    return next((kind for kind, keys in hints.items() if any(key in schema for key in keys)), "string")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    types: dict[str, Any] = {
        "string": str, "integer": int, "number": (int, float), "null": type(None), "object": dict, "array": list,
    }  # fmt: skip
    return kind in types and isinstance(value, types[kind])


HINTS = {
    "year": (1950, 2025), "month": (1, 12), "day": (1, 28), "hour": (0, 23), "minute": (0, 59), "age": (18, 90),
    "score": (1, 10), "rating": (1, 5), "stars": (1, 5), "confidence": (0, 1), "probability": (0, 1), "share": (0, 1),
    "latitude": (-60, 70), "longitude": (-180, 180), "price": (1, 500), "percent": (0, 100),
}  # fmt: skip


def _bounds(schema: Schema, name: str) -> tuple[float, float]:
    """Lowest and highest; where one is not given, the name hints at it, if that fits."""
    lows = [float(schema[key]) for key in ("minimum", "exclusiveMinimum") if key in schema]
    highs = [float(schema[key]) for key in ("maximum", "exclusiveMaximum") if key in schema]
    a, b = next((span for hint, span in HINTS.items() if hint in name.lower()), (0, 1000))
    if lows and not highs:
        return max(lows), b if b > max(lows) else max(lows) + 1000
    if highs and not lows:
        return a if a < min(highs) else min(highs) - 1000, min(highs)
    return max(lows, default=a), min(highs, default=b)
