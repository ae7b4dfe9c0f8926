"""The embedded search: documents of this machine in the full-text index of SQLite (FTS5, ranked by BM25)."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from parhelion.errors import DataError, nearest
from parhelion.progress import Progress, silent
from parhelion.retrieval.cleaning import clean
from parhelion.retrieval.contract import Changes, Document, Hit
from parhelion.retrieval.index_file import prepare, together
from parhelion.retrieval.passages import passages
from parhelion.retrieval.queries import expression, spaced
from parhelion.retrieval.updating import Updating

# A word in the title says more than one in what is known about a document, and that more than one in its text.
_RANKED = """
SELECT d.id, d.url, d.title, p.start, p.text, w.score
FROM (SELECT rowid, bm25(index_words, 4.0, 2.0, 1.0) AS score FROM index_words
      WHERE index_words MATCH ? ORDER BY score LIMIT ?) AS w
JOIN index_passages AS p ON p.id = w.rowid JOIN index_documents AS d ON d.id = p.document ORDER BY w.score
"""
_ENTER = "INSERT INTO index_words (rowid, title, about, text) VALUES (?, ?, ?, ?)"
_FORGET = "INSERT INTO index_words (index_words, rowid, title, about, text) VALUES ('delete', ?, ?, ?, ?)"
MOST_HITS = 10_000
_Row = tuple[int, str, str, int, str, float]


class LocalIndex:
    """Documents that can be searched, in a database of SQLite.

    >>> from parhelion.retrieval import document_of
    >>> index = LocalIndex(sqlite3.connect(":memory:"))
    >>> index.put(document_of("a.txt", "Cakes", "Butter, sugar, eggs. Bake for an hour."))
    >>> [(hit.url, hit.snippet[:6]) for hit in index.search("baking an hour?")]
    [('a.txt', 'Butter')]
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        prepare(db)

    def update(self, sources: Sequence[str], progress: Progress = silent, *, besides: Iterable[Path] = ()) -> Changes:
        """Make the index hold what the sources hold, and no other files.

        A source is a folder (all of it: .txt, .md, .rst, .html), a file, or a table whose rows are documents: its
        text is the longest column, or the one named behind it (`corpus.csv::body`); short columns tell about them.
        besides: files and folders that are none of them, wherever they lie. Files whose time and size are as before are
        not read, and documents that are as before not indexed again. Raises DataError where a source is not there; what
        is there and cannot be read is told in `skipped`.
        """
        return Updating(self, self._db).run(sources, progress, besides)

    def put(self, document: Document, file: str | None = None) -> None:
        """Take in one document, in place of the one with its address."""
        with together(self._db):
            self.remove(document.url)
            meta = json.dumps(dict(document.meta), ensure_ascii=False)
            number = self._db.execute(
                "INSERT INTO index_documents (url, file, title, sha256, at, meta) VALUES (?, ?, ?, ?, ?, ?)",
                (document.url, file, document.title, document.sha256, document.at, meta),
            ).lastrowid
            spans = [(number, start, document.text[start:end]) for start, end in passages(document.text)]
            first = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM index_passages").fetchone()[0]
            rows = [(first + place, *span) for place, span in enumerate(spans)]
            self._db.executemany("INSERT INTO index_passages VALUES (?, ?, ?, ?)", rows)
            self._words(document.title, document.meta, ((row[0], row[3]) for row in rows))

    def remove(self, url: str) -> None:
        """Forget a document, if it is there."""
        found = self._db.execute("SELECT id, title, meta FROM index_documents WHERE url = ?", (url,)).fetchone()
        if found is None:
            return
        number, title, meta = found
        with together(self._db):
            rows = self._db.execute("SELECT id, text FROM index_passages WHERE document = ?", (number,)).fetchall()
            self._words(title, json.loads(meta), rows, forget=True)
            self._db.execute("DELETE FROM index_passages WHERE document = ?", (number,))
            self._db.execute("DELETE FROM index_documents WHERE id = ?", (number,))

    def _words(
        self, title: str, meta: Mapping[str, str], rows: Iterable[tuple[int, str]], *, forget: bool = False
    ) -> None:
        """Enter the words of passages, or take out the very same again."""
        title = spaced(title)
        # A number is asked for with its name (`PEP 517`); other names would only make all documents alike.
        about = spaced(" ".join(f"{name} {value}" if value.isdecimal() else value for name, value in meta.items()))
        entries = ((number, title, about, spaced(text)) for number, text in rows)
        self._db.executemany(_FORGET if forget else _ENTER, entries)

    def search(self, query: str, limit: int = 5) -> list[Hit]:
        """The documents that fit a query best, by their best passage. Any text is a query; an odd one finds nothing."""
        wanted = expression(clean(query))
        if not wanted or limit < 1:
            return []
        limit = min(limit, MOST_HITS)
        asked = limit * 4
        while True:
            rows: list[_Row] = self._db.execute(_RANKED, (wanted, asked)).fetchall()
            best = {row[0]: row for row in reversed(rows)}
            if len(best) >= limit or len(rows) < asked:
                return [_hit(row) for row in sorted(best.values(), key=lambda row: (row[5], row[1]))[:limit]]
            asked *= 8

    def document(self, url: str) -> Document:
        """A document, whole. Raises DataError where there is none with this address."""
        found = self._db.execute(
            "SELECT id, title, sha256, at, meta FROM index_documents WHERE url = ?", (url,)
        ).fetchone()
        if found is None:
            known = [row[0] for row in self._db.execute("SELECT url FROM index_documents ORDER BY url LIMIT 2000")]
            raise DataError(f"the index holds no document {url!r}{nearest(url, known)}")
        number, title, sha, at, meta = found
        return Document(url, title, self._text(number), sha, at, json.loads(meta))

    def _text(self, number: int) -> str:
        rows = self._db.execute("SELECT text FROM index_passages WHERE document = ? ORDER BY start", (number,))
        return "".join(row[0] for row in rows)

    def urls(self) -> Iterator[str]:
        """The addresses of all documents, in order."""
        return (row[0] for row in self._db.execute("SELECT url FROM index_documents ORDER BY url"))

    def mark(self) -> str:
        """What all documents together are known by: another one for any change, the same for the same texts."""
        rows = self._db.execute("SELECT url, sha256 FROM index_documents ORDER BY url")
        return sha256("\0".join(f"{url} {sha}" for url, sha in rows).encode()).hexdigest()

    def __len__(self) -> int:
        count: int = self._db.execute("SELECT count(*) FROM index_documents").fetchone()[0]
        return count


def _hit(row: _Row) -> Hit:
    """A passage without the blanks around it."""
    _, url, title, start, text, score = row
    snippet = text.strip()
    begin = start + len(text) - len(text.lstrip())
    return Hit(url, title, snippet, -score, begin, begin + len(snippet))
