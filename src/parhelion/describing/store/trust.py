"""What becomes of the answers of a node when it comes to be trusted, and when it turns out that it should not be."""

from typing import NamedTuple

from parhelion.describing.contract import Place
from parhelion.describing.store.cells import forget_replies
from parhelion.describing.store.database import Database
from parhelion.describing.store.rows import ELSEWHERE, close_others, forget_text


class RunPlace(NamedTuple):
    """A row, by its run and its place in it."""

    run: str
    place: Place


class Trust:
    """The part of a store that takes back, or lets through, what a node has answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def release(self, endpoint: str) -> list[RunPlace]:
        """Hold the answers of an endpoint no longer. Rows that have waited for nothing else are accepted: these."""
        with self._database.writing():
            rows = self._database.all(
                "SELECT DISTINCT rows.number FROM cells JOIN links ON links.cell = cells.number "
                "JOIN rows ON rows.number = links.row WHERE endpoint = ? AND held AND state = 'held' "
                "ORDER BY rows.run, slot, attempt",
                (endpoint,),
            )
            self._database.run("UPDATE cells SET held = 0 WHERE endpoint = ? AND held", (endpoint,))
            return [self._where(row) for (row,) in rows if self._accept(row)]

    def withdraw(self, endpoint: str, since: int) -> list[RunPlace]:
        """Take back all answers of an endpoint after the cell number `since`.

        Rows made of them (accepted ones too) are pending again, their texts are compared with no more, and no reply of
        the endpoint is known. What the calls cost stays. Returns these rows, less those of slots that have another.
        """
        which, given = "cells.endpoint = ? AND cells.number > ?", (endpoint, since)
        with self._database.writing():
            rows = self._database.all(
                "SELECT DISTINCT rows.number FROM cells JOIN links ON links.cell = cells.number "  # noqa: S608 (ours)
                f"JOIN rows ON rows.number = links.row WHERE {which} ORDER BY rows.run, slot, attempt",
                given,
            )
            for (row,) in rows:
                self._set_back(row)
            for (row,) in rows:
                self._close_if_done(row)
            back = [self._where(row) for (row,) in rows if self._state(row) == "pending"]
            for (key,) in self._database.all(f"SELECT key FROM cells WHERE {which}", given):  # noqa: S608 (ours)
                forget_replies(self._database, key)
            self._database.run("DELETE FROM replies WHERE endpoint = ?", (endpoint,))
            self._database.run(f"DELETE FROM cells WHERE {which}", given)  # noqa: S608 (ours)
        return back

    def _accept(self, row: int) -> bool:
        """Accepts a held row if none of its cells is held any more, and its slot has no other."""
        held = "SELECT 1 FROM links JOIN cells ON cells.number = links.cell WHERE row = ? AND held"
        if self._database.one(held, (row,)):
            return False
        if self._elsewhere(row):
            self._database.run("UPDATE rows SET state = 'rejected', reason = ? WHERE number = ?", (ELSEWHERE, row))
            self._forget(row)
            return False
        self._database.run("UPDATE rows SET state = 'accepted' WHERE number = ?", (row,))
        close_others(self._database, *self._database.one("SELECT run, slot FROM rows WHERE number = ?", (row,)))
        return True

    def _set_back(self, row: int) -> None:
        self._forget(row)
        self._database.run("DELETE FROM links WHERE row = ?", (row,))
        self._database.run(
            "UPDATE rows SET state = 'pending', field = '', reason = '', raw = '', \"values\" = '{}' WHERE number = ?",
            (row,),
        )

    def _close_if_done(self, row: int) -> None:
        if self._elsewhere(row):
            close_others(self._database, *self._database.one("SELECT run, slot FROM rows WHERE number = ?", (row,)))

    def _elsewhere(self, row: int) -> bool:
        """Has the slot of this row another that is accepted?"""
        found = self._database.one(
            "SELECT 1 FROM rows AS this JOIN rows AS other ON other.run = this.run AND other.slot = this.slot "
            "WHERE this.number = ? AND other.number != this.number AND other.state = 'accepted'",
            (row,),
        )
        return found is not None

    def _state(self, row: int) -> str:
        state: str = self._database.one("SELECT state FROM rows WHERE number = ?", (row,))[0]
        return state

    def _forget(self, row: int) -> None:
        """The row is none to compare with any more, and uses no fact."""
        run, slot, attempt = self._database.one("SELECT run, slot, attempt FROM rows WHERE number = ?", (row,))
        forget_text(self._database, run, Place(slot, attempt))
        self._database.run("DELETE FROM uses WHERE row = ?", (row,))

    def _where(self, row: int) -> RunPlace:
        name, slot, attempt = self._database.one(
            "SELECT name, slot, attempt FROM rows JOIN runs ON runs.number = rows.run WHERE rows.number = ?", (row,)
        )
        return RunPlace(name, Place(slot, attempt))
