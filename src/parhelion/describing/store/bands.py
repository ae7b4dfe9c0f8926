"""Texts that later ones are compared with, found again by hashes of parts of their signatures."""

from collections.abc import Iterator, Sequence

import numpy as np

from parhelion.describing.contract import Place
from parhelion.describing.store.database import Database
from parhelion.describing.store.rows import Rows, forget_text


class Bands:
    """The part of a store that keeps texts to compare with. They go when their row is no longer accepted or held."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._database, self._rows = database, rows

    def keep_text(self, run: str, place: Place, text: str, sketch: bytes, bands: Sequence[int]) -> None:
        """Keep a text under the hashes of its bands (64 bits, signed), in place of what its place held.

        sketch: what tells roughly how alike two texts are, without reading them.
        """
        number = self._rows.run_number(run)
        with self._database.writing():
            forget_text(self._database, number, place)
            packed = np.array(bands, np.int64).tobytes()
            self._database.run("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)", (number, *place, text, sketch, packed))
            self._database.many(
                "INSERT OR IGNORE INTO bands VALUES (?, ?, ?, ?)", ((number, band, *place) for band in bands)
            )

    def alike(self, run: str, bands: Sequence[int], most: int) -> list[tuple[Place, bytes]]:
        """Places and sketches of texts that share a band, those that share most of them first; at most `most`."""
        given = ", ".join("?" * len(bands))
        near = (
            "SELECT run, slot, attempt, count(*) AS shared FROM bands "  # noqa: S608 (question marks)
            f"WHERE run = ? AND hash IN ({given}) GROUP BY slot, attempt ORDER BY shared DESC, slot, attempt LIMIT ?"
        )
        found = self._database.all(
            f"SELECT slot, attempt, sketch FROM texts JOIN ({near}) USING (run, slot, attempt) "  # noqa: S608 (ours)
            "ORDER BY shared DESC, slot, attempt",
            (self._rows.run_number(run), *bands, most),
        )
        return [(Place(slot, attempt), sketch) for slot, attempt, sketch in found]

    def text(self, run: str, place: Place) -> str | None:
        """The text that is kept for a place."""
        found = self._database.one(
            "SELECT text FROM texts WHERE run = ? AND slot = ? AND attempt = ?", (self._rows.run_number(run), *place)
        )
        return None if found is None else str(found[0])

    def texts(self, run: str) -> Iterator[tuple[Place, str]]:
        """All texts of a run."""
        number, last = self._rows.run_number(run), Place(-1, -1)
        while found := self._database.one(
            "SELECT slot, attempt, text FROM texts WHERE run = ? AND (slot, attempt) > (?, ?) "
            "ORDER BY slot, attempt LIMIT 1",
            (number, *last),
        ):
            last = Place(*found[:2])
            yield last, found[2]
