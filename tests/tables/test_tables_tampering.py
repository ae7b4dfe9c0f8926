"""Models altered by somebody who knows the format, and puts every hash right again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from table_cases import people
from tampering import unpacked, write_arrays

import parhelion as ph
from parhelion.errors import ModelFileError


def attack(saved, tmp_path, what, share):
    """The fuzzing of `tampering` in a process of its own, with interpreted kernels: they check every index.

    share: of all alterations; 1 takes minutes, and is what to run after changes to the format or the kernels.
    """
    script = Path(__file__).with_name("tampering.py")
    command = [sys.executable, script, what, saved, tmp_path / "altered.parhelion", str(share)]
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=1800)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small model with everything that trees have."""
    path = tmp_path_factory.mktemp("model") / "small.parhelion"
    real = people(240, seed=3).select(["age", "income", "city", "country", "retired", "level"])
    ph.fit(real, trees={"copula_penalty": 0, "penalty": 2, "min_leaf": 30}).save(path)
    arrays = unpacked(path)[1]
    assert all(array.size for array in arrays.values()), "something that trees have is missing here"
    return path


def changed_at(name, place, value):
    """The arrays with one number of one of them changed."""

    def change(arrays):
        array = arrays[name].astype(np.float64 if arrays[name].dtype.kind == "f" else np.int64)
        array.flat[place] = value
        return arrays | {name: array}

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (changed_at("order", 0, 1), "the order of its columns is not one"),
        (changed_at("feature", -1, 0), "a tree has no leaf"),
        (changed_at("feature", 0, 99), r"looks at no column|has no leaf"),
        (changed_at("feature", 0, -2), "looks at no column"),
        (changed_at("first", 0, -1), "a node holds no codes"),
        (changed_at("first", 0, 2**31), "a node holds no codes"),
        (changed_at("last", 0, 10**6), "a node holds no codes"),
        (changed_at("last", 0, 0), "a node holds no codes"),
        (changed_at("group", -1, 10**6), "a leaf belongs to no group"),
        (changed_at("codes", 0, 10**6), "impossible codes"),
        (changed_at("codes", 0, -1), "impossible codes"),
        (changed_at("counts", 0, 0), "a code without rows"),
        (changed_at("counts", 0, -5), "a code without rows"),
        (changed_at("counts", 0, 2**62), "more rows than there can be"),
        (changed_at("columns", 0, -1), "looks at a later column"),
        (changed_at("columns", 0, 5), "looks at a later column"),
        (changed_at("rank", 0, 7), "an order of bins is not one"),
        (changed_at("which", 0, 99), "a group looks at no column"),
        (changed_at("rest", 0, 0), "a group has no spread"),
        (changed_at("rest", 0, np.nan), "a group has no spread"),
        (changed_at("mean", 0, np.inf), "not a number"),
        (changed_at("beta", 0, np.nan), "lacks its columns"),
        (changed_at("smoothing", 0, np.nan), "not a number of rows"),
        (changed_at("table", 0, 10**6), "impossible codes"),
        (changed_at("nodes_of", 0, -1), "longer or shorter than its parts"),
        (changed_at("pairs_of", 0, 2**62), "longer or shorter than its parts"),
        (lambda arrays: arrays | {"right": np.zeros_like(arrays["right"])}, "a branch leads out of its tree"),
        (lambda arrays: arrays | {"right": np.full(len(arrays["right"]), 2**30)}, "a branch leads out of its tree"),
        (lambda arrays: arrays | {"source": np.full(len(arrays["source"]), 99)}, "follows from a later one"),
        (lambda arrays: arrays | {"bins": arrays["bins"][:-1]}, "longer or shorter than its parts"),
        (lambda arrays: arrays | {"codes": arrays["codes"].astype(float)}, "codes holds other numbers"),
        (lambda arrays: arrays | {"right": arrays["right"][:, None]}, "right has another shape"),
    ],
)
def test_trees_that_lead_outside_are_refused(small, tmp_path, change, why):
    """The kernels read where the arrays say, unchecked."""
    head, arrays = unpacked(small)
    write_arrays(tmp_path / "m.parhelion", head, change(arrays))
    with pytest.raises(ModelFileError, match=why):
        ph.load(tmp_path / "m.parhelion")


def test_arrays_altered_with_their_hashes_are_refused_or_harmless(small, tmp_path):
    """The kernels read where the arrays say, unchecked: what is not refused must not lead outside."""
    told = attack(small, tmp_path, "arrays", 0.2)
    assert told["wrong"] == []
    assert told["refused"] > 300
    assert told["fine"] > 50


def test_heads_altered_with_their_hashes_are_refused_or_harmless(small, tmp_path):
    told = attack(small, tmp_path, "heads", 0.1)
    assert told["wrong"] == []
    assert told["refused"] > 200
