"""Model files as a stranger might alter them, with every hash put right again."""

import copy
import hashlib
import io
import json
import sys
import zipfile

import numpy as np

import parhelion as ph
from parhelion.errors import ModelFileError

JUNK = [None, -1, 0, 1, 2**31, 2**70, 1.5, "", "x", "../x", [], {}, [1], ["x"], [None], True, False, "int64", "bool"]
NUMBERS = [
    -(2**63),
    -(2**31) - 1,
    -257,
    -2,
    -1,
    0,
    1,
    2,
    3,
    7,
    255,
    256,
    2**15,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**53,
    2**63 - 1,
]
FLOATS = [float("nan"), float("inf"), float("-inf"), -1.0, 0.5, 1e300, 1e-300, 3e38]


def members(path):
    """The bytes of each member of a model file."""
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def unpacked(path):
    """What model.json says, and the arrays."""
    data = members(path)
    arrays = {name.removesuffix(".npy"): np.load(io.BytesIO(data[name])) for name in data if name.endswith(".npy")}
    return json.loads(data["model.json"]), arrays


def as_npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def write(path, head, npys):
    """A model file of these members, with the hashes of what is in it; `npys` are bytes by name."""
    head = json.dumps(head).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("model.json", head)
        zipped.writestr("sha256", hashlib.sha256(head).hexdigest())
        for name, data in npys.items():
            zipped.writestr(f"{name}.npy", data)


def part_of(array, data):
    digest = hashlib.sha256(data).hexdigest()
    return {"bytes": len(data), "dtype": array.dtype.str, "shape": array.shape, "sha256": digest}


def write_arrays(path, head, arrays):
    """The same from arrays."""
    npys = {name: as_npy(array) for name, array in arrays.items()}
    write(path, head | {"parts": {name: part_of(arrays[name], npys[name]) for name in arrays}}, npys)


def altered_arrays(arrays, rng):
    """What was done, and the arrays after it: single numbers, types, shapes, lengths, and arrays in others' places."""
    for name, array in arrays.items():
        for what, changed in (*_numbers(array, rng), *_forms(array), *_orders(array, rng)):
            yield f"{name}: {what}", arrays | {name: changed}
        yield f"{name}: left out", {key: value for key, value in arrays.items() if key != name}
        for other in rng.choice(sorted(arrays), 3):
            yield f"{name}: as {other}", arrays | {name: arrays[other], other: array}
    yield "one more", arrays | {"more": np.arange(3)}
    for turn in range(150):
        yield f"several numbers {turn}", {name: _shaken(array, rng) for name, array in arrays.items()}


def _numbers(array, rng):
    if not array.size:
        yield "a number", np.zeros((1, *array.shape[1:]), np.int64)
        return
    for number in (*NUMBERS, *FLOATS):
        changed = array.astype(np.float64 if isinstance(number, float) or array.dtype.kind == "f" else np.int64)
        changed.flat[rng.integers(array.size)] = number
        yield f"{number} somewhere", changed
        yield (
            f"{number} at the end",
            np.concatenate([changed.ravel()[:-1], [number]]).reshape(array.shape).astype(changed.dtype),
        )
        yield f"all {number}", np.full_like(changed, number)


def _forms(array):
    for kind in ("|u1", "|i1", "<u2", "<i4", "<u8", "<i8", "<f4", "<f8"):
        with np.errstate(all="ignore"):
            yield kind, array.astype(kind)
    for shape in ((-1, 1), (1, -1), (-1,)):
        yield f"shape {shape}", array.reshape(shape)
    yield "no shape", np.array(3, np.int64)
    yield "twice as wide", np.stack([array.ravel()] * 2, axis=1)


def _orders(array, rng):
    yield "empty", array[:0]
    yield "one less", array[:-1]
    yield "one more", np.concatenate([array, array[-1:]])
    yield "twice", np.concatenate([array, array])
    yield "backwards", array[::-1].copy()
    yield "shuffled", rng.permutation(array)


def _shaken(array, rng):
    """One number of some arrays a little off."""
    if not array.size or rng.random() < 0.8:
        return array
    changed = array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
    changed.flat[rng.integers(array.size)] += rng.choice([-2, -1, 1, 2, 255])
    return changed


def altered_heads(head):
    """What was done, and model.json after it: each value in it replaced, each key left out, each list shortened."""
    for place in _places(head):
        if place[:1] == ("parts",):
            continue
        for junk in JUNK:
            yield f"{place}: {junk!r}", _replaced(head, place, junk)
        yield f"{place}: left out", _without(head, place)
        got = _at(head, place)
        if isinstance(got, list) and got:
            yield f"{place}: shorter", _replaced(head, place, got[:-1])
            yield f"{place}: longer", _replaced(head, place, [*got, got[-1]])
            yield f"{place}: backwards", _replaced(head, place, got[::-1])
        if isinstance(got, int) and not isinstance(got, bool):
            yield f"{place}: one more", _replaced(head, place, got + 1)


def _places(value, above=()):
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in list(inner)[:12]:
        yield from _places(below, (*above, key))


def _at(value, place):
    for key in place:
        value = value[key]
    return value


def _replaced(head, place, junk):
    changed = copy.deepcopy(head)
    _at(changed, place[:-1])[place[-1]] = junk
    return changed


def _without(head, place):
    changed = copy.deepcopy(head)
    del _at(changed, place[:-1])[place[-1]]
    return changed


def tried(path):
    """What comes of a model file: refused, or fine (it makes rows); anything else is raised."""
    try:
        model = ph.load(path)
        model.sample(30, seed=1)
        codes = model.engine.sample(np.zeros((9, 0), np.int32), np.random.default_rng(0))
        model.engine.log_likelihood(np.zeros((9, 0), np.int32), codes)
    except ModelFileError:
        return "refused"
    return "fine"


def attack(what, saved, path, share):
    """How many alterations were refused and how many fine, and which were neither. share: of all, at random."""
    head, arrays = unpacked(saved)
    npys = {name: as_npy(array) for name, array in arrays.items()}
    told, rng = {"refused": 0, "fine": 0, "wrong": []}, np.random.default_rng(1)
    cases = altered_arrays(arrays, np.random.default_rng(0)) if what == "arrays" else altered_heads(head)
    for done, changed in cases:
        if rng.random() > float(share):
            continue
        if what == "arrays":
            write_arrays(path, head, changed)
        else:
            write(path, changed, npys)
        try:
            told[tried(path)] += 1
        except Exception as error:  # noqa: BLE001  # every other error is a finding
            told["wrong"].append(f"{done}: {type(error).__name__}: {error}")
    return told


if __name__ == "__main__":
    np.seterr(all="ignore")
    sys.stdout.write(json.dumps(attack(*sys.argv[1:])))
