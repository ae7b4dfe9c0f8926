"""Fitted trees as a few flat arrays, and back, with every index checked: a model file may come from a stranger.

Arrays of all trees stand one after the other; `nodes`, `pairs`, `groups`, `parents` hold each tree's share (0 for a
column that is looked up).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import ColumnInfo
from parhelion.engines.trees._copula import TERMS
from parhelion.engines.trees._types import Array, Copulas, Histograms, Walks
from parhelion.engines.trees.bins import Bytes
from parhelion.engines.trees.conditional import Conditional, Lookup, Tree
from parhelion.errors import ModelFileError

Arrays = dict[str, Array]


def pack(bins: Sequence[Bytes], conditionals: Sequence[Conditional]) -> Arrays:
    """The arrays of all columns, each in the smallest integer type that holds it."""
    parts = [_pack_tree(c) if isinstance(c, Tree) else _pack_lookup(c) for c in conditionals]
    out = {name: _join([p[name] for p in parts if name in p], form) for name, form in _FORMS.items()}
    out |= {
        f"{name}_of": np.array([len(p[key]) if key in p else 0 for p in parts], np.int32)
        for name, key in _MEASURES.items()
    }
    out["smoothing"] = np.array([c.walks.smoothing if isinstance(c, Tree) else 0.0 for c in conditionals])
    out["source"] = np.array([c.source if isinstance(c, Lookup) else -1 for c in conditionals], np.int32)
    out["bins"] = _join(list(bins), ())
    return {name: _small(array) for name, array in out.items()}


_MEASURES = {
    "nodes": "feature",
    "pairs": "codes",
    "groups": "rest",
    "parents": "columns",
    "members": "mean",
    "table": "table",
}
_MOST_ROWS = 2.0**53
_REAL = {"mean", "scale", "beta", "rest", "smoothing"}
_FORMS: dict[str, tuple[int, ...]] = {
    "feature": (), "threshold": (), "right": (), "first": (), "last": (), "group": (),
    "codes": (), "counts": (), "columns": (), "rank": (256,), "table": (),
    "mean": (TERMS,), "scale": (TERMS,), "which": (TERMS,), "beta": (TERMS,), "rest": (),
}  # fmt: skip


def _pack_tree(tree: Tree) -> Arrays:
    member = tree.copulas.group >= 0
    named = tree.walks._asdict() | tree.held._asdict() | tree.copulas._asdict()
    named |= {name: named[name][member] for name in ("mean", "scale")}
    return named | {"counts": np.diff(tree.held.cumulated), "columns": tree.parents}


def _pack_lookup(lookup: Lookup) -> Arrays:
    return {"table": lookup.table}


def _join(parts: list[Array], form: tuple[int, ...]) -> Array:
    return np.concatenate(parts) if parts else np.zeros((0, *form), np.int32)


def _small(array: Array) -> Array:
    """The same values in the smallest integer type that holds them; other arrays as they are."""
    if array.dtype.kind not in "iu" or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    types: tuple[type[np.integer[Any]], ...] = (
        (np.uint8, np.uint16, np.uint32) if low >= 0 else (np.int8, np.int16, np.int32)
    )
    fits = [t for t in types if np.iinfo(t).min <= low and high <= np.iinfo(t).max]
    return array.astype(fits[0]) if fits else array


def unpack(
    arrays: Arrays, infos: Sequence[ColumnInfo], contexts: int
) -> tuple[npt.NDArray[np.int64], tuple[Bytes, ...], tuple[Conditional, ...]]:
    """Order, bins and conditionals from the arrays of `pack`. Raises ModelFileError where anything does not fit."""
    try:
        return _unpack(arrays, infos, contexts)
    except ModelFileError:
        raise
    except (KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise _damaged(f"its trees cannot be put together ({error})") from error


def _damaged(what: str) -> ModelFileError:
    return ModelFileError(f"the model is damaged or was altered: {what}; get the file again, or fit the model anew")


def _check(holds: Any, what: str) -> None:
    if not np.all(holds):
        raise _damaged(what)


def _unpack(
    arrays: Arrays, infos: Sequence[ColumnInfo], contexts: int
) -> tuple[npt.NDArray[np.int64], tuple[Bytes, ...], tuple[Conditional, ...]]:
    _check_forms(arrays)
    order = arrays["order"].astype(np.int64)
    _check(np.array_equal(np.sort(order), np.arange(len(infos))), "the order of its columns is not one")
    _check(np.array_equal(order[:contexts], np.arange(contexts)), "its context does not come first")
    placed = [infos[i] for i in order]
    bins = _split(arrays["bins"].astype(np.uint8), [i.size for i in placed])
    cut = {name: _split(arrays[name], arrays[f"{_measure(name)}_of"]) for name in _FORMS}
    conditionals: list[Conditional] = []
    for j, target in enumerate(range(contexts, len(placed))):
        own = {name: parts[j] for name, parts in cut.items()}
        source = int(arrays["source"][j])
        if source >= 0:
            conditionals.append(_lookup(own["table"], source, placed, target))
        else:
            conditionals.append(_tree(own, float(arrays["smoothing"][j]), placed, target))
    _check(all(len(parts) == len(conditionals) for parts in cut.values()), "it has more trees than columns")
    return order, tuple(bins), tuple(conditionals)


def _check_forms(arrays: Arrays) -> None:
    """Each array there is, with as many axes as `pack` gives it, and whole numbers where they are to be whole."""
    flat = "order", "smoothing", "source", "bins", *(f"{name}_of" for name in _MEASURES)
    forms = _FORMS | dict.fromkeys(flat, ())
    _check(arrays.keys() == forms.keys(), "it has other arrays than trees have")
    for name, form in forms.items():
        array = arrays[name]
        _check(array.ndim > 0 and array.shape[1:] == form, f"{name} has another shape")
        _check(array.dtype.kind in ("iuf" if name in _REAL else "iu"), f"{name} holds other numbers")


_ALONGSIDE = {
    "threshold": "feature", "right": "feature", "first": "feature", "last": "feature", "group": "feature",
    "counts": "codes", "rank": "columns", "scale": "mean", "which": "rest", "beta": "rest",
}  # fmt: skip


def _measure(name: str) -> str:
    """Which length says how much of the array `name` is one tree's: that of the array it stands alongside."""
    alongside = _ALONGSIDE.get(name, name)
    return next(measure for measure, key in _MEASURES.items() if key == alongside)


def _split(array: Array, lengths: Sequence[int] | Array) -> list[Array]:
    ends = np.cumsum(np.asarray(lengths, np.int64))
    total = int(ends[-1]) if len(ends) else 0
    _check(total == len(array) and np.all(np.asarray(lengths) >= 0), "an array is longer or shorter than its parts")
    return np.split(array, ends[:-1]) if len(ends) else []


def _lookup(table: Array, source: int, infos: list[ColumnInfo], target: int) -> Lookup:
    _check(source < target, "a column follows from a later one")
    _check(len(table) == infos[source].size, "a table does not fit its column")
    _check((table >= 0) & (table < infos[target].size), "a table holds impossible codes")
    return Lookup(source, table.astype(np.int32))


def _tree(own: Arrays, smoothing: float, infos: list[ColumnInfo], target: int) -> Tree:
    size = infos[target].size
    parents = own["columns"].astype(np.int64)
    _check((parents >= 0) & (parents < target), "a tree looks at a later column")
    rank = own["rank"].astype(np.uint8).reshape(-1, 256)
    _check(
        len(rank) == len(parents) and np.array_equal(np.sort(rank, axis=1), np.tile(np.arange(256), (len(rank), 1))),
        "an order of bins is not one",
    )
    counts = own["counts"].astype(np.int64)
    _check(counts > 0, "a leaf holds a code without rows")
    _check(counts.sum(dtype=np.float64) < _MOST_ROWS, "a leaf holds more rows than there can be")
    _check((own["codes"] >= 0) & (own["codes"] < size), "a leaf holds impossible codes")
    _check(np.isfinite(smoothing) and smoothing >= 0, "a smoothing is not a number of rows")
    feature, right, first, last = (own[name].astype(np.int32) for name in ("feature", "right", "first", "last"))
    walks = Walks(rank, feature, own["threshold"].astype(np.uint8), right, smoothing)
    held = Histograms(own["codes"].astype(np.int32), np.concatenate([[0], np.cumsum(counts)]), first, last)
    _check_nodes(walks, held, len(parents))
    return Tree(size, parents, walks, held, _copulas(own, len(parents)))


def _check_nodes(walks: Walks, held: Histograms, parents: int) -> None:
    """Every walk ends in a leaf, and every node holds pairs."""
    feature, right, first, last = walks.feature, walks.right, held.first, held.last
    n = np.arange(len(feature))
    inner = feature >= 0
    _check(len(feature) > 0 and feature[-1] < 0, "a tree has no leaf")
    _check((feature >= -1) & (feature < parents), "a node looks at no column")
    _check(~inner | ((right > n) & (right < len(n))), "a branch leads out of its tree")
    _check((first >= 0) & (first < last) & (last <= len(held.codes)), "a node holds no codes")


def _copulas(own: Arrays, parents: int) -> Copulas:
    """A tree's copulas; means and scales stand for the members of groups only, and are spread over the nodes."""
    group, which = own["group"].astype(np.int32), own["which"].astype(np.int32).reshape(-1, TERMS)
    rest, beta = own["rest"].astype(np.float32), own["beta"].astype(np.float32).reshape(-1, TERMS)
    _check((group >= -1) & (group < len(rest)), "a leaf belongs to no group")
    _check((which >= -1) & (which < parents), "a group looks at no column")
    _check(np.isfinite(rest) & (rest > 0), "a group has no spread")
    _check(len(which) == len(rest) == len(beta) and np.all(np.isfinite(beta)), "a group lacks its columns")
    return Copulas(group, _spread(own["mean"], group), _spread(own["scale"], group), which, beta, rest)


def _spread(values: Array, group: Array) -> Array:
    out = np.zeros((len(group), TERMS), np.float32)
    out[group >= 0] = values.astype(np.float32).reshape(-1, TERMS)
    _check(np.isfinite(out), "a leaf's mean is not a number")
    return out
