"""The tables of an index in SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from parhelion.errors import ProjectError

# Of how words are made of texts: an index of another version is built anew.
VERSION = "1"

# A document's text is that of its passages, one after the other: it is kept once, and a hit reads only its passage.
_TABLES = """
CREATE TABLE IF NOT EXISTS index_about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS index_files (
    path TEXT PRIMARY KEY, modified INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    way TEXT NOT NULL, skipped TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS index_documents (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, file TEXT, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    at TEXT NOT NULL, meta TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS index_documents_of ON index_documents (file);
CREATE TABLE IF NOT EXISTS index_passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS index_passages_of ON index_passages (document, start);
CREATE VIRTUAL TABLE IF NOT EXISTS index_words USING fts5 (
    title, about, text, content = '', tokenize = 'porter unicode61 remove_diacritics 2');
"""
_NAMES = ("index_words", "index_passages", "index_documents", "index_files", "index_about")


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables of an index where they are not, or are of another version. Raises ProjectError."""
    try:
        with together(db):
            _create(db)
            found = db.execute("SELECT value FROM index_about WHERE name = 'version'").fetchone()
            if found is not None and found[0] != VERSION:
                for name in _NAMES:
                    db.execute(f"DROP TABLE {name}")
                _create(db)
            if found is None or found[0] != VERSION:
                db.execute("INSERT OR REPLACE INTO index_about VALUES ('version', ?)", (VERSION,))
    except sqlite3.OperationalError as fault:
        if "fts5" not in str(fault):
            raise
        raise ProjectError("this Python's SQLite has no FTS5, which the index of documents needs") from fault


def _create(db: sqlite3.Connection) -> None:
    # One by one: executescript would commit what the caller has begun.
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)


@contextmanager
def together(db: sqlite3.Connection) -> Iterator[None]:
    """All that is done within is done, or nothing; also within a transaction of the caller."""
    db.execute("SAVEPOINT parhelion_index")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.OperationalError):  # where the disk is full, SQLite has rolled all of it back on its own
            db.execute("ROLLBACK TO parhelion_index")
            db.execute("RELEASE parhelion_index")
        raise
    db.execute("RELEASE parhelion_index")
