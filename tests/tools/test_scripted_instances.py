"""What is made for a schema fits it."""

import re
from random import Random

import jsonschema
import pytest

from tools.asking import QA
from tools.scripted.instances import instance
from tools.scripted.patterns import TooHard, matching

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["name", "children", "next"],
        }
    },
}
SCHEMAS = {
    "object": QA,
    "tree": TREE,
    "true": True,
    "nothing": {},
    "enum": {"enum": ["a", 1, None, 2.5, {"b": 1}]},
    "enum_type": {"type": "integer", "enum": ["a", 1, 2]},
    "const": {"const": {"a": [1]}},
    "null": {"type": ["null", "boolean"]},
    "integer": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": -20, "maximum": -1},
    "number": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.01},
    "step": {"type": "number", "multipleOf": 0.25, "minimum": 1, "maximum": 2},
    "below": {"type": "number", "exclusiveMaximum": -3},
    "string": {"type": "string", "minLength": 50, "maxLength": 60},
    "letter": {"type": "string", "minLength": 1, "maxLength": 1},
    "pattern": {"type": "string", "pattern": r"^[A-Z]{2,3}-\d{4}(-(x|y))?$"},
    "formats": {
        "type": "object",
        "properties": {
            name: {"type": "string", "format": name} for name in ("date", "date-time", "email", "uuid", "ipv4", "uri")
        },
        "required": ["date", "date-time", "email", "uuid", "ipv4", "uri"],
    },
    "unique": {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
    "many": {"type": "array", "items": {"type": "boolean"}, "minItems": 30},
    "few": {"type": "array", "maxItems": 0},
    "all": {
        "allOf": [
            {"properties": {"a": {"type": "integer", "minimum": 3}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 4}, "b": {"type": "string"}}, "required": ["b"]},
        ],
        "type": "object",
    },
    "one": {
        "type": "object",
        "properties": {"id": {"type": "integer"}},
        "required": ["id"],
        "oneOf": [
            {"properties": {"kind": {"const": "x"}}, "required": ["kind"]},
            {"properties": {"kind": {"const": "y"}, "size": {"type": "number"}}, "required": ["kind", "size"]},
        ],
    },
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "required": ["left", "right"]},
    "escaped": {"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}},
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_instances_fit(name):
    schema = SCHEMAS[name]
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for seed in range(40):
        checker.validate(instance(schema, Random(seed)))


def test_the_same_numbers_make_the_same_instance():
    assert instance(QA, Random(3)) == instance(QA, Random(3))
    assert len({str(instance(QA, Random(seed))) for seed in range(50)}) == 50


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"not": {}}, "'not' is not known"),
        ({"$ref": "#/$defs/none"}, "points at nothing"),
        ({"$ref": "https://example.com/a"}, "leaves the schema"),
        ({"$ref": "#"}, "refers to itself"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "nothing is between"),
        ({"type": "strin"}, "'strin' is not known"),
        ({"type": "array", "items": {"const": 1}, "minItems": 2, "uniqueItems": True}, "not 2 different"),
        ({"type": "string", "pattern": "^a{3}$", "maxLength": 2}, "no text of 0 to 2"),
        ({"type": "string", "pattern": "(a"}, "is no pattern"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "nothing is both"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "no end"),
        ({"anyOf": []}, "no branches"),
    ],
)
def test_what_cannot_be_made_is_said(schema, why):
    with pytest.raises(TooHard, match=why):
        instance(schema, Random(0))


@pytest.mark.parametrize(
    "pattern", [r"^\w+@\w+\.com$", r"[^a-z]{3}", r"^(yes|no|maybe)$", r"\S\s\D", r"^.{2}x*?$", r"^[\w.-]+$", "a|b"]
)
def test_patterns_are_matched(pattern):
    for seed in range(30):
        assert re.search(pattern, matching(pattern, Random(seed)))
