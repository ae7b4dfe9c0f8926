"""Documents that lie on this machine: which files there are, and what is in them."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from parhelion.errors import DataError, problems
from parhelion.io.encodings import encoding_of
from parhelion.io.paths import FORMATS, Bytes, find, stem
from parhelion.retrieval.bodies import text_of
from parhelion.retrieval.cleaning import clean, one_line
from parhelion.retrieval.extraction import local_page
from parhelion.retrieval.passages import title_of

PLAIN = (".txt", ".md", ".markdown", ".rst")
PAGES = (".html", ".htm", ".xhtml")
TABLES = tuple(ending for ending in FORMATS if ending != ".txt")
LARGEST = 200_000_000
_OTHER = {
    ".pdf": "PDF is not read: convert it to text first (pdftotext)",
    ".docx": "a word processor's file is not read: save it as text or HTML",
    ".doc": "a word processor's file is not read: save it as text or HTML",
}


class Reading(NamedTuple):
    """A document as it was read."""

    url: str
    title: str
    text: str
    meta: dict[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A file that may hold documents, as it is now. column: of a table, the one that was asked for."""

    path: str
    modified: int
    size: int
    named: bool
    column: str | None = None

    @property
    def is_table(self) -> bool:
        return self.named and (self.column is not None or is_table(self.path))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is none, and why."""

    path: str
    why: str


def is_table(path: str) -> bool:
    """Whether the name of a file is that of a table."""
    name = path.lower().removesuffix(".gz").removesuffix(".zst")
    return name.endswith(TABLES)


def files_of(sources: Sequence[str], besides: Iterable[Path] = ()) -> Iterator[File | Skipped]:
    """The files that sources name, each once. Raises DataError where a source is not there.

    besides: files and folders that are left out, wherever they are found.
    """
    places, wrong = [], []
    for source in sources:
        path, column = _parted(source)
        try:
            places.append((find(path), column))
        except DataError as fault:
            wrong.append(str(fault))
    if wrong:
        raise DataError(problems(wrong))
    seen = {(about.st_dev, about.st_ino) for about in (each.stat() for each in besides if each.exists())}
    # Files before folders: what is a table when it is named would be skipped within its folder.
    for place, column in sorted(places, key=lambda each: each[0].is_dir()):
        if place.is_dir():
            yield from _within(place, seen)
        else:
            yield from _one(os.path.normpath(place), seen, named=True, column=column)


def _parted(source: str) -> tuple[str, str | None]:
    """A source and the column that is named behind it: `corpus.parquet::text`."""
    path, mark, column = source.rpartition("::")
    return (path, column) if mark and not Path(source).exists() else (source, None)


def _within(folder: Path, seen: set[tuple[int, int]]) -> Iterator[File | Skipped]:
    """The files of a folder and of those in it, but not of hidden ones; links may lead in circles."""
    faults: list[OSError] = []
    for here, folders, names in os.walk(os.path.normpath(folder), followlinks=True, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _new(f"{here}/{name}", seen))
        for name in sorted(names):
            if not name.startswith("."):
                yield from _one(f"{here}/{name}", seen, named=False)
    yield from (Skipped(str(fault.filename), f"cannot be read: {fault.strerror}") for fault in faults)


def _new(folder: str, seen: set[tuple[int, int]]) -> bool:
    try:
        about = Path(folder).stat()
    except OSError:
        return True  # os.walk says why it cannot be read
    known = (about.st_dev, about.st_ino) in seen
    seen.add((about.st_dev, about.st_ino))
    return not known


def _one(path: str, seen: set[tuple[int, int]], *, named: bool, column: str | None = None) -> Iterator[File | Skipped]:
    shown = path.encode("utf-8", "backslashreplace").decode()
    try:
        about = Path(path).stat()
    except OSError as fault:
        yield Skipped(shown, f"cannot be read: {fault.strerror}")
        return
    if (about.st_dev, about.st_ino) in seen:
        return
    seen.add((about.st_dev, about.st_ino))
    file = File(path, about.st_mtime_ns, about.st_size, named, column)
    why = "its name is not Unicode" if shown != path else _refusal(file, about.st_mode)
    yield Skipped(shown, why) if why else file


def _refusal(file: File, mode: int) -> str | None:
    ending = Path(file.path).suffix.lower()
    if not stat.S_ISREG(mode):
        return "not a regular file"
    if ending in _OTHER:
        return _OTHER[ending]
    if not file.is_table and is_table(file.path):
        return "a table: name the file itself, and its rows are documents"
    if not file.named and ending not in PLAIN + PAGES:
        return f"its ending is none of a document: {', '.join(PLAIN + PAGES)}"
    if file.size > LARGEST and not file.is_table:
        return f"larger than {LARGEST // 1_000_000} MB"
    return None


def read_file(file: File) -> Reading:
    """The document of a file. Raises DataError where it is no text."""
    source = Bytes(Path(file.path))
    if file.path.lower().endswith(PAGES):
        title, text, language = local_page(text_of(b"".join(source.chunks()), None))
        return Reading(file.path, title or stem(Path(file.path)), text, {"language": language} if language else {})
    encoding, guessed = encoding_of(source)
    text = b"".join(source.chunks()).decode(encoding)
    if "\x00" in text[:4096]:
        raise DataError(f"{file.path}: not text: there are zero bytes in it")
    text = clean(text)
    title = one_line(title_of(text)) or stem(Path(file.path))
    return Reading(file.path, title, text, {"encoding": f"{encoding}, a guess"} if guessed else {})
