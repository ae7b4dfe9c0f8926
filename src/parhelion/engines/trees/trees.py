"""The `trees` engine: p(x) = p(x1) p(x2 | x1) ... p(xd | x<d), a tree for each factor.

Leaves hold histograms of codes (never rows); sampling walks each row down one tree a column. Columns that follow from
another one are looked up, not learned. Sources: Breiman et al. 1984 (trees), Reiter 2005 (synthesis by CART), and what
each module names.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import Codes, ColumnInfo, Sieve
from parhelion.engines.trees.bins import Bytes, bin_of_code
from parhelion.engines.trees.conditional import Conditional, Lookup, View, fit_tree
from parhelion.engines.trees.config import TreesConfig
from parhelion.engines.trees.order import determined, order_of_columns
from parhelion.engines.trees.packing import pack, unpack

A = TypeVar("A")
B = TypeVar("B")
S = TypeVar("S", bound=Sieve)

BLOCK = 1 << 16  # rows that are drawn together; a constant, so that the result does not depend on the number of threads


@dataclass(frozen=True)
class Trees:
    """Fitted trees.

    infos: context columns, then the columns it generates. order: all of them in the order of generation, context first.
    conditionals: one for each generated column, in that order; they number columns by their place in the order.
    bins: the bin of each code, per place in the order.
    """

    infos: tuple[ColumnInfo, ...]
    contexts: int
    order: npt.NDArray[np.int64]
    bins: tuple[Bytes, ...]
    conditionals: tuple[Conditional, ...]

    @classmethod
    def fit(
        cls,
        context: Codes,
        codes: Codes,
        columns: Sequence[ColumnInfo],
        config: TreesConfig,
        rng: np.random.Generator,
        *,
        keep: int = 0,
        progress: Callable[[], None] = lambda: None,
    ) -> Self:
        """Learn p(codes | context). The first `keep` columns of codes are generated first, as they stand; see `order`.

        context: (n, c) int32; codes: (n, d) int32; columns: the c + d infos. progress is called after each column.
        """
        known = np.ascontiguousarray(np.hstack([context, codes]).T)
        c = context.shape[1]
        given = c + keep
        lookups = determined(known, columns, given)
        order = np.array(order_of_columns(columns, given, {t: s for t, (s, _) in lookups.items()}), np.int64)
        place = np.argsort(order)
        infos = [columns[i] for i in order]
        known = known[order]
        bins = tuple(bin_of_code(y, info, config.bins) for y, info in zip(known, infos, strict=True))
        view = View(np.array([b[y] for b, y in zip(bins, known, strict=True)], np.uint8).reshape(known.shape), known)

        def learn(target: int, rng: np.random.Generator) -> Conditional:
            column = int(order[target])
            if column in lookups:
                source, table = lookups[column]
                return Lookup(int(place[source]), table)
            return fit_tree(view, infos, target, favoured=range(c, given), config=config, rng=rng)

        targets = range(c, len(infos))
        return cls(tuple(columns), c, order, bins, tuple(parallel(learn, targets, rng.spawn(len(targets)), progress)))

    def sample(self, context: Codes, rng: np.random.Generator) -> Codes:
        """One row of codes (n, d) per row of context (n, c). The same for the same rng on any number of threads."""
        n = context.shape[0]
        cuts = np.linspace(0, n, -(-n // BLOCK) + 1).astype(np.int64) if n else np.zeros(1, np.int64)
        parts = [np.ascontiguousarray(context[a:b].T) for a, b in pairwise(cuts)]
        drawn = parallel(self._draw, parts, rng.spawn(len(parts)))
        d = len(self.infos) - self.contexts
        return np.hstack(drawn).T if drawn else np.zeros((0, d), np.int32)

    def sift(
        self, context: Codes, rng: np.random.Generator, sieve: Callable[[np.random.Generator, int], S]
    ) -> list[tuple[Codes, S]]:
        """As `sample`, of the rows that sieves let through: their codes, and the sieve that let them through, of each
        block of rows that has any. sieve: called with a generator and the number of a block's rows.

        A row is refused as soon as what is drawn of it says so, and its other columns are never drawn; what comes
        still has the law learned, given that it is let through.
        """
        n = context.shape[0]
        cuts = np.linspace(0, n, -(-n // BLOCK) + 1).astype(np.int64)
        parts = [np.ascontiguousarray(context[a:b].T) for a, b in pairwise(cuts)]

        def work(known: Codes, rng: np.random.Generator) -> tuple[Codes, S]:
            own, other = rng.spawn(2)
            judge = sieve(other, known.shape[1])
            return self._draw(known, own, judge).T, judge

        return [drawn for drawn in parallel(work, parts, rng.spawn(len(parts))) if len(drawn[0])]

    def _draw(self, context: Codes, rng: np.random.Generator, sieve: Sieve | None = None) -> Codes:
        """Codes (d, n) of one block, given its context (c, n); of the rows that a sieve lets through."""
        view = self._view(context, len(self.order))
        state = rng.integers(0, 1 << 64, 1, np.uint64)
        for target, conditional in enumerate(self.conditionals, self.contexts):
            before = View(view.bins[:target], view.codes[:target])
            view.codes[target] = conditional.draw(before, state)
            view.bins[target] = self.bins[target][view.codes[target]]
            kept = None if sieve is None else sieve(int(self.order[target]) - self.contexts, view.codes[target])
            if kept is not None:
                view = view.only(kept, target + 1)
                if not view.codes.shape[1]:
                    break
        out = np.empty((len(self.conditionals), view.codes.shape[1]), np.int32)
        out[self.order[self.contexts :] - self.contexts] = view.codes[self.contexts :]
        return out

    def _view(self, known: Codes, columns: int) -> View:
        """A view of `columns` places whose first ones are filled from known (k, n)."""
        view = View(np.zeros((columns, known.shape[1]), np.uint8), np.zeros((columns, known.shape[1]), np.int32))
        view.codes[: len(known)] = known
        for i in range(len(known)):
            view.bins[i] = self.bins[i][known[i]]
        return view

    def log_likelihood(self, context: Codes, codes: Codes) -> npt.NDArray[np.float64]:
        """log p of each code given its context and the columns before it: (n, d); minus infinity where it cannot be
        drawn."""
        known = np.hstack([context, codes]).T[self.order]
        view = self._view(known, len(self.order))
        out = np.empty((codes.shape[0], codes.shape[1]))
        for target, conditional in enumerate(self.conditionals, self.contexts):
            before = View(view.bins[:target], view.codes[:target])
            with np.errstate(divide="ignore"):
                out[:, self.order[target] - self.contexts] = np.log(conditional.density(before, view.codes[target]))
        return out

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything learned, as flat arrays by name."""
        return {"order": self.order.astype(np.int32)} | pack(self.bins, self.conditionals)

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], columns: Sequence[ColumnInfo], contexts: int) -> Self:
        """The engine that `arrays` came from. Raises ModelFileError where the arrays cannot be one."""
        order, bins, conditionals = unpack(arrays, columns, contexts)
        return cls(tuple(columns), contexts, order, bins, conditionals)


def parallel(
    work: Callable[[A, np.random.Generator], B],
    items: Sequence[A],
    rngs: Sequence[np.random.Generator],
    progress: Callable[[], None] = lambda: None,
) -> list[B]:
    """Do the work on every item, on all cores; results in order. The kernels release the interpreter's lock.

    progress: called, by this thread, whenever one more is done.
    """
    with ThreadPoolExecutor(min(len(items), os.cpu_count() or 1) or 1) as pool:
        doing = [pool.submit(work, item, rng) for item, rng in zip(items, rngs, strict=True)]
        try:
            for each in as_completed(doing):
                each.result()
                progress()
        finally:
            for each in doing:
                each.cancel()
        return [each.result() for each in doing]
