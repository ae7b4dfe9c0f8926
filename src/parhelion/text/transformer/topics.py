"""Topics: groups of texts of one label that use the same words.

A topic is drawn before a text and stands in front of it like what is known of it, so that many texts of one label say
as many different things as the originals did, and each says one of them to its end. Each topic is that of as many
owners as must share what is shown; of which words it is, nobody keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from parhelion.text.contract import Codes
from parhelion.text.transformer.vocabulary import Words

Numbers = npt.NDArray[np.int64]
SMALLEST = 15  # owners of a topic
HALVINGS = 4  # of the texts of a group, so that it has 16 topics at most
DIRECTIONS = 32  # in which texts are compared


@dataclass(frozen=True)
class Topics:
    """groups: (T,) ascending, the code of the first column of the context (0 where it has none) that each topic is of.
    counts: (T,) texts of each."""

    groups: Numbers
    counts: Numbers

    @property
    def untold(self) -> int:
        """The code of no topic."""
        return len(self.groups)

    def most(self, topics: Numbers) -> npt.NDArray[np.float64]:
        """(n,) nats that a text can tell of its topic, and so of its label: what there is to know of it."""
        share = np.append(self.counts, 1) / max(1, int(self.counts.sum()))
        return -np.log(share)[topics]

    def drawn(self, codes: Codes, rng: np.random.Generator) -> Numbers:
        """(n,) a topic of the group of each row; each as often as its counts say, as nearly as whole texts allow.

        >>> Topics(np.array([0, 0, 1]), np.array([3, 1, 9])).drawn(
        ...     np.array([[0], [1], [0], [0], [0], [7]]), np.random.default_rng(0)
        ... ).tolist()
        [1, 2, 0, 0, 0, 3]
        """
        groups, drawn = group_of(codes), np.full(len(codes), self.untold)
        shuffled = rng.permutation(len(codes))
        for group in np.unique(groups):
            own, rows = np.flatnonzero(self.groups == group), shuffled[groups[shuffled] == group]
            if len(own):
                ends = np.cumsum(self.counts[own]) / self.counts[own].sum()
                places = (np.arange(len(rows)) + rng.random()) / len(rows)
                drawn[rows] = own[np.searchsorted(ends[:-1], places, side="right")]
        return drawn

    def each(self, codes: Codes) -> Iterator[tuple[Numbers, Numbers, npt.NDArray[np.float64]]]:
        """Rows, a topic of each, and the share of it in its group; until every row has had all of its topics."""
        groups = group_of(codes)
        first, last = np.searchsorted(self.groups, groups), np.searchsorted(self.groups, groups, side="right")
        total = np.bincount(self.groups, weights=self.counts, minlength=int(groups.max(initial=0)) + 1)
        none = np.flatnonzero(first == last)
        yield none, np.full(len(none), self.untold), np.ones(len(none))
        for turn in range(int((last - first).max(initial=0))):
            rows = np.flatnonzero(first + turn < last)
            topics = first[rows] + turn
            yield rows, topics, self.counts[topics] / total[groups[rows]]


def no_topics(texts: int) -> tuple[Topics, Numbers]:
    """Where texts have no topics."""
    return Topics(np.zeros(0, np.int64), np.zeros(0, np.int64)), np.zeros(texts, np.int64)


def group_of(codes: Codes) -> Numbers:
    """(n,) the group of each row of a context."""
    return codes[:, 0].astype(np.int64) if codes.shape[1] else np.zeros(len(codes), np.int64)


def topics_of(
    words: Words, codes: Codes, owners: Numbers, least: int, rng: np.random.Generator
) -> tuple[Topics, Numbers]:
    """The topics of texts, and which each text has. least: owners that a word must have to count."""
    points, groups = _points(words, least, rng), group_of(codes)
    parts = [
        (group, part)
        for group in np.unique(groups)
        for part in _halved(np.flatnonzero(groups == group), points, owners, max(SMALLEST, least))
    ]
    of_text = np.zeros(len(codes), np.int64)
    for topic, (_, part) in enumerate(parts):
        of_text[part] = topic
    numbers = np.array([group for group, _ in parts], np.int64)
    return Topics(numbers, np.array([len(part) for _, part in parts], np.int64)), of_text


def _points(words: Words, least: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Texts as points: those that use the same words are near (latent semantic analysis, Deerwester et al. 1990)."""
    kept = np.flatnonzero(words.owners >= least)
    rank = np.full(len(words.words), -1)
    rank[kept] = np.arange(len(kept))
    found = [np.unique(rank[of]) for of in words.of_text]
    columns = np.concatenate(found) if found else np.zeros(0, np.int64)
    rows = np.repeat(np.arange(len(found)), [len(of) for of in found])
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    weights = np.log(len(found) / np.maximum(np.bincount(columns), 1))[columns]
    table = csr_matrix((weights, (rows, columns)), (len(found), max(len(kept), 1)))
    many = min(DIRECTIONS, min(table.shape) - 1)
    if many < 1:
        return np.zeros((len(found), 1))
    with np.errstate(divide="ignore", invalid="ignore"):  # it divides by a variance that equal texts have not
        points = TruncatedSVD(many, random_state=int(rng.integers(2**31))).fit_transform(table)
    lengths = np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    return np.asarray(points / lengths, np.float64)


def _halved(
    rows: Numbers, points: npt.NDArray[np.float64], owners: Numbers, least: int, halvings: int = HALVINGS
) -> list[Numbers]:
    """Rows cut in two across the direction in which they differ most, and again, while all parts have enough owners."""
    if not halvings or len(rows) < 2 * least:
        return [rows]
    centred = points[rows] - points[rows].mean(axis=0)
    order = np.argsort(centred @ np.linalg.svd(centred, full_matrices=False)[2][0], kind="stable")
    halves = [np.sort(half) for half in np.array_split(rows[order], 2)]
    if any(len(np.unique(owners[half])) < least for half in halves):
        return [rows]
    return [part for half in halves for part in _halved(half, points, owners, least, halvings - 1)]
