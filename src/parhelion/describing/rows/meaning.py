"""Near-duplicates in other words: the vectors of rows that are kept, and which of them a new one is alike."""

from typing import NamedTuple

import numpy as np

from parhelion.describing.contract import Place
from parhelion.describing.rows.reasons import DUPLICATES
from parhelion.describing.store import Store
from parhelion.errors import EndpointError
from parhelion.llm.embedding_server import Vector, vector_of

_ROUNDING = 1e-6  # of the cosine of a vector with itself
_ROOM = 1024  # vectors that there is room for at first


class Twin(NamedTuple):
    """A row, and the cosine of its vector with another."""

    place: Place
    cosine: float


class Vectors:
    """Vectors of length 1, by place. room: for so many at first; it is doubled when it is full.

    The row i of the matrix is the vector of the i-th place that was put in, or zero where that was taken out since.

    >>> known = Vectors(2)
    >>> known.put(Place(0, 0), np.array([1.0, 0.0], np.float32))
    >>> known.put(Place(1, 0), np.array([0.6, 0.8], np.float32))
    >>> known.nearest(np.array([0.0, 1.0], np.float32)).place
    Place(slot=1, attempt=0)
    >>> known.take_out(Place(1, 0))
    >>> known.nearest(np.array([0.0, 1.0], np.float32)).cosine
    0.0
    """

    def __init__(self, size: int, room: int = _ROOM) -> None:
        self._matrix = np.zeros((room, size), np.float32)
        self._places: list[Place] = []
        self._rows: dict[Place, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    def put(self, place: Place, vector: Vector) -> None:
        """Compare later vectors with this one, and not with what its place had before. Raises EndpointError."""
        self.take_out(place)
        if len(self) == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
        self._matrix[len(self)] = self._fitting(vector)
        self._rows[place] = len(self)
        self._places.append(place)

    def take_out(self, place: Place) -> None:
        """Compare no vector with that of a place any more."""
        if (row := self._rows.pop(place, None)) is not None:
            self._matrix[row] = 0

    def nearest(self, vector: Vector, since: int = 0) -> Twin | None:
        """The place most alike, of all but the first `since` that were put in. Raises EndpointError."""
        if since >= len(self):
            return None
        cosines = self._matrix[since : len(self)] @ self._fitting(vector)
        best = int(np.argmax(cosines))
        return Twin(self._places[since + best], float(cosines[best]))

    def _fitting(self, vector: Vector) -> Vector:
        size = self._matrix.shape[1]
        if len(vector) == size:
            return vector
        sizes = " and ".join(f"{each:,}" for each in sorted((len(vector), size)))
        raise EndpointError(
            f"the model of duplicates.embeddings makes vectors of {sizes} numbers, which cannot be compared; see that "
            "all its servers serve the same model, and give that another name in the plan (`model:`), so that all "
            "vectors are made anew"
        )


class Meaning:
    """The vectors of the accepted and held rows of a run. They are taken from the store when the first is compared.

    model: who makes them. alike: the cosine from which a row is a twin, above 0 and at most 1. A row is looked at when
    its vector is there, and against those kept meanwhile when it is whole: with each other row it is compared once.
    """

    def __init__(self, store: Store, run: str, model: str, alike: float) -> None:
        self.model, self._store, self._run, self._alike = model, store, run, alike * (1 - _ROUNDING)
        self._known: Vectors | None = None
        self._waiting: dict[Place, tuple[Vector, int]] = {}  # rows in the making; how many they were compared with

    def twin_of(self, place: Place, vector: Vector) -> Twin | None:
        """The kept row that is most alike, if it is enough. The vector is remembered until its row is settled."""
        known = self._vectors(len(vector))
        self._waiting[place] = vector, len(known)
        return self._twin(known, vector, 0)

    def later_twin_of(self, place: Place) -> Twin | None:
        """The same, among the rows that were kept since `twin_of` was asked about this place."""
        vector, since = self._waiting[place]
        return self._twin(self._vectors(len(vector)), vector, since)

    def settle(self, place: Place, *, kept: bool) -> None:
        """A row is kept, and later ones are compared with it; or it is not."""
        waiting = self._waiting.pop(place, None)
        if kept and waiting is not None:
            self._vectors(len(waiting[0])).put(place, waiting[0])

    def _twin(self, known: Vectors, vector: Vector, since: int) -> Twin | None:
        while (near := known.nearest(vector, since)) is not None and near.cosine >= self._alike:
            if self._stands(near.place):
                return near
            known.take_out(near.place)
        return None

    def _stands(self, place: Place) -> bool:
        """Is the row kept still? Those made by a node that is trusted no more are withdrawn."""
        row = self._store.row(self._run, place)
        return row is not None and row.state in ("accepted", "held")

    def _vectors(self, size: int) -> Vectors:
        if self._known is None:
            counts = self._store.counts(self._run)
            self._known = Vectors(size, counts.accepted + counts.held + _ROOM)
            for place, text in self._store.answers(self._run, DUPLICATES):
                self._known.put(place, vector_of(text))
        return self._known
