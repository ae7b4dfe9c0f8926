"""Facts of a real corpus: how fast it is indexed and searched, and whether each quote is word for word."""

import random
import sqlite3
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from zlib import crc32

import parhelion as ph
from _figure import Figure
from data import data_folder
from parhelion.retrieval import LocalIndex
from tools.brain import brain
from tools.scripted import Request, Rule, Scripted

SENTENCE = "questions that maintainers of libraries ask about Python, with a correct answer and the document it is from"
LYING = 4  # of so many quotes, one is altered


def documents(queries: int = 300, rows: int = 40) -> list[Figure]:
    """The PEPs as local documents."""
    corpus = data_folder() / "peps_corpus" / "peps.parquet"
    index, taken = _indexed(corpus)
    seconds = _asked(index, queries)
    found = _grounded(corpus, rows)
    slow = quantiles(seconds, n=20)[-1]
    good = found["verbatim"] == found["kept"] > 0 and found["altered"] > 0 == found["altered_kept"]
    told = (
        f"{found['verbatim']} of {found['kept']} verbatim; of {found['quotes']} that came {found['altered']} were "
        f"altered, {found['altered_kept']} of these are kept"
    )
    return [
        Figure("PEP corpus: index", f"{taken:.1f} s for {len(index):,} documents", "10 s", taken <= 10),
        Figure("PEP corpus: query", f"{median(seconds) * 1e3:.1f} ms in the median, {slow * 1e3:.1f} ms at 95 %",
               "10 ms", median(seconds) <= 0.01),
        Figure("PEP corpus: quotes", told, "all verbatim", good and found["rows"] == rows, found),
    ]  # fmt: skip


def _indexed(corpus: Path) -> tuple[LocalIndex, float]:
    folder = tempfile.mkdtemp()
    index = LocalIndex(sqlite3.connect(Path(folder) / "index.sqlite", isolation_level=None))
    clock = time.perf_counter()
    index.update([str(corpus)])
    return index, time.perf_counter() - clock


def _asked(index: LocalIndex, queries: int) -> list[float]:
    """Seconds of each query: words of a title as a question."""
    rng = random.Random(0)
    titles = [index.document(url).title for url in rng.sample([*index.urls()], min(queries, len(index)))]
    taken = []
    for title in titles:
        clock = time.perf_counter()
        assert index.search(f"What does {title} say about compatibility and performance?", 8)
        taken.append(time.perf_counter() - clock)
    return taken


class Liar:
    """Answers as `brain` does, but that a word of some quotes is another one; and it insists when it is corrected."""

    def __init__(self) -> None:
        self.quotes: set[str] = set()
        self.altered: set[str] = set()

    def __call__(self, request: Request) -> Any:
        material = [said["content"] for said in request.messages if "[end of data" in said["content"]]
        said = brain(replace(request, user=material[-1]) if material else request)
        for fact in said.get("facts", ()) if isinstance(said, dict) else ():
            self.quotes.add(fact["quote"])
            if crc32(fact["quote"].encode()) % LYING == 0:
                fact["quote"] = _altered(fact["quote"])
                self.altered.add(fact["quote"])
        return said


def _altered(quote: str) -> str:
    words = quote.split()
    words[len(words) // 2] = "never" if words[len(words) // 2] != "never" else "always"
    return " ".join(words)


def _grounded(corpus: Path, rows: int) -> dict[str, int]:
    """A whole run from a sentence, and what it holds of quotes."""
    liar = Liar()
    with tempfile.TemporaryDirectory() as folder, Scripted(rules=(Rule(reply=liar),)) as server:
        made = ph.describe(SENTENCE, Path(folder) / "qa", n=rows, documents=(str(corpus),), endpoint=server.url)
        with sqlite3.connect(Path(folder) / "qa" / "project.sqlite") as db:
            facts = db.execute(
                'SELECT quote, "start", "end", text FROM facts JOIN pages USING (url, sha256)'
            ).fetchall()
        db.close()
    return {
        "rows": made.rows, "kept": len(facts), "quotes": len(liar.quotes), "altered": len(liar.altered),
        "verbatim": sum(text[start:end] == quote for quote, start, end, text in facts),
        "altered_kept": sum(" ".join(quote.split()) in liar.altered for quote, *_ in facts),
    }  # fmt: skip
