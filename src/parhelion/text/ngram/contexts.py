"""The contexts of texts as nodes of a tree: level l is told apart by the first l columns; node 0 is any text."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Contexts:
    """columns: which columns of the context, in the order in which they are looked at. sizes: codes of each. parents,
    codes: (m - 1,) of nodes 1 .. m - 1, in ascending order of (parent, code), parents before their children."""

    columns: tuple[int, ...]
    sizes: tuple[int, ...]
    parents: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.parents) + 1

    @classmethod
    def of(cls, codes: Array, columns: tuple[int, ...], sizes: tuple[int, ...]) -> Self:
        """The nodes of these rows of codes."""
        made = cls(columns, sizes, np.zeros(0, np.int64), np.zeros(0, np.int64))
        at, n = np.zeros(len(codes), np.int64), 1
        for column, size in zip(columns, sizes, strict=True):
            keys, at = np.unique(at * size + codes[:, column], return_inverse=True)
            parents, own = np.divmod(keys, size)
            made = replace(
                made, parents=np.concatenate([made.parents, parents]), codes=np.concatenate([made.codes, own])
            )
            at, n = at + n, n + len(keys)
        return made

    def levels(self) -> Array:
        """(m,) the level of each node."""
        out = np.zeros(len(self), np.int64)
        for node, parent in enumerate(self.parents.tolist(), 1):
            out[node] = out[parent] + 1
        return out

    def nodes(self, codes: Array) -> npt.NDArray[np.int64]:
        """(n, levels + 1) the nodes of rows of codes from the most general one on, -1 where there is none.

        >>> known = Contexts.of(np.array([[0, 1], [1, 1]]), (0, 1), (2, 2))
        >>> known.nodes(np.array([[0, 1], [1, 0]])).tolist()
        [[0, 1, 3], [0, 2, -1]]
        """
        out = np.full((len(codes), len(self.columns) + 1), -1, np.int64)
        out[:, 0] = 0
        for level, (column, size) in enumerate(zip(self.columns, self.sizes, strict=True), 1):
            out[:, level] = self._children(out[:, level - 1], codes[:, column], size)
        return out

    def _children(self, parents: Array, codes: Array, size: int) -> Array:
        widest = max(self.sizes)
        keys = self.parents * widest + self.codes
        wanted = parents * widest + codes
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found = (parents >= 0) & (codes >= 0) & (codes < size) & (keys[place] == wanted) if len(keys) else False
        children: Array = np.where(found, place + 1, -1)
        return children
