"""A codec's state may come from a stranger."""

import copy
import json

import numpy as np
import pytest
from codec_cases import CASES

from parhelion.codecs import Draw, Protection, codec_from_state, observe
from parhelion.errors import ModelFileError

STATES = {
    name: json.loads(json.dumps(observe(values, spec).codec(Protection()).state()))
    for name, (values, spec) in CASES.items()
}
JUNK = [None, -1, 2**70, 1.5, float("nan"), "x", [], {}, [1], ["x"], [None], [[1]], True, "list<item: int8>"]
JUNK += [
    "bool",
    "string",
    "binary",
    "date32[day]",
    "null",
    "float",
    "int8",
    "decimal128(5, 2)",
    "timestamp[us, tz=Mars]",
]


@pytest.mark.parametrize("state", [None, [], "x", {}, {"kind": None}, {"kind": ["number"]}, {"kind": "magic"}])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(ModelFileError, match="no codec has the kind"):
        codec_from_state(state)


@pytest.mark.parametrize("name", STATES)
def test_fields_must_be_those_of_the_kind(name):
    state = STATES[name]
    with pytest.raises(ModelFileError, match="damaged or was altered"):
        codec_from_state(state | {"more": 1})
    for field in state.keys() - {"kind", "form"}:
        with pytest.raises(ModelFileError, match=field):
            codec_from_state({key: value for key, value in state.items() if key != field})


@pytest.mark.parametrize("name", STATES)
def test_junk_is_refused_or_makes_a_codec_that_works(name):
    for field in STATES[name].keys() - {"kind"}:
        for junk in JUNK:
            state = copy.deepcopy(STATES[name]) | {field: junk}
            try:
                codec = codec_from_state(state)
            except ModelFileError:
                continue
            codes = np.arange(min(codec.size, 50), dtype=np.int32)
            codec.decode(codes, Draw(np.random.default_rng(0), 0, 0, len(codes)))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("small integers", {"low": [1, 5], "high": [3, 4], "usual": 0}),
        ("small integers", {"low": [1, 3], "high": [3, 4], "usual": 0}),
        ("small integers", {"low": [1], "high": [3, 4], "usual": 0}),
        ("small integers", {"low": [1], "high": [3], "usual": 1}),
        ("small integers", {"low": [1.5], "high": [3.5], "usual": 0}),
        ("int8", {"low": [1], "high": [128], "usual": 0}),
        ("negative decimals", {"low": [1], "high": [10**9], "usual": 0}),
        ("dates with a gap", {"low": [0], "high": [2**31], "usual": 0}),
        ("float32", {"low": [0.0], "high": [1e39], "usual": 0}),
        ("a heavy tail", {"low": [0.0], "high": [float("inf")], "usual": 0}),
        ("small integers", {"low": [], "high": [], "usual": 0}),
        ("words", {"counts": [1]}),
        ("words", {"values": ["a", "a"], "counts": [1, 1]}),
        ("words", {"values": ["a", None], "counts": [1, 1]}),
        ("words", {"values": [1], "counts": [1]}),
        ("words", {"values": ["a"], "counts": [0]}),
        ("true and false", {"values": ["yes"], "counts": [1]}),
        ("scattered numbers", {"low": [5, 5], "end": 9}),
        ("scattered numbers", {"low": [5], "end": 4}),
        ("scattered numbers", {"low": [5], "end": 2**63}),
        ("running numbers", {"start": 2**63}),
        ("names", {"locale": "../../en"}),
        ("names", {"locale": "xx"}),
        ("names", {"what": "__init__"}),
        ("patterned", {"shapes": [{"places": ["éa"], "weight": 1}]}),
        ("patterned", {"shapes": [{"places": [""], "weight": 1}]}),
        ("patterned", {"shapes": [{"places": ["aa"], "weight": 1}]}),
        ("patterned", {"shapes": [{"places": ["a"], "weight": 0}]}),
        ("patterned", {"shapes": []}),
        ("names", {"type": "bool"}),
        ("patterned", {"type": "date32[day]"}),
        ("small integers", {"step": 2**256}),
        ("texts", {"type": "int8"}),
        ("a constant", {"value": ["a", "b"]}),
        ("a constant", {"value": [], "missing": False}),
    ],
)
def test_states_that_do_not_hold_together_are_refused(name, change):
    with pytest.raises(ModelFileError, match="damaged or was altered"):
        codec_from_state(STATES[name] | change)
