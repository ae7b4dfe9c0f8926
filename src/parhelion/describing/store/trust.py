"""What becomes of the answers of a node when it comes to be trusted, and when it turns out that it should not be."""

from typing import NamedTuple

from parhelion.describing.contract import Place
from parhelion.describing.store.cells import forget_replies
from parhelion.describing.store.database import Database
from parhelion.describing.store.rows import Rows, forget_text


class RunPlace(NamedTuple):
    """A row, by its run and its place in it."""

    run: str
    place: Place


class Trust:
    """The part of a store that takes back, or lets through, what a node has answered."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._database, self._rows = database, rows

    def release(self, endpoint: str) -> None:
        """Hold the answers of an endpoint no longer. What becomes of rows that have waited for it: see `unheld`."""
        self._database.run("UPDATE cells SET held = 0 WHERE endpoint = ? AND held", (endpoint,))

    def unheld(self, run: str) -> list[Place]:
        """The held rows of a run that wait for nothing more: each can be put as accepted, or as rejected."""
        found = self._database.all(
            "SELECT slot, attempt FROM rows WHERE run = ? AND state = 'held' AND NOT EXISTS ("
            "SELECT 1 FROM links JOIN cells ON cells.number = cell WHERE row = rows.number AND held) "
            "ORDER BY slot, attempt",
            (self._rows.run_number(run),),
        )
        return [Place(*each) for each in found]

    def withdraw(self, endpoint: str, since: int) -> list[RunPlace]:
        """Take back all answers of an endpoint after the cell number `since`.

        Accepted and held rows made of them are pending again, with nothing in them, and their texts are compared with
        no more: these rows are returned. Rejected ones stay so, as their slots have gone on to other candidates. No
        reply of the endpoint is known any more. What the calls cost stays.
        """
        which, given = "cells.endpoint = ? AND cells.number > ?", (endpoint, since)
        with self._database.writing():
            rows = self._database.all(
                "SELECT DISTINCT rows.number, name, run, slot, attempt FROM cells "  # noqa: S608 (our own words)
                "JOIN links ON links.cell = cells.number JOIN rows ON rows.number = links.row "
                f"JOIN runs ON runs.number = rows.run WHERE {which} AND state != 'rejected' ORDER BY run, slot",
                given,
            )
            for key, _, run, slot, attempt in rows:
                self._set_back(key, run, Place(slot, attempt))
            for key, cell in self._database.all(f"SELECT key, number FROM cells WHERE {which}", given):  # noqa: S608
                forget_replies(self._database, key)
                self._database.run("DELETE FROM links WHERE cell = ?", (cell,))
            self._database.run("DELETE FROM replies WHERE endpoint = ?", (endpoint,))
            self._database.run(f"DELETE FROM cells WHERE {which}", given)  # noqa: S608 (the same)
        return [RunPlace(name, Place(slot, attempt)) for _, name, _, slot, attempt in rows]

    def _set_back(self, row: int, run: int, place: Place) -> None:
        forget_text(self._database, run, place)
        for table in ("uses", "links"):
            self._database.run(f"DELETE FROM {table} WHERE row = ?", (row,))  # noqa: S608 (the same)
        self._database.run("UPDATE rows SET state = 'pending', \"values\" = '{}' WHERE number = ?", (row,))
