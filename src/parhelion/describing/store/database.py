"""A project's file: opened, checked, written to in groups; whatever SQLite refuses, in words that help."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from parhelion.describing.store.layout import APPLICATION, TABLES, VERSION
from parhelion.errors import DataError, OutputError, ParhelionError, ProjectError

_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_NOT_OURS = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LONE = re.compile("[\ud800-\udfff]")


def fault_of(path: Path, fault: sqlite3.Error) -> ParhelionError:
    """What to raise for what SQLite said of a project's file."""
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if code in _NO_ROOM:
        return OutputError(
            f"cannot write {str(path)!r}: {fault}; what was kept before is kept: free some space, "
            "and run it again to go on where it stopped"
        )
    if code in _NOT_OURS:
        return OutputError(f"cannot write {str(path)!r}: {fault}; choose a folder that you may write to")
    if code in _DAMAGED:
        return ProjectError(
            f"{str(path)!r} is damaged, or no project's file: {fault}; restore it from a copy, "
            "or begin in another folder"
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return ProjectError(f"another program works on {str(path)!r} ({fault}); close it, and run this again")
    return ProjectError(f"{str(path)!r} cannot be used as a project's file: {fault}; begin in another folder")


def _clean(values: Sequence[Any]) -> tuple[Any, ...]:
    """Without lone surrogates, which are half of a character and in no text that can be written anywhere."""
    return tuple(_LONE.sub("\ufffd", one) if isinstance(one, str) else one for one in values)


class Database:
    """The connection, with the faults of SQLite made ours. Every statement is a transaction unless in `writing`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        except sqlite3.Error as fault:
            raise fault_of(path, fault) from fault
        try:
            self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Carry out one statement."""
        try:
            return self._execute(statement, values)
        except sqlite3.Error as fault:
            raise fault_of(self.path, fault) from fault

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Carry out one statement for each row of values: numbers, or texts that are ours."""
        try:
            self.connection.executemany(statement, rows)
        except sqlite3.Error as fault:
            raise fault_of(self.path, fault) from fault

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows that it finds."""
        try:
            return self._execute(statement, values).fetchall()
        except sqlite3.Error as fault:
            raise fault_of(self.path, fault) from fault

    def one(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row that it finds, or None."""
        try:
            return self._execute(statement, values).fetchone()
        except sqlite3.Error as fault:
            raise fault_of(self.path, fault) from fault

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What is written in here is kept whole or not at all. One within another is part of it."""
        if self.connection.in_transaction:
            yield
            return
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # SQLite may have rolled back on its own where the disk was full.
            with suppress(sqlite3.Error):
                self.connection.rollback()
            raise

    def close(self) -> None:
        """Let go of the file."""
        try:
            self.connection.close()
        except sqlite3.Error as fault:
            raise fault_of(self.path, fault) from fault

    def _execute(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self.connection.execute(statement, values)
        except UnicodeEncodeError:
            return self.connection.execute(statement, _clean(values))
        except OverflowError as fault:
            raise DataError("a number beyond 64 bits cannot be kept in a project; look at prices and budget") from fault

    def _prepare(self) -> None:
        """Sees that the file is ours, and makes its tables where it is new."""
        kind, version = (self.one(f"PRAGMA {name}")[0] for name in ("application_id", "user_version"))
        there = {name for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if kind == APPLICATION and version > VERSION:
            raise ProjectError(
                f"{str(self.path)!r} was written by a later parhelion (format {version}, this one knows {VERSION}); "
                "run: pip install --upgrade parhelion"
            )
        if (kind or there) and kind != APPLICATION:
            raise ProjectError(f"{str(self.path)!r} is the SQLite file of another program; choose another folder")
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 4000"):
            self.run(f"PRAGMA {setting}")
        if not kind:
            self._make()

    def _make(self) -> None:
        with self.writing():
            for table in TABLES:
                self.run(table)
            self.run(f"PRAGMA application_id = {APPLICATION}")
            self.run(f"PRAGMA user_version = {VERSION}")
