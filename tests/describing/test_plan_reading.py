"""Plans as files: read, refused with all that is wrong, and written so that they read back the same."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from parhelion.describing.plan import Plan, choices, moved, needs, order, plan_of, plan_yaml, read_plan
from parhelion.describing.plan.problems import found_by_pydantic
from parhelion.errors import PlanError

MODELS = "models: {small: {model: m, endpoints: [{url: 'http://localhost:1/v1'}]}}\n"


def told(text, folder=Path()):
    """What is wrong with a plan."""
    with pytest.raises(PlanError) as caught:
        plan_of(text, "plan.yaml", folder)
    return str(caught.value)


def fields(text):
    return f"goal: g\n{MODELS}fields:\n" + "".join(f"  {line}\n" for line in text.strip().split("\n"))


def test_all_problems_are_told_at_once_each_with_its_place_and_line():
    text = """goal: questions
rows: 0
budget: -1
models:
  small:
    model: llama3.2
    endpoints:
    - url: localhost:11434
      keey: OPENAI_API_KEY
    - network: net
      trust: owm
fields:
  mood:
    make: categorie
    values: [calm]
  age:
    make: number
    betwen: [1, 2]
  name: {make: text}
deliver:
  formats: [csv]
"""
    message = told(text)
    for part in [
        "rows (plan.yaml, line 2) is 0: input should be greater than or equal to 1",
        "budget (plan.yaml, line 3) is -1: input should be greater than or equal to 0",
        "models.small.endpoints.0.keey (plan.yaml, line 9) is nothing that a plan has here; did you mean 'key'?",
        "models.small.endpoints.1.trust (plan.yaml, line 11) is 'owm': input should be 'own' or 'any'",
        "fields.mood (plan.yaml, line 13) has make: 'categorie', which is none; did you mean 'category'?",
        "fields.age.betwen (plan.yaml, line 18) is nothing that a plan has here; did you mean 'between'?",
        "fields.name.prompt (plan.yaml, line 19) is missing; add it",
        "deliver.formats.0 (plan.yaml, line 21) is 'csv': input should be 'parquet', 'jsonl' or 'huggingface'",
    ]:
        assert part in message
    assert message.startswith("8 problems:")


# ruff: noqa: E501, ISC004 (plans are read best on one line)
@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("my name: {make: category, values: [a]}", "fields.my name (plan.yaml, line 4) cannot be named in a template"),
        ("_a: {make: category, values: [a]}", "such as 'a'"),
        ("not: {make: category, values: [a]}", "call it 'not_', for example"),
        ("q: {make: text, prompt: '{{ persna }}'}\npersona: {make: category, values: [a]}",
         "fields.q.prompt (plan.yaml, line 4) speaks of 'persna', which is no field; did you mean 'persona'?"),
        ("q: {make: text, prompt: '{{ a'}", "is no template: unexpected end of template"),
        ("q:\n  make: text\n  prompt: |\n    one\n    {{ two }\n",
         "fields.q.prompt (plan.yaml, line 6) is no template: unexpected '}' (line 2)"),
        ("q: {make: text, prompt: ' '}", "fields.q.prompt (plan.yaml, line 4) is empty; expected a template"),
        ("q: {make: expression, value: 'a +'}", "fields.q.value (plan.yaml, line 4) is no expression"),
        ("q: {make: expression, value: 'r | uper'}\nr: {make: category, values: [a]}", "No filter named 'uper'."),
        ("q: {make: check, that: 'rr > 1'}\nr: {make: number, between: [1, 2]}", "speaks of 'rr', which is no field; did"),
        ("a: {make: expression, value: b}\nb: {make: expression, value: c}\nc: {make: expression, value: a}",
         "fields.a (plan.yaml, line 4) needs itself: a -> b -> c -> a; take one of these needs away"),
        ("a: {make: expression, value: a}", "needs itself: a -> a"),
        ("f: {make: fact}", "fields.f (plan.yaml, line 4) is a fact, and the plan has nowhere to look for facts"),
        ("a: {make: category, values: [a]}\ng: {make: grounded, fields: [a]}", "there is no field with `make: fact`"),
        ("a: {make: category, values: [a]}\ng: {make: grounded, fields: [b], fact: a}", "is 'a', which is no fact"),
        ("q: {make: structured, prompt: p, schema: {type: objekt}}", "fields.q.schema.type (plan.yaml, line 4) is no JSON"),
        ("q: {make: structured, prompt: p, schema: {$ref: 'http://x/y'}}", "expected a place in the same schema"),
        ("q: {make: structured, prompt: p, schema: {}}", "fields.q.schema (plan.yaml, line 4) is empty"),
        ("q: {make: structured, prompt: p, schema: {enum: [.nan]}}", "is nan, which JSON cannot hold"),
        ("q: {make: structured, prompt: p, schema: {properties: {1: {}}}}", "properties.1 (plan.yaml, line 4) is a key that"),
        ("q: {make: text, prompt: p, examples: [{answer: -.inf}]}", "fields.q.examples.0.answer (plan.yaml, line 4) is -inf"),
        (f"s: {{make: seed, file: {'x' * 300}}}", "which cannot be looked up: File name too long"),
        ("c: {make: category, values: []}", "fields.c.values (plan.yaml, line 4) is empty"),
        ("c: {make: category, values: {}}", "fields.c.values (plan.yaml, line 4) is empty"),
        ("c: {make: category, values: easy}", "fields.c.values (plan.yaml, line 4) is 'easy': input should be a valid tuple"),
        ("c: {make: category, values: [1, '1']}", "has '1' beside 1; keep one"),
        ("c: {make: category, values: {a: -1, b: 2}}", "fields.c.values.a (plan.yaml, line 4) is -1; expected a weight"),
        ("c: {make: category, values: {a: 0, b: 0}}", "gives every value the weight 0"),
        ("c: {make: category, values: {a: .nan}}", "input should be a finite number"),
        ("c: {make: category, values: [.inf]}", "fields.c.values.0 (plan.yaml, line 4) is inf, which JSON cannot hold"),
        ("c: {make: category, values: [a], by: d}", "fields.c.given (plan.yaml, line 4) is missing, and `by` is there"),
        ("c: {make: category, values: [a], by: d, given: {x: {a: 1}}}", "speaks of 'd', which is no field; there are:"),
        ("d: {make: category, values: [hot, cold]}\nc: {make: category, values: [ice, tea], by: d, given: {hott: {tea: 1}}}",
         "fields.c.given.hott (plan.yaml, line 5) is no value of 'd'; did you mean 'hot'?"),
        ("d: {make: category, values: [hot, cold]}\nc: {make: category, values: [ice, tea], by: d, given: {hot: {te: 1}}}",
         "fields.c.given.hot.te (plan.yaml, line 5) is no value of this field; did you mean 'tea'?"),
        ("n: {make: number}", "give `between`, or `mean` and `deviation`"),
        ("n: {make: number, mean: 1}", "fields.n.deviation (plan.yaml, line 4) is missing"),
        ("n: {make: number, between: [2, 1]}", "goes down, from 2 to 1"),
        ("n: {make: number, between: [0.2, 0.8]}", "holds no number with 0 decimals"),
        ("n: {make: number, mean: 0, deviation: 1, between: [100, 200]}", "lies so far from the mean 0"),
        ("n: {make: number, between: [1, .inf]}", "input should be a finite number"),
        ("d: {make: date, between: [2024-01-01, 2024-02-30]}", "has '2024-02-30'; expected a day such as"),
        ("d: {make: date, between: [2025-01-01, 2024-01-01]}", "goes back, from 2025-01-01 to 2024-01-01"),
        ("d: {make: date, seconds: true, between: ['2024-01-01T00:00:00Z', 2024-01-02]}", "has a time zone at one end"),
        ("d: {make: date, between: [2024, 2025]}", "is 2024, which YAML takes for a number; put it in quotes"),
        ("p: {make: person, locale: de_DE}", "did you mean 'de'?"),
        ("p: {make: person, age: [60, 20]}", "is [60, 20]; expected two ages, the lower first"),
        ("p: {make: person, on: tomorrow}", "fields.p.on (plan.yaml, line 4) is 'tomorrow'; expected a day"),
        ("s: {make: seed, file: nowhere.csv}", "fields.s.file (plan.yaml, line 4) is 'nowhere.csv', and there is no"),
        ("s: {make: seed, file: ''}", "names no file"),
        ("q: {make: text, prompt: p, model: smal}", "fields.q.model (plan.yaml, line 4) is 'smal', which is no model of the "
         "plan; did you mean 'small'?"),
        ("q: {make: text, prompt: p, hidden: true}", "are all hidden; nothing would be delivered"),
        ("q: {make: text, prompt: 'use sk-abcdefgh12345678'}", "holds what looks like a key"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field(lines, problem):
    assert problem in told(fields(lines))


MOOD = "mood: {make: category, values: [calm, cross]}\n"


@pytest.mark.parametrize(
    ("lines", "quotas", "problem"),
    [
        (MOOD, "{mod: {calm: 1}}", "quotas.mod (plan.yaml, line 5) is no field; did you mean 'mood'?"),
        (MOOD, "{mood: {calm: 0.5, cros: 0.5}}", "quotas.mood.cros (plan.yaml, line 5) is no value of 'mood'; did you mean"),
        (MOOD, "{mood: {calm: 50, cross: 50}}", "sums to 100; expected shares that sum to 1"),
        (MOOD, "{mood: {calm: 0.3, cross: 0.3}}", "sums to 0.6"),
        (MOOD, "{mood: {calm: 1.5, cross: -0.5}}", "quotas.mood.cross (plan.yaml, line 5) is -0.5"),
        (MOOD, "{mood: {}}", "quotas.mood (plan.yaml, line 5) is empty"),
        (MOOD, "{mood: {calm: .nan}}", "finite number"),
        ("n: {make: number, between: [1, 5]}", "{n: {1: 1}}", "has a quota, and its values are not few and known"),
        ("t: {make: text, prompt: p}", "{t: {a: 1}}", "expected a category, or a part of a structured"),
        ("m: {make: category, values: {a: 1, b: 0}}", "{m: {a: 0.5, b: 0.5}}", "has a share, and the weight 0"),
        ("p: {make: category, values: [x, y]}\n"
         "c: {make: category, values: [a, b], by: p, given: {x: {a: 1}, y: {a: 1, b: 1}}}", "{c: {a: 0.2, b: 0.8}}",
         "asks for 0.8 of 'b', and what is `given` by 'p' makes it 0.5"),
        ("e: {make: expression, value: '1'}\nc: {make: category, values: [a, b], by: e, given: {1: {a: 1}}}",
         "{c: {a: 0.5, b: 0.5}}", "depends on 'e', whose shares are not known beforehand"),
        ("a: {make: category, values: [x], by: b, given: {x: {x: 1}}}\n"
         "b: {make: category, values: [x], by: a, given: {x: {x: 1}}}", "{a: {x: 1}}", "needs itself: a -> b -> a"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_quota(lines, quotas, problem):
    rest = lines.strip().count("\n")
    assert problem.replace("line 5", f"line {5 + rest}") in told(fields(lines) + f"quotas: {quotas}\n")


@pytest.mark.parametrize(
    "shares", ["{calm: 0.333, cross: 0.667}", "{calm: 0.33, cross: 0.66}", "{calm: 1}", "{calm: 1, cross: 0}"]
)
def test_rounded_shares_are_shares(shares):
    assert plan_of(fields(MOOD) + f"quotas: {{mood: {shares}}}\n").quotas["mood"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("models: {m: {model: x, endpoints: [{url: 'http://x/v1', key: sk-abcdef123456}]}}", "looks like a key itself"),
        (
            "models: {m: {model: x, endpoints: [{url: 'http://x/v1', key: AbCdEf0123456789xyzXYZ}]}}",
            "looks like a key itself",
        ),
        ("models: {m: {model: x, endpoints: [{url: 'http://me:secret99@x/v1'}]}}", "holds a secret"),
        ("models: {m: {model: x, endpoints: [{url: 'ftp://x'}]}}", "expected an address such as"),
        ("models: {m: {model: x, endpoints: [{url: 'http://x:99999999/v1'}]}}", "expected an address such as"),
        ("models: {m: {model: x, endpoints: []}}", "models.m.endpoints (line 1) is empty"),
        ("models: {m: {model: ' ', endpoints: [{url: 'http://x'}]}}", "has no name"),
        ("sources: {tavily: tvly-abcdefghijk}", "looks like a key itself"),
        ("sources: {brave: ''}", "is empty; name the environment variable"),
        ("sources: {searxng: here}", "expected an address"),
        ("sources: {documents: [no/such/folder]}", "sources.documents.0 (line 1) is 'no/such/folder', and there is no"),
        ("facts: {model: big}", "facts.model (line 1) is 'big', which is no model of the plan; add `models:`"),
        ("questions: {file: q.jsonl}", "questions.file (line 1) is 'q.jsonl', and there is no q.jsonl"),
        ("duplicates: {fields: [nope]}", "duplicates.fields (line 1) speaks of 'nope', which is no field"),
        ("deliver: {formats: []}", "deliver.formats (line 1) is empty"),
    ],
)
def test_what_is_wrong_around_the_fields(text, problem):
    with pytest.raises(PlanError) as caught:
        plan_of(f"{text}\ngoal: g\nfields: {{mood: {{make: category, values: [calm]}}}}\n")
    assert problem in str(caught.value)
    for secret in ("sk-abc", "AbCdEf", "secret99", "tvly-abc"):
        assert secret not in str(caught.value)


def test_secrets_are_not_repeated_by_other_complaints():
    message = told("goal: g\nkeys: [sk-abcdef123456]\nfields: {a: {make: category, values: [a]}}\n")
    assert "abcdef" not in message
    message = told("goal: {k: sk-abcdef123456}\nfields: {a: {make: category, values: [a]}}\n")
    assert "(a secret)" in message


def test_what_needs_a_model_says_how_to_name_one():
    text = "goal: g\nfields: {q: {make: text, prompt: p}}\n"
    assert "has none, and the field 'q' needs one; add `models:`, such as" in told(text)
    assert plan_of("goal: g\nfields: {q: {make: number, between: [1, 2]}}\n").models == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the plan.yaml is nothing; expected `goal:` and `fields:`"),
        ("- a", "the plan.yaml is ['a']; expected"),
        ("a: [", "the plan.yaml is not YAML"),
        ("goal: g\ngoal: h\n", "line 2 of the plan.yaml gives 'goal' a second time"),
        ('{"goal": "g", "goal": "h"}', "the plan.yaml gives 'goal' a second time"),
        ("goal: g\n", "fields (plan.yaml) is missing; add it"),
        ("goal: g\nfields: {}\n", "fields (plan.yaml, line 2) is empty; expected one at least"),
        ("goal: ' '\nfields: {a: {make: category, values: [a]}}\n", "goal (plan.yaml, line 1) is empty"),
        ("goal: g\nfields: {a: {values: [a]}}\n", "does not say how it is made; add `make:`, one of category, number"),
        ("goal: g\nfields: {a: 1}\n", "fields.a (plan.yaml, line 2)"),
        ("goal: g\nfields: {1: {make: category, values: [a]}}\n", "which YAML takes for a number; put it in quotes"),
        (
            "goal: 2024\nfields: {a: {make: category, values: [a]}}\n",
            "goal (plan.yaml, line 1) is 2024, which YAML takes",
        ),
        ("{" * 1200, "is nested too deeply"),
    ],
)
def test_what_is_no_plan_at_all(text, problem):
    assert problem in told(text)


def test_many_fields_are_too_many():
    assert "fields has 128 fields" in told(
        fields("\n".join(f"f{i}: {{make: category, values: [a]}}" for i in range(128)))
    ).replace(" (plan.yaml, line 3)", "")


def test_files_are_read_and_refused(tmp_path):
    plan = {"goal": "g", "fields": {"yes": {"make": "category", "values": ["no", "1_000", 2, True]}}}
    (tmp_path / "plan.json").write_text(json.dumps(plan, indent="\t"))
    assert read_plan(tmp_path / "plan.json").fields["yes"].values == ("no", "1_000", 2, True)
    (tmp_path / "plan.yaml").write_bytes(
        b"\xef\xbb\xbfgoal: g\r\nfields: {yes: {make: category, values: [no, 1_000, 2, true]}}\r\n"
    )
    assert read_plan(str(tmp_path / "plan.yaml")) == read_plan(tmp_path / "plan.json")
    (tmp_path / "bad.yaml").write_bytes(b"goal: \xff\n")
    with pytest.raises(PlanError, match=r"is not UTF-8 text \(byte 6\)"):
        read_plan(tmp_path / "bad.yaml")
    with pytest.raises(PlanError, match="cannot be read: File name too long"):
        read_plan("x" * 5000)
    with pytest.raises(PlanError, match="there is no file"):
        read_plan(tmp_path / "none.yaml")
    (tmp_path / "bad.json").write_text(
        '{\n\t"goal": "g",\n\t"rows": 0, "fields": {"a": {"make": "category", "values": ["a"]}}}'
    )
    with pytest.raises(PlanError, match=r"rows \(bad.json, line 3\) is 0"):
        read_plan(tmp_path / "bad.json")


def test_files_of_a_plan_are_in_its_folder(tmp_path):
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    text = "goal: g\nfields: {s: {make: seed, file: people.csv}}\nsources: {documents: [.]}\n"
    plan = plan_of(text, "plan.yaml", tmp_path)
    (tmp_path / "out").mkdir()
    there = moved(plan, tmp_path, tmp_path / "out")
    assert (there.fields["s"].file, there.sources.documents) == ("../people.csv", ("..",))
    assert plan_of(plan_yaml(there), "plan.yaml", tmp_path / "out") == there
    assert "did you mean 'people.csv'?" in told(text.replace("people.csv", "peple.csv"), tmp_path)


def test_order_and_needs():
    text = fields(
        "d: {make: expression, value: c.x ~ b}\nc: {make: structured, prompt: '{{ a }}', schema: {type: object}}\n"
        "a: {make: category, values: [a]}\nb: {make: category, values: [b], by: a, given: {a: {b: 1}}}"
    )
    plan = plan_of(text)
    assert order(plan) == (("a",), ("c", "b"), ("d",))
    assert needs(plan.fields["d"]) == {"c", "b"}
    round_ = Plan.model_validate({"goal": "g", "fields": {"a": {"make": "check", "that": "a"}}})
    with pytest.raises(PlanError, match="fields need each other: a -> a"):
        order(round_)


def test_a_grounded_field_speaks_of_parts():
    text = fields(
        "f: {make: fact}\nqa: {make: structured, prompt: p, schema: {type: object, properties: {answer: {type: string}}}}\n"
        "g: {make: grounded, fields: [qa.answer]}"
    )
    plan = plan_of(text + "sources: {urls: ['http://example.com']}\n")
    assert needs(plan.fields["g"], plan) == {"qa", "f"}
    assert "speaks of 'qa.anser', which is no part; did you mean 'answer'?" in told(
        text.replace("qa.answer", "qa.anser")
    )


def test_the_values_a_field_can_take():
    schema = "{type: object, properties: {mood: {enum: [calm, 1]}, ok: {type: boolean}, free: {type: string}}}"
    text = (
        f"s: {{make: structured, prompt: p, schema: {schema}}}\ne: {{make: structured, prompt: p, schema: {{enum: [x]}}}}\n"
        "mood: {make: expression, value: s.mood}\nok: {make: expression, value: s.ok}\n"
        "free: {make: expression, value: s.free}\nboth: {make: expression, value: s.mood ~ s.ok}\n"
        "c: {make: category, values: [true, 2.0]}\nsame: {make: expression, value: c}"
    )
    plan = plan_of(fields(text))
    assert choices(plan, "mood") == {"calm": "calm", "1": 1}
    assert choices(plan, "ok") == {"true": True, "false": False}
    assert choices(plan, "c") == choices(plan, "same") == {"true": True, "2": 2.0}
    assert choices(plan, "e") == {"x": "x"}
    assert choices(plan, "free") is choices(plan, "both") is choices(plan, "s") is None


def test_pydantic_s_complaints_have_places():
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate({"goal": "g", "fields": {"a": {"make": "category", "values": {"x": "many"}}}})
    (problem,) = found_by_pydantic(caught.value)
    assert problem.place == ("fields", "a", "values", "x")


names = st.from_regex(r"f[a-z]{1,6}", fullmatch=True)
awkward = st.text(
    st.characters(codec="utf-8") | st.sampled_from(list("\n\t :#'\"|>&*!%@`{}[],?-~=.0123456789eE_+\u2028\x85\ufeff")),
    max_size=30,
)
scalars = awkward | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none()
weights = st.floats(0.001, 1e6)
categories = st.fixed_dictionaries(
    {"make": st.just("category"), "values": st.dictionaries(scalars, weights, min_size=1, max_size=4)},
    optional={"about": awkward, "hidden": st.booleans()},
)
prompts = awkward.map(lambda text: "ask: " + text.replace("{", "(").replace("}", ")"))
written = st.fixed_dictionaries(
    {"make": st.just("text"), "prompt": prompts},
    optional={
        "about": awkward,
        "longest": st.integers(1, 9),
        "examples": st.lists(st.fixed_dictionaries({"answer": scalars}), max_size=2),
    },
)
plans = st.fixed_dictionaries(
    {"goal": awkward, "fields": st.dictionaries(names, categories | written, min_size=1, max_size=4)},
    optional={
        "rows": st.integers(1, 10**6), "budget": st.none() | st.floats(0, 1e6), "seed": st.integers(0, 10**9),
        "duplicates": st.none() | st.fixed_dictionaries({}, optional={"threshold": st.floats(0.01, 1)}),
        "notes": st.lists(awkward, max_size=2), "attempts": st.integers(1, 9),
        "sources": st.fixed_dictionaries({}, optional={"pages": st.integers(1, 9), "urls": st.lists(awkward, max_size=2)}),
        "models": st.dictionaries(awkward, st.fixed_dictionaries({"model": awkward, "endpoints": st.lists(
            st.fixed_dictionaries({"url": awkward}, optional={"read": st.floats(0, 9)}), min_size=1, max_size=2)}), max_size=2),
    },
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(plans)
def test_what_is_written_reads_back_as_the_same_plan(data):
    import yaml

    from parhelion.strict_yaml import read_yaml

    plan = Plan.model_validate(data)
    text = plan_yaml(plan)
    again = read_yaml(text, "plan", error=PlanError, is_are="is", expected="a plan", typed=True)
    assert Plan.model_validate(again) == plan
    assert repr(Plan.model_validate(again)) == repr(plan)
    assert isinstance(yaml.safe_load(text), dict)


def test_a_plan_is_written_for_people():
    text = fields("q:\n  make: text\n  hidden: false\n  prompt: |\n    Ask.\n    {{ mood }}\n" + MOOD)
    out = plan_yaml(plan_of(text))
    assert "    prompt: |\n      Ask.\n      {{ mood }}\n" in out
    assert "# budget: 5.00\n" in out
    assert "rows: 100\n" in out
    assert "threshold: 0.8\n" in out
    for usual in ("hidden", "timeout", "questions", "facts", "notes", "about"):
        assert not re.search(rf"^ *{usual}:", out, re.MULTILINE)
    assert all(len(line) <= 120 for line in out.splitlines())
    assert out.index("goal:") < out.index("models:") < out.index("fields:") < out.index("deliver:")
