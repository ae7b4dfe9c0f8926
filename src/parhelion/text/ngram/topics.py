"""Topics: groups of texts of one label that use the same words.

A sequence of words forgets what its text is about; a topic, drawn with the label, remembers it. Each is shared by as
many owners as must share what is shown.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.text.ngram import _topics
from parhelion.text.ngram.guiding import Featured

Array = npt.NDArray[Any]

_MOST = 64
_WORK = 2_000_000_000
_TURNS = 8


class Topics(NamedTuple):
    """Topics stand in the order of their groups. groups: (T,) the code of the first column of the context (0 where it
    has none). counts: (T,) texts of each."""

    groups: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    def drawn(self, groups: Array, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """(n,) a topic for each row of these groups, -1 where a group has none; each group's as often as its counts
        say, as nearly as whole texts allow (systematic sampling).

        >>> Topics(np.array([0, 0, 1]), np.array([3, 1, 9])).drawn(
        ...     np.array([0, 1, 0, 0, 0, 7]), np.random.default_rng(0)
        ... ).tolist()
        [1, 2, 0, 0, 0, -1]
        """
        out = np.full(len(groups), -1, np.int64)
        arranged = rng.permutation(len(groups))
        for group, rows in _grouped(groups, arranged):
            own = np.flatnonzero(self.groups == group)
            if len(own):
                ends = np.cumsum(self.counts[own]) / self.counts[own].sum()
                at = (np.arange(len(rows)) + rng.random()) / len(rows)
                out[rows] = own[np.minimum(np.searchsorted(ends, at, side="right"), len(own) - 1)]
        return out

    def all_of(self, groups: Array) -> Iterator[tuple[Array, Array, Array]]:
        """(rows, their topics, the shares of these in their groups), until each row has had all of its topics."""
        begins = np.searchsorted(self.groups, groups)
        many = np.searchsorted(self.groups, groups, side="right") - begins
        totals = np.bincount(self.groups, weights=self.counts) if len(self.groups) else np.ones(1)
        none = np.flatnonzero(many == 0)
        if len(none):
            yield none, np.full(len(none), -1, np.int64), np.ones(len(none))
        for k in range(int(many.max(initial=0))):
            rows = np.flatnonzero(many > k)
            topics = begins[rows] + k
            yield rows, topics, self.counts[topics] / totals[self.groups[topics]]


def _grouped(groups: Array, rows: Array) -> Iterator[tuple[int, Array]]:
    """Each group and those of the rows that are in it, in the order in which they are given."""
    arranged = rows[np.argsort(groups[rows], kind="stable")]
    each, starts = np.unique(groups[arranged], return_index=True)
    if len(each):
        yield from zip(each.tolist(), np.split(arranged, starts[1:]), strict=True)


def topics_of(
    seen: Featured, groups: Array, owners: Array, rng: np.random.Generator, *, size: int, fewest: int
) -> tuple[Topics, npt.NDArray[np.int64]]:
    """The topics of each group of texts, and (n,) that of each text. size: texts of a topic, fewest: its owners, at
    least."""
    known = np.bincount(seen.features, minlength=seen.many)
    weights = np.log((1 + len(groups)) / (1 + known)).astype(np.float32)
    most = max(1, min(_MOST, _WORK // max(1, len(seen.features) * _TURNS)))
    out, of_group, n = np.zeros(len(groups), np.int64), [], 0
    for group, rows in _grouped(groups, np.arange(len(groups))):
        many = min(most, len(rows) // max(size, fewest))
        own = _clustered(seen, rows, weights, owners[rows], rng, many=many, fewest=fewest)
        out[rows] = n + own
        n += int(own.max()) + 1
        of_group += [group] * (int(own.max()) + 1)
    return Topics(np.array(of_group, np.int64), np.bincount(out, minlength=n)), out


def _clustered(
    seen: Featured, rows: Array, weights: Array, owners: Array, rng: np.random.Generator, *, many: int, fewest: int
) -> Array:
    """The topic of each of these rows, numbered from 0; all are one topic where they are few."""
    own = np.zeros(len(rows), np.int64)
    if many < 2:
        return own
    centres = np.zeros((seen.many, many), np.float32)
    seeds = rng.permutation(rows)[:many]
    _topics.gather(seen.features, seen.starts, seeds, weights, np.arange(many), centres)
    for _ in range(_TURNS):
        _topics.nearest(seen.features, seen.starts, rows, weights, centres, own)
        _topics.gather(seen.features, seen.starts, rows, weights, own, centres)
    people = np.array([len(np.unique(owners[own == k])) for k in range(many)])
    shared = np.flatnonzero(people >= fewest)
    if len(shared) < 2:
        return np.zeros(len(rows), np.int64)
    left = np.flatnonzero(~np.isin(own, shared))
    moved = np.empty(len(left), np.int64)
    kept = np.ascontiguousarray(centres[:, shared])
    _topics.nearest(seen.features, seen.starts, rows[left], weights, kept, moved)
    own[left] = shared[moved]
    return np.unique(own, return_inverse=True)[1]
