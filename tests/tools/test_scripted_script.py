"""Scripts are checked, and are JSON."""

import json

import pytest

from tools.scripted import Fault, Latency, Limit, Rule, Script, ScriptError, read_script


def test_a_script_survives_json():
    script = Script(
        seed=3, models=("a", "b"), keys=("k",), latency=Latency(0.1, upto=0.2), limits=(Limit(5, each="key"),),
        rules=(Rule(user="x", reply={"a": [1]}), Rule(calls=(2, 3), reply=["no", "tuple"])),
        faults=(Fault("429", share=0.5, retry_after=2), Fault("hang", seconds=(1.5, 2))), refuses=("seed",),
    )  # fmt: skip
    assert read_script(json.loads(json.dumps(script.json()))) == script


def test_a_number_is_a_latency():
    assert read_script({"latency": 0.5}) == Script(latency=Latency(0.5))


def test_a_function_is_no_json():
    with pytest.raises(ScriptError, match="a function cannot be written"):
        Script(rules=(Rule(reply=lambda _: ""),)).json()


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ScriptError) as error:
        read_script(
            {
                "sed": 1,
                "models": "small",
                "rules": [{"user": "("}, {"reply": "a", "calls": [3, 1]}],
                "faults": [{"kind": "hangs"}, {"kind": "drip", "share": "half"}, 3],
                "limits": {"most": 1},
                "latency": {"seconds": -1},
            }
        )
    assert str(error.value).split("\n") == [
        "sed: there is no such field; the nearest are 'seed'",
        "models: 'small' is not of the right type",
        "rules[0].reply: is missing",
        "rules[1].calls: (3, 1) is not a first and a last",
        "faults[0].kind: 'hangs' is no fault; the nearest are 'hang', 'hang_body'",
        "faults[1].share: 'half' is not of the right type",
        "faults[2]: an object, not int",
        "limits: a list, not dict",
        "latency.latency: seconds is -1, which is below 0",
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"models": "small"}, "models: a tuple of texts"),
        ({"faults": ["hang"]}, "faults: a tuple of Faults, not list"),
        ({"faults": ("hang",)}, r"faults\[0\]: a Fault, not str"),
        ({"refuses": ("tool",)}, "refuses: 'tool' is not known; the nearest are 'tools'"),
        ({"context": 0}, "context: at least 1"),
    ],
)
def test_what_is_wrong_in_python_is_said(fields, why):
    with pytest.raises(ScriptError, match=why):
        Script(**fields)


@pytest.mark.parametrize("data", [[], "script", None, {"faults": [{"kind": []}]}, {"rules": [{"reply": 1, "user": 2}]}])
def test_junk_is_refused(data):
    with pytest.raises(ScriptError):
        read_script(data)
