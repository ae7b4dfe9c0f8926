"""Rows that hold a condition, or come in equal numbers: drawn as all rows are, and let through a sieve.

The trees draw a row column by column. As soon as what is drawn of it makes the condition false, or puts it into a class
of which there are enough, the row is given up and the rest of it never drawn. What is let through has the law learned,
given the condition: exactly, since nothing but refusing is done (von Neumann 1951).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs import Codes, Draw
from parhelion.errors import ConfigError, SchemaError, nearest
from parhelion.tables.conditions import FALSE, TRUE, Condition, Known, condition_of, values_of_codes
from parhelion.tables.config import SampleConfig

if TYPE_CHECKING:
    from parhelion.tables.model import Model

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

PATIENCE = 1 << 22  # rows that are drawn before anything is said to be rare
RAREST = 1_000_000  # rows drawn for one that is let through; what is rarer is refused
ROUND = 1 << 20  # rows drawn at a time at most, a constant: memory must not grow with rarity
LOOKED_AT = 1 << 18  # rows in which the parts of a condition are looked at, to say which is rare
CLASSES = 100_000
MOST = 10**9  # rows that can be told apart in classes


@dataclass(frozen=True)
class Classes:
    """Groups of rows that are counted apart. columns: whose values make them; place: the class of each combination of
    their codes, -1 where it is none; names: what holds of the rows of each."""

    columns: tuple[int, ...]
    place: npt.NDArray[np.int64]
    names: tuple[str, ...]

    def of(self, known: Known) -> npt.NDArray[np.int64]:
        return self.place[tuple(known.codes[i] for i in self.columns)]


ALL = Classes((), np.zeros((), np.int64), ("all rows",))


@dataclass(frozen=True)
class Wanted:
    """What rows to make: what they must hold, and how many of each class; `mixed`: in random order."""

    condition: Condition
    classes: Classes
    counts: Counts

    @property
    def rows(self) -> int:
        return int(self.counts.sum())

    @property
    def mixed(self) -> bool:
        return self.classes is not ALL


@dataclass
class Tally:
    """How many rows were drawn for each class while it was wanted, and how many of it were let through."""

    drawn: Counts
    let: Counts

    def next_round(self, left: Counts) -> int:
        """How many rows to draw for those that are left: enough for the class that is filled first, and not much less
        than for the one that is filled last, since what comes of full classes is drawn in vain."""
        need = 1.1 * left / ((self.let + 0.5) / (self.drawn + 0.5)) if self.drawn.any() else 1.1 * left
        need = need[left > 0] + 64
        return int(np.clip(max(need.min(), need.max() / 16), 1 << 10, ROUND))

    def rare(self, left: Counts) -> npt.NDArray[np.int64]:
        """The classes still wanted that hardly ever come."""
        return np.flatnonzero((left > 0) & (self.drawn >= PATIENCE) & (self.let * RAREST < self.drawn))


def wanted(model: "Model", n: int, config: SampleConfig) -> Wanted:
    """What is asked for. Raises ConfigError or SchemaError where it cannot be meant."""
    condition = condition_of(config.where, model)
    if config.balance and config.each:
        raise ConfigError(
            "balance and each are both given; say one: balance shares n rows out, each makes n of every value"
        )
    if not config.balance and not config.each:
        return Wanted(condition, ALL, np.array([n]))
    option, names = ("balance", config.balance) if config.balance else ("each", config.each)
    classes = _classes(model, option, names, condition)
    size = len(classes.names)
    counts = np.full(size, n) if option == "each" else n // size + (np.arange(size) < n % size)
    if counts.sum() > MOST:
        raise ConfigError(f"{option} asks for {counts.sum():,} rows; it makes {MOST:,} at most")
    return Wanted(condition, classes, counts.astype(np.int64))


def _classes(model: "Model", option: str, names: Sequence[str], condition: Condition) -> Classes:
    columns = tuple(_class_column(model, option, name) for name in dict.fromkeys(names))
    values = [_shown(model, i) for i in columns]
    shape = tuple(model.codecs[i].size for i in columns)
    if prod(map(len, values)) > CLASSES:
        raise ConfigError(
            f"{option} asks for {prod(map(len, values)):,} classes; at most {CLASSES:,} can be told apart"
        )
    codes = np.array(list(product(*values)), np.int32).reshape(-1, len(columns))
    codes = codes[_possible(codes, columns, condition)]
    if not len(codes):
        raise ConfigError(f"where leaves no value of {', '.join(names)} that {option} could make")
    place = np.full(shape, -1)
    place[tuple(codes.T)] = np.arange(len(codes))
    return Classes(columns, place, tuple(_named(model, columns, row) for row in codes))


def _class_column(model: "Model", option: str, name: str) -> int:
    if name not in model.table.names:
        raise SchemaError(
            f"{option} is {name!r}, which is no column of {model.table.name}{nearest(name, model.table.names)}"
        )
    column = model.table.names.index(name)
    kind = model.table.columns[column].kind
    if kind not in ("category", "boolean", "constant"):
        fit = [spec.name for spec in model.table.columns if spec.kind in ("category", "boolean")]
        there = ", ".join(map(repr, fit[:10])) or "none"
        raise ConfigError(f"{option} is {name!r}, a column of kind {kind}; expected a category or a boolean: {there}")
    return column


def _shown(model: "Model", column: int) -> list[int]:
    """The codes that stand for a value that may be drawn."""
    values, hidden = values_of_codes(model, column), model.codecs[column].hidden
    assert values is not None
    return [code for code in np.flatnonzero(np.asarray(values.is_valid())).tolist() if code != hidden]


def _possible(codes: Codes, columns: tuple[int, ...], condition: Condition) -> Flags:
    """Which combinations of codes the condition does not rule out, whatever the other columns hold."""
    known = Known(len(codes), {i: codes[:, place] for place, i in enumerate(columns)})
    whole = condition.whole
    return np.ones(len(codes), bool) if whole is None else np.asarray(whole.judge(known) != FALSE)


def _named(model: "Model", columns: tuple[int, ...], codes: Codes) -> str:
    values = [values_of_codes(model, i) for i in columns]
    told = zip(columns, values, codes, strict=True)
    return " and ".join(
        f"{model.table.names[i]} = {all_of[code].as_py()!r}" for i, all_of, code in told if all_of is not None
    )


class Sieve:
    """Judges a block of rows while it is drawn; in the end it knows what is to be kept of those that are left.

    needed: 1 for each class of which rows are still wanted.
    """

    def __init__(self, model: "Model", asked: Wanted, needed: Flags, rng: np.random.Generator, rows: int) -> None:
        self.model, self.classes, self.needed, self.rng = model, asked.classes, needed, rng
        self.node, classes = asked.condition.whole, asked.classes
        self.coded = {*(self.node.coded if self.node else ()), *classes.columns}
        self.valued = {*(self.node.valued if self.node else ())}
        self.known, self.judged = Known(rows), False
        self.left = (self.coded | self.valued) & set(model.columns)  # what is not drawn yet
        for column in (self.coded | self.valued) - set(model.columns):
            self._learn(column, np.zeros(rows, np.int32))

    def __call__(self, column: int, codes: Codes) -> Flags | None:
        i = self.model.columns[column]
        if self.judged and i not in self.left:
            return None
        if i in self.left:
            self.left.discard(i)
            self._learn(i, codes)
        return self._judge()

    def _judge(self) -> Flags:
        self.judged = True
        kept = self._kept()
        self.known.only(kept)
        return kept

    def finish(self, codes: Codes) -> tuple[Codes, npt.NDArray[np.int64]]:
        """The codes of the rows that are let through in the end, and the class of each."""
        if not self.judged:  # there is no column that a row could differ in
            codes = codes[self._judge()]
        return codes, np.broadcast_to(self.classes.of(self.known), len(codes))

    def _learn(self, i: int, codes: Codes) -> None:
        if i in self.coded:
            self.known.codes[i] = codes.copy()
        if i in self.valued:
            self.known.values[i] = self.model.codecs[i].decode(codes, Draw(self.rng, 0, 0, len(codes)))

    def _kept(self) -> Flags:
        """The rows that may still be wanted."""
        truth = np.full(self.known.rows, TRUE) if self.node is None else self.node.judge(self.known)
        kept = np.asarray(truth != FALSE if self.left else truth == TRUE)
        if all(i in self.known.codes for i in self.classes.columns):
            places = self.classes.of(self.known)
            kept &= np.broadcast_to((places >= 0) & self.needed[places], kept.shape)
        return kept


@dataclass
class Supply:
    """Where the rows asked for come from, a chunk at a time. left: rows of each class that no chunk has yet."""

    model: "Model"
    wanted: Wanted
    left: Counts = field(init=False)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        zero = np.zeros(len(self.wanted.counts), np.int64)
        self.left, self.tally = self.wanted.counts.copy(), Tally(zero, zero.copy())

    def chunk(
        self, rows: int, rng: np.random.Generator, told: Callable[[int], None]
    ) -> tuple[Codes, dict[int, pa.Array]]:
        """The next rows: their codes, and the native values of the columns that had to be decoded. told: called with
        how many of them there are. Raises ConfigError where there are too few such rows to be found."""
        share = rng.multivariate_hypergeometric(self.left, rows) if self.wanted.mixed else np.array([rows])
        self.left -= share
        parts: list[tuple[Codes, dict[int, pa.Array]]] = []
        while share.any():
            parts += self._round(share, rng.spawn(1)[0])
            told(rows - int(share.sum()))
            if len(rare := self.tally.rare(share)):
                raise _too_rare(self.model, self.wanted, self.tally, int(rare[0]))
        order = rng.permutation(rows) if self.wanted.mixed else np.arange(rows)
        codes = np.concatenate([codes for codes, _ in parts])[order]
        values = {i: pa.concat_arrays([part[i] for _, part in parts]).take(pa.array(order)) for i in parts[0][1]}
        return codes, values

    def _round(self, share: Counts, rng: np.random.Generator) -> Iterator[tuple[Codes, dict[int, pa.Array]]]:
        """Some of the rows that a chunk lacks; share: how many of each class, lessened by what comes."""
        model, needed = self.model, share > 0
        count = self.tally.next_round(share)

        def sieve(rng: np.random.Generator, rows: int) -> Sieve:
            return Sieve(model, self.wanted, needed, rng, rows)

        for drawn, judge in model.engine.sift(np.zeros((count, 0), np.int32), rng, sieve):
            codes, places = judge.finish(drawn)
            self.tally.let += np.bincount(places, minlength=len(share))
            first = _first(places, share)
            share -= np.bincount(places[first], minlength=len(share))
            yield codes[first], {i: values.filter(pa.array(first)) for i, values in judge.known.values.items()}
        self.tally.drawn[needed] += count


def _first(places: npt.NDArray[np.int64], most: Counts) -> Flags:
    """The first rows of each class, so many of each.

    >>> _first(np.array([0, 1, 0, 0, 1]), np.array([2, 1])).tolist()
    [True, True, True, False, False]
    """
    order = np.argsort(places, kind="stable")
    counts = np.bincount(places, minlength=len(most))
    rank = np.empty(len(places), np.int64)
    rank[order] = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(rank < most[places])


def _too_rare(model: "Model", asked: Wanted, tally: Tally, place: int) -> ConfigError:
    """What to say where rows hardly ever come: how rare they are, and which part of the condition makes them so."""
    what = "rows as asked for" if asked.classes is ALL else f"rows of {asked.classes.names[place]}"
    rarity = f"of {tally.drawn[place]:,} rows drawn, {tally.let[place]:,} are {what}"
    parts = [*_looks(model, asked)]
    never = [f"`{said}` holds for none of them{where}" for said, share, where in parts if not share]
    shares = [f"`{said}` for {share:.3g} of them{where}" for said, share, where in parts]
    looked = f"; of {LOOKED_AT:,} rows looked at, "
    why = looked + "; ".join(never) if never else looked + ", ".join(shares) if shares else ""
    return ConfigError(f"{rarity}, which is fewer than 1 in {RAREST:,}{why}; ask for what is less rare")


def _looks(model: "Model", asked: Wanted) -> Iterator[tuple[str, float, str]]:
    """Each part of a condition, the share of rows that it holds for, and between which values they lie."""
    rng = np.random.default_rng(0)
    codes = model.engine.sample(np.zeros((LOOKED_AT, 0), np.int32), rng)
    places = {column: codes[:, place] for place, column in enumerate(model.columns)}
    for said, node in asked.condition.parts:
        own = {i: places.get(i, np.zeros(LOOKED_AT, np.int32)) for i in node.coded | node.valued}
        values = {i: model.codecs[i].decode(own[i], Draw(rng, 0, 0, LOOKED_AT)) for i in node.valued}
        share = float((node.judge(Known(LOOKED_AT, own, values)) == TRUE).mean())
        yield said, share, _between(model, values)


def _between(model: "Model", values: dict[int, pa.Array]) -> str:
    if len(values) != 1:
        return ""
    ((column, array),) = values.items()
    ends = pc.min_max(array).as_py()
    return f" ({model.table.names[column]} lies between {ends['min']} and {ends['max']})"
