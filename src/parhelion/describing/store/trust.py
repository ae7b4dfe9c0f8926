"""What becomes of the answers of a node when it comes to be trusted, and when it turns out that it should not be."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from parhelion.describing.contract import Place
from parhelion.describing.store.cells import forget_replies
from parhelion.describing.store.database import Database
from parhelion.describing.store.rows import forget_text


class RunPlace(NamedTuple):
    """A row, by its run and its place in it."""

    run: str
    place: Place


class Trust:
    """The part of a store that takes back, or lets through, what a node has answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held_by(self, run: str) -> list[str]:
        """The endpoints whose answers rows of a run wait for."""
        found = self._database.all(
            "SELECT DISTINCT endpoint FROM cells JOIN links ON links.cell = cells.number JOIN rows "
            "ON rows.number = links.row JOIN runs ON runs.number = rows.run "
            "WHERE runs.name = ? AND cells.held AND state = 'held' ORDER BY endpoint",
            (run,),
        )
        return [name for (name,) in found]

    def release(self, endpoint: str) -> list[RunPlace]:
        """Hold the answers of an endpoint no longer. Rows that have waited for nothing else are accepted: these."""
        with self._database.writing():
            rows = self._rows_of("endpoint = ? AND held AND state = 'held'", (endpoint,))
            self._database.run("UPDATE cells SET held = 0 WHERE endpoint = ? AND held", (endpoint,))
            return [self._where(row) for row in rows if self._accept(row)]

    def withdraw(self, endpoint: str, since: int) -> list[RunPlace]:
        """Take back all answers of an endpoint after the cell number `since`.

        Accepted and held rows made of them are pending again, with nothing in them, and their texts are compared with
        no more: these rows are returned. Rejected ones stay so, as their slots have gone on to other candidates. No
        reply of the endpoint is known any more. What the calls cost stays.
        """
        which, given = "endpoint = ? AND cells.number > ?", (endpoint, since)
        with self._database.writing():
            rows = self._rows_of(f"{which} AND state != 'rejected'", given)
            back = [self._where(row) for row in rows]
            for row, (_, place) in zip(rows, back, strict=True):
                self._set_back(row, place)
            for key, cell in self._database.all(f"SELECT key, number FROM cells WHERE {which}", given):  # noqa: S608
                forget_replies(self._database, key)
                self._database.run("DELETE FROM links WHERE cell = ?", (cell,))
            self._database.run("DELETE FROM replies WHERE endpoint = ?", (endpoint,))
            self._database.run(f"DELETE FROM cells WHERE {which}", given)  # noqa: S608 (the same)
        return back

    def _rows_of(self, which: str, given: Sequence[Any]) -> list[int]:
        """The rows that are made of some cells, by run and place."""
        found = self._database.all(
            "SELECT DISTINCT rows.number FROM cells JOIN links ON links.cell = cells.number "  # noqa: S608 (our words)
            f"JOIN rows ON rows.number = links.row WHERE {which} ORDER BY run, slot, attempt",
            given,
        )
        return [number for (number,) in found]

    def _where(self, row: int) -> RunPlace:
        name, slot, attempt = self._database.one(
            "SELECT name, slot, attempt FROM rows JOIN runs ON runs.number = rows.run WHERE rows.number = ?", (row,)
        )
        return RunPlace(name, Place(slot, attempt))

    def _accept(self, row: int) -> bool:
        """Accepts a held row, unless one of its cells is held still."""
        changed = self._database.run(
            "UPDATE rows SET state = 'accepted' WHERE number = ? AND NOT EXISTS ("
            "SELECT 1 FROM links JOIN cells ON cells.number = links.cell WHERE row = rows.number AND held)",
            (row,),
        )
        return changed.rowcount == 1

    def _set_back(self, row: int, place: Place) -> None:
        run = self._database.one("SELECT run FROM rows WHERE number = ?", (row,))[0]
        forget_text(self._database, run, place)
        for table in ("uses", "links"):
            self._database.run(f"DELETE FROM {table} WHERE row = ?", (row,))  # noqa: S608 (the same)
        self._database.run("UPDATE rows SET state = 'pending', \"values\" = '{}' WHERE number = ?", (row,))
