"""Answers of a given shape, from somebody who answers as a test says."""

import asyncio
import json

import pytest

from parhelion.errors import PlanError
from parhelion.llm import answer, check_schema
from parhelion.llm.contract import Message, Parameters, Reply, Request, Unusable, Usage

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0},
        "level": {"enum": ["Easy", "Very hard"]},
        "mail": {"type": "string", "format": "email"},
    },
    "required": ["name", "age"],
    "additionalProperties": False,
}
QUOTE = {"type": "object", "properties": {"quote": {"type": "string"}}, "required": ["quote"]}
ADA = {"name": "Ada", "age": 36}


class Answers:
    """Gives replies in turn, and keeps what it was asked."""

    def __init__(self, *replies):
        self.replies, self.asked = list(replies), []

    async def ask(self, request, *, key, field, avoid=frozenset()):
        self.asked.append((request, key, field, avoid))
        text, finish = each if isinstance(each := self.replies[len(self.asked) - 1], tuple) else (each, "stop")
        return Reply(text, Usage(1, 1), "somebody", finish)


def answered(*replies, schema=PERSON, valid=None, pool=None):
    pool = pool or Answers(*replies)
    request = Request((Message("user", "Who?"),), Parameters(max_tokens=9), schema=schema)
    return asyncio.run(answer(pool, request, key="k", field="f", valid=valid, avoid=frozenset({"x"})))[0]


def complaint(*replies, schema=PERSON, valid=None):
    """What a model is told about its first answer."""
    pool = Answers(*replies)
    answered(schema=schema, valid=valid, pool=pool)
    return pool.asked[1][0].messages[-1].content


def test_a_good_answer_is_asked_for_once():
    pool = Answers(json.dumps(ADA))
    assert answered(pool=pool) == ADA
    ((request, key, field, avoid),) = pool.asked
    assert (key, field, avoid, request.schema) == ("k:0", "f", frozenset({"x"}), PERSON)


def test_a_wrong_answer_is_corrected_by_whoever_gave_it():
    pool = Answers('{"name": "", "age": -1}', '{"name": "Ada", "age": -1}', json.dumps(ADA))
    assert answered(pool=pool) == ADA
    requests, keys, *_ = zip(*pool.asked, strict=True)
    assert keys == ("k:0", "k:1", "k:2")
    roles = [[each.role for each in request.messages] for request in requests]
    assert roles[2] == ["user", "assistant", "user", "assistant", "user"]
    assert requests[2].messages[1].content == '{"name": "", "age": -1}'
    told = requests[1].messages[-1].content
    assert "$.age: -1 is less than the minimum of 0" in told
    assert "$.name: " in told
    assert requests[2].messages[: len(requests[1].messages)] == requests[1].messages


def test_after_two_corrections_it_is_given_up_with_the_text_as_it_came():
    pool = Answers("no", " no! ", "  still\n no ")
    with pytest.raises(Unusable) as caught:
        answered(pool=pool)
    assert len(pool.asked) == 3
    assert caught.value.raw == "  still\n no "
    assert caught.value.endpoint == "somebody"
    assert caught.value.reason == "it is not JSON; give JSON alone"


def test_a_refusal_is_final():
    pool = Answers(("I can't help with that.", "refused"))
    with pytest.raises(Unusable, match="refused: I can't help"):
        answered(pool=pool)
    assert len(pool.asked) == 1


# --- text -----------------------------------------------------------------------------------------------------------


def test_text_is_stripped_and_otherwise_left_alone():
    assert answered(" \n```json\n{}\n``` ", schema=None) == "```json\n{}\n```"


@pytest.mark.parametrize(("first", "told"), [("  \n ", "it is empty"), (("cut o", "length"), "cut off after 9 tokens")])
def test_texts_that_are_none(first, told):
    pool = Answers(first, "whole")
    assert answered(schema=None, pool=pool) == "whole"
    assert told in pool.asked[1][0].messages[-1].content
    assert pool.asked[1][0].messages[-2].content.strip(), "no server takes an empty message"


def test_what_the_caller_finds_wrong_is_told():
    told = complaint("short", "longer", schema=None, valid=lambda text: "it is too short" if len(text) < 6 else None)
    assert told == "That answer cannot be used: it is too short. Give the whole answer again."


# --- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Ada", "age": 36}',
        '\ufeff {"name": "Ada", "age": 36}\n',
        '```json\n{"name": "Ada", "age": 36}\n```',
        'Sure!\n```\n{"name": "Ada", "age": 36}\n```\nAnything else?',
        'As in [1] and {curly}: {"name": "Ada", "age": 36} (see [2]).',
        "{'name': 'Ada', 'age': 36,}",
        '{"name": "Ada", "age": 36',
        '{name: "Ada", age: 36} // done',
        '```json\n{"name": "Ada",\n "age": 36,}',
        '{"name": "Ada", "age": "36"}',
        '{"name": "Ada", "age": 36.0}',
        '{"name": "Ada", "age": 36, "mood": "fine"}',
        '{"name": "Ada", "age": "+36 "}',
    ],
)
def test_what_models_write_around_json(text):
    assert answered(text) == ADA


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ({"level": "very  HARD"}, {"properties": {"level": PERSON["properties"]["level"]}, "type": "object"},
         {"level": "Very hard"}),
        ({"a": "true"}, {"type": "object", "properties": {"a": {"type": "boolean"}}}, {"a": True}),
        ({"a": 7}, {"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "7"}),
        ({"a": "1e3"}, {"type": "object", "properties": {"a": {"type": "number"}}}, {"a": 1000}),
        ({"a": "-0.5"}, {"type": "object", "properties": {"a": {"anyOf": [{"type": "number"}, {"type": "null"}]}}},
         {"a": -0.5}),
        ({"a": "7"}, {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}},
                        "$defs": {"n": {"type": "integer"}}}, {"a": 7}),
        ({"q": {"quote": "x"}}, {"type": "object", "properties": {"q": {"type": "array", "items": QUOTE}}},
         {"q": [{"quote": "x"}]}),
        ({"q": ["x"]}, {"type": "object", "properties": {"q": {"type": "array", "items": QUOTE}}},
         {"q": [{"quote": "x"}]}),
        ("x", QUOTE, {"quote": "x"}),
    ],
)  # fmt: skip
def test_harmless_differences_are_overlooked(value, schema, expected):
    assert answered(json.dumps(value), schema=schema) == expected


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"a": "seven"}, {"type": "object", "properties": {"a": {"type": "integer"}}}),
        ({"a": "7.5"}, {"type": "object", "properties": {"a": {"type": "integer"}}}),
        ({"a": True}, {"type": "object", "properties": {"a": {"type": "integer"}}}),
        ({"a": "x"}, {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}),
        ({"a": "B"}, {"type": "object", "properties": {"a": {"enum": ["b ", "b"]}}}),
        ({"a": "99999999999999999999e999"}, {"type": "object", "properties": {"a": {"type": "number"}}}),
        ("x", {"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a", "b"]}),
        ({"a": float("nan")}, {"type": "object", "properties": {"a": {"type": "number"}}}),
        (["x"], QUOTE),
        (None, QUOTE),
    ],
)
def test_what_changes_the_meaning_is_not(value, schema):
    with pytest.raises(Unusable):
        answered(*[json.dumps(value)] * 3, schema=schema)


def test_plain_text_is_an_answer_of_one_text():
    assert answered("To be, or not to be.", schema=QUOTE) == {"quote": "To be, or not to be."}


@pytest.mark.parametrize("text", ['{"quote": "To be', '{"quote": "To be"', "```\nTo be", "[To be", '"To be'])
def test_a_cut_answer_is_none(text):
    """With finish `length` nothing is mended, whatever it would validate as."""
    pool = Answers((text, "length"), '{"quote": "whole"}')
    assert answered(schema=QUOTE, pool=pool) == {"quote": "whole"}
    assert "cut off after 9 tokens" in pool.asked[1][0].messages[-1].content


def test_a_whole_answer_before_a_cut_is_one():
    assert answered(('{"quote": "whole"}\n\nI chose this bec', "length"), schema=QUOTE) == {"quote": "whole"}


def test_a_server_that_hides_a_cut_does_not_pass_half_a_text():
    assert "in the middle of a text" in complaint('{"quote": "To be, or no', '{"quote": "x"}', schema=QUOTE)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        "[" * 600 + "]" * 600,
        '{"quote": 1e999}',
        "{" * 9_000,
        "{1]" * 3_000,
        '{"1```json\n)\\"a' * 400,
        "{" * 3_000 + '"' * 3_001,
        "".join(f"[{k} " for k in range(20_000)),
        "\x00\x1b[31m{",
        "null",
        "{}",
        '["quote"]',
    ],
    ids=range(13),
)
def test_hostile_answers_are_rejected_and_nothing_worse(text):
    with pytest.raises(Unusable) as caught:
        answered(text, text, text, schema={**QUOTE, "additionalProperties": False})
    assert len(caught.value.reason) < 1000
    assert caught.value.raw == text


@pytest.mark.parametrize("schema", [None, QUOTE])
def test_an_answer_longer_than_was_asked_for_is_none(schema):
    told = complaint('{"quote": "' + "x" * 30_000 + '"}', '{"quote": "x"}', schema=schema)
    assert "longer than 9 tokens can be" in told


def test_half_characters_become_whole_ones():
    assert answered('{"quote": "half \\ud83d done"}', schema=QUOTE) == {"quote": "half \ufffd done"}


def test_faults_are_told_briefly():
    told = complaint(json.dumps({"name": "x" * 100_000, "age": "y" * 100_000}), json.dumps(ADA))
    assert len(told) < 1500


def test_a_very_long_wrong_answer_is_not_sent_back_whole():
    pool = Answers("x" * 1_000_000, json.dumps(ADA))
    answered(pool=pool)
    assert len(pool.asked[1][0].messages[-2].content) < 25_000


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("email", "a@b.org", "a@b"),
        ("uri", "https://a.org/x?y=1", "a.org/x"),
        ("date-time", "2026-02-28T10:00:00Z", "2026-02-28"),
        ("uuid", "6e0b1c52-8f6e-4d0c-9b6e-0d2f3c1a5b7e", "6e0b"),
        ("ipv4", "10.0.0.1", "10.0.0.256"),
    ],
)
def test_formats_are_checked(format_, good, bad):
    schema = {"type": "object", "properties": {"a": {"type": "string", "format": format_}}}
    told = complaint(json.dumps({"a": bad}), json.dumps({"a": good}), schema=schema)
    assert f"$.a: '{bad}' is not a '{format_}'" in told


# --- shapes that are no object --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "array", "items": {"type": "integer"}}, '{"answer": [1, 2]}', [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, "Here: [1, 2]", [1, 2]),
        (
            {"type": "array", "items": {"$ref": "#/$defs/q"}, "$defs": {"q": QUOTE}},
            '[{"quote": "x"}]',
            [{"quote": "x"}],
        ),
        ({"type": "integer"}, "7", 7),
        ({"type": "string"}, "just so", "just so"),
        ({"enum": ["Yes", "No"]}, '"yes"', "Yes"),
        ({"anyOf": [QUOTE, {"type": "null"}]}, "null", None),
        ({"anyOf": [QUOTE, {"type": "null"}]}, '{"quote": "x"}', {"quote": "x"}),
    ],
)
def test_they_are_asked_for_within_one(schema, text, value):
    pool = Answers(text)
    assert answered(schema=schema, pool=pool) == value
    assert pool.asked[0][0].schema["type"] == "object"


# --- schemas that are wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ([], "a schema is an object, not []"),
        ({"type": "objet"}, "$.type is 'objet', which is no type; did you mean 'object'?"),
        ({"type": "object", "propertys": {}}, "$ has an unknown word 'propertys'; did you mean 'properties'?"),
        ({"properties": {"a": {"minimum": "1"}}}, "$.properties.a.minimum: '1' is not of type 'number'"),
        ({"properties": {"a": {"pattern": "("}}}, "$.properties.a.pattern is no regular expression"),
        ({"items": {"enum": []}}, "$.items.enum is empty"),
        ({"$ref": "#/$defs/a"}, "$ refers to '#/$defs/a', which is not within the schema"),
        ({"allOf": [{"$ref": "https://json-schema.org/draft/2020-12/schema"}]}, "$.allOf[0] refers to 'https:"),
        ({"type": "object", "default": {1, 2}}, "the schema holds what JSON cannot"),
        ({"const": float("nan")}, "the schema holds what JSON cannot"),
    ],
)
def test_wrong_schemas_are_told(schema, told):
    assert any(each.startswith(told) for each in check_schema(schema)), check_schema(schema)


@pytest.mark.parametrize("schema", [PERSON, QUOTE, {}, {"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "x-note": 1}])
def test_sound_schemas_are_sound(schema):
    assert check_schema(schema) == []


@pytest.mark.parametrize(
    "schema", [{"type": "objet"}, {"type": "object", "requird": []}, {"type": "array", "items": 7}]
)
def test_nothing_is_asked_for_a_wrong_schema(schema):
    pool = Answers("{}")
    with pytest.raises(PlanError, match="schema of an answer"):
        answered(schema=schema, pool=pool)
    assert pool.asked == []


def test_a_schema_that_refers_to_itself_meets_a_deep_answer():
    schema = {"type": "object", "properties": {"a": {"$ref": "#"}}, "additionalProperties": False}
    deep = '{"a":' * 90 + "{}" + "}" * 90
    assert answered(deep, schema=schema) == json.loads(deep)
