"""A project's store: everything that describing a data set has found, asked, paid and made, in one file."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from parhelion.describing.store.bands import Bands
from parhelion.describing.store.calls import Calls
from parhelion.describing.store.cells import Cells
from parhelion.describing.store.database import Database
from parhelion.describing.store.lock import locked
from parhelion.describing.store.rows import Rows
from parhelion.describing.store.sources import Sources
from parhelion.describing.store.trust import Trust
from parhelion.describing.store.values import text_of, value_of
from parhelion.io.atomic import failures

FILE, LOCK = "project.sqlite", "project.lock"


class Store:
    """What a project knows. Whatever a method has kept when it returns outlives the process, however that ends.

    journal: of the calls. db: the connection, for tables of others in the same file. Used from one thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.db: sqlite3.Connection = database.connection
        self.journal = calls = Calls(database)
        cells, sources, rows = Cells(database), Sources(database), Rows(database)
        trust, bands = Trust(database), Bands(database, rows)
        self.ledger, self.spent, self.costs, self.cost_of = calls.ledger, calls.spent, calls.costs, calls.cost_of
        self.cell, self.keep_cell, self.last_cell = cells.cell, cells.keep_cell, cells.last_cell
        self.answers = cells.answers
        self.release, self.withdraw, self.held_by = trust.release, trust.withdraw, trust.held_by
        self.begin, self.plan, self.put_row, self.row, self.rows = (
            rows.begin, rows.plan, rows.put_row, rows.row, rows.rows,
        )  # fmt: skip
        self.counts, self.rejects, self.stratum_counts, self.open_places, self.filled, self.uses = (
            rows.counts, rows.rejects, rows.stratum_counts, rows.open_places, rows.filled, rows.uses,
        )  # fmt: skip
        self.keep_text, self.alike, self.text, self.texts = bands.keep_text, bands.alike, bands.text, bands.texts
        self.keep_page, self.page, self.pages, self.sources = (
            sources.keep_page, sources.page, sources.pages, sources.sources,
        )  # fmt: skip
        self.keep_question, self.questions = sources.keep_question, sources.questions
        self.keep_fact, self.facts = sources.keep_fact, sources.facts

    def writing(self) -> AbstractContextManager[None]:
        """What is kept within is kept whole or not at all; nothing may be awaited in it."""
        return self._database.writing()

    def set(self, name: str, value: Any) -> None:
        """Keep a value that JSON can say under a name."""
        self._database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, text_of(value, repr(name))))

    def get(self, name: str, default: Any = None) -> Any:
        """The value that is kept under a name."""
        found = self._database.one("SELECT value FROM meta WHERE name = ?", (name,))
        return default if found is None else value_of(found[0])


@contextmanager
def open_store(folder: Path, *, wait: bool = False) -> Iterator[Store]:
    """The store of the project in a folder, which is made where there is none.

    One process at a time has it; wait: until another lets go of it. Raises ProjectError where another has it, or the
    file is damaged, of a later version, or another program's; OutputError where it cannot be written.
    """
    with failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / LOCK, wait=wait):
        database = Database(folder / FILE)
        try:
            yield Store(database)
        finally:
            database.close()
