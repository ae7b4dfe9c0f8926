"""Models with texts as a stranger might alter them, with every hash put right again: `text_tampering.py WHAT MODEL
ALTERED SHARE`, to be run with the folder of the tables' tests on PYTHONPATH."""

import json
import signal
import sys

import numpy as np
from tampering import altered_arrays, altered_heads, as_npy, unpacked, write, write_arrays

import parhelion as ph
from parhelion.errors import ModelFileError

SECONDS = 20  # of work that a file may take to be refused or to make some rows, however busy the machine is


def tried(path):
    """What comes of a model file: refused, or fine (it makes rows with texts); anything else is raised."""
    try:
        model = ph.load(path)
    except ModelFileError:
        return "refused"
    made = model.sample(12, seed=1, longest=60)
    model.sample(3, seed=1, longest=30, temperature=0.5, stop=["."])
    assert all(isinstance(text, str | None) for part in model.texts for text in made[part.column].to_pylist())
    return "fine"


def cases(what, head, arrays):
    """What was done to the texts, and the head and the arrays after it."""
    if what == "heads":
        for done, texts in altered_heads({"texts": head["texts"]}):
            yield done, head | texts, arrays
        return
    own = {name: array for name, array in arrays.items() if name.startswith("text")}
    rest = {name: array for name, array in arrays.items() if name not in own}
    for done, altered in altered_arrays(own, np.random.default_rng(0)):
        yield done, head, rest | altered


def attack(what, saved, path, share):
    """How many alterations were refused and how many fine, and which were neither. share: of all, at random."""
    head, arrays = unpacked(saved)
    npys = {name: as_npy(array) for name, array in arrays.items()}
    told, rng = {"refused": 0, "fine": 0, "wrong": []}, np.random.default_rng(1)
    for done, changed, parts in cases(what, head, arrays):
        if rng.random() > float(share):
            continue
        if what == "arrays":
            write_arrays(path, changed, parts)
        else:
            write(path, changed, npys)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            told[tried(path)] += 1
        except Exception as error:  # noqa: BLE001  # every other error is a finding
            told["wrong"].append(f"{done}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return told


def _too_slow(_number, _frame):
    raise TimeoutError


if __name__ == "__main__":
    signal.signal(signal.SIGVTALRM, _too_slow)
    np.seterr(all="ignore")
    sys.stdout.write(json.dumps(attack(*sys.argv[1:])))
