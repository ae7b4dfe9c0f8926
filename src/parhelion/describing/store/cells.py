"""Cells: what was asked and answered, by the hash of all that was asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parhelion.describing.contract import Place
from parhelion.describing.store.database import Database
from parhelion.describing.store.values import text_of, value_of

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """An answer that is kept, also one that is no good: what was asked once is not asked again.

    value: what JSON can say; None, with a reason, where the answer stayed wrong. raw: that answer, as it came.
    held: from a node that is not yet trusted. number: the order in which cells were kept.
    """

    key: str
    field: str
    value: Any
    reason: str = ""
    raw: str = ""
    endpoint: str = ""
    held: bool = False
    number: int = 0


class Cells:
    """The part of a store that keeps cells."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cell(self, key: str) -> Cell | None:
        """What was answered to the question with this key."""
        found = self._database.one(
            "SELECT field, value, reason, raw, endpoint, held, number FROM cells WHERE key = ?", (key,)
        )
        if found is None:
            return None
        field, value, reason, raw, endpoint, held, number = found
        return Cell(key, field, value_of(value), reason, raw, endpoint, bool(held), number)

    def keep_cell(self, cell: Cell) -> None:
        """Keep an answer; its number is given here. The replies to its calls are let go of."""
        value = text_of(cell.value, f"the answer for {cell.field!r}")
        with self._database.writing():
            self._database.run(
                "INSERT INTO cells (key, field, value, reason, raw, endpoint, held) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value, reason = excluded.reason, "
                "raw = excluded.raw, endpoint = excluded.endpoint, held = excluded.held",
                (cell.key, cell.field, value, cell.reason, cell.raw, cell.endpoint, cell.held),
            )
            forget_replies(self._database, cell.key)

    def answers(self, run: str, field: str) -> Iterator[tuple[Place, Any]]:
        """What the accepted and held rows of a run have been answered for a field, with one answer a row."""
        page = (  # joined crosswise, so that SQLite begins with the rows, of which there are least
            "SELECT slot, attempt, value FROM rows CROSS JOIN links ON links.row = rows.number "
            "CROSS JOIN cells ON cells.number = links.cell WHERE run = (SELECT number FROM runs WHERE name = ?) "
            "AND state = ? AND (slot, attempt) > (?, ?) AND cells.field = ? ORDER BY slot, attempt LIMIT ?"
        )
        for state in ("accepted", "held"):
            last = Place(-1, -1)
            while found := self._database.all(page, (run, state, *last, field, _PAGE)):
                last = Place(*found[-1][:2])
                yield from ((Place(slot, attempt), value_of(value)) for slot, attempt, value in found)

    def last_cell(self, endpoint: str) -> int:
        """The number of the newest cell that an endpoint answered; 0 where there is none."""
        return self._database.one("SELECT max(number) FROM cells WHERE endpoint = ?", (endpoint,))[0] or 0


def forget_replies(database: Database, key: str) -> None:
    """Let go of the replies to the calls that a cell was made of: their keys begin with its own.

    Keys of cells are hashes of one length, so that none begins another.
    """
    database.run("DELETE FROM replies WHERE key >= ? AND key < ?", (key, f"{key}\x7f"))
