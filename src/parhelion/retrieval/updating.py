"""How an index follows what lies on the disk."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from parhelion.errors import DataError
from parhelion.io.paths import Bytes
from parhelion.progress import Progress
from parhelion.retrieval.contract import Changes, Document, document_of
from parhelion.retrieval.files import File, Reading, Skipped, files_of, read_file
from parhelion.retrieval.index_file import together
from parhelion.retrieval.tables import read_table

# Files that are taken in at once: fewer would wait for the disk, more would be lost with an interruption.
TOGETHER = 128


class Holding(Protocol):
    """What keeps documents."""

    def put(self, document: Document, file: str | None = None) -> None: ...

    def remove(self, url: str) -> None: ...


class Updating:
    """One look at the sources."""

    def __init__(self, index: Holding, db: sqlite3.Connection) -> None:
        self._index, self._db = index, db
        self._counts: Counter[str] = Counter()
        self._skipped: dict[str, str] = {}

    def run(self, sources: Sequence[str], progress: Progress, besides: Iterable[Path] = ()) -> Changes:
        """All the changes since the last look."""
        found = list(files_of(sources, besides))
        self._skipped |= {each.path: each.why for each in found if isinstance(each, Skipped)}
        files = [each for each in found if isinstance(each, File)]
        total, done = sum(file.size for file in files), 0
        self._forget({file.path for file in files})
        waiting = iter(files)
        while some := list(islice(waiting, TOGETHER)):
            with together(self._db):
                for file in some:
                    progress("index", done, total)
                    self._look(file)
                    done += file.size
        progress("index", total, total)
        return Changes(
            **{name: self._counts[name] for name in ("added", "changed", "removed", "same")}, skipped=self._skipped
        )

    def _forget(self, paths: set[str]) -> None:
        """Take out the files that are no more."""
        known = [row[0] for row in self._db.execute("SELECT path FROM index_files")]
        with together(self._db):
            for path in known:
                if path not in paths:
                    self._remove(path, set())
                    self._db.execute("DELETE FROM index_files WHERE path = ?", (path,))

    def _remove(self, path: str, kept: set[str]) -> None:
        """Take out the documents of a file, but for some."""
        for url in self._urls(path):
            if url not in kept:
                self._index.remove(url)
                self._counts["removed"] += 1

    def _urls(self, path: str) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT url FROM index_documents WHERE file = ?", (path,))]

    def _look(self, file: File) -> None:
        """Take in a file, unless it is as it was."""
        way = json.dumps([file.is_table, file.column])
        known = self._db.execute(
            "SELECT modified, size, sha256, skipped FROM index_files WHERE path = ? AND way = ?", (file.path, way)
        ).fetchone()
        if known and tuple(known[:2]) == (file.modified, file.size):
            self._keep(file, known[3])
            return
        counts = self._counts.copy()
        try:
            with together(self._db):
                sha = _sha256(file)
                told = self._kept_told(file, known[3]) if known and known[2] == sha else self._take(file)
                row = (file.path, file.modified, file.size, sha, way, told)
                self._db.execute("INSERT OR REPLACE INTO index_files VALUES (?, ?, ?, ?, ?, ?)", row)
        except (DataError, OSError, UnicodeError) as fault:
            self._counts = counts
            self._skipped[file.path] = _why(fault, file)
            self._remove(file.path, set())
            self._db.execute("DELETE FROM index_files WHERE path = ?", (file.path,))

    def _kept_told(self, file: File, told: str) -> str:
        self._keep(file, told)
        return told

    def _keep(self, file: File, told: str) -> None:
        """Count the documents of a file that is as it was, and say again which of it were skipped."""
        self._counts["same"] += len(self._urls(file.path))
        self._skipped |= json.loads(told)

    def _take(self, file: File) -> str:
        """Take in the documents of a file; those that were skipped are returned as JSON."""
        seen, skipped = set(), {}
        for reading in _readings(file):
            if reading.text.strip():
                seen.add(reading.url)
                self._counts[self._enter(reading, file.path)] += 1
            else:
                skipped[reading.url] = "there is no text in it"
        self._remove(file.path, seen)
        self._skipped |= skipped
        return json.dumps(skipped)

    def _enter(self, reading: Reading, path: str) -> str:
        """Index a document, unless it is as it was. Returns what became of it."""
        document = document_of(*reading)
        known = self._db.execute(
            "SELECT title, sha256, meta, file FROM index_documents WHERE url = ?", (reading.url,)
        ).fetchone()
        if known and tuple(known) == (
            reading.title,
            document.sha256,
            json.dumps(reading.meta, ensure_ascii=False),
            path,
        ):
            return "same"
        self._index.put(document, path)
        return "changed" if known else "added"


def _readings(file: File) -> Iterable[Reading]:
    return read_table(file) if file.is_table else [read_file(file)]


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in Bytes(Path(file.path)).chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _why(fault: Exception, file: File) -> str:
    if isinstance(fault, DataError):
        return str(fault).removeprefix(f"{file.path}: ")
    return f"cannot be read: {fault}"
