"""A folder of parts: files of one format that together are one table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from parhelion.errors import FileFormatError, problems
from parhelion.io.columns import shown
from parhelion.io.contract import BATCH, Dialect, Source
from parhelion.io.paths import COMPRESSIONS, FORMATS, ending, stem


@dataclass(frozen=True)
class FolderSource:
    """The rows of all parts, in the order of the parts' names."""

    name: str
    parts: tuple[Source, ...]
    schema: pa.Schema
    notes: tuple[str, ...]

    @property
    def untyped(self) -> bool:
        return self.parts[0].untyped

    @property
    def dialect(self) -> Dialect | None:
        return self.parts[0].dialect

    @property
    def rows(self) -> int | None:
        counts = [part.rows for part in self.parts]
        return None if None in counts else sum(count or 0 for count in counts)

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        for part in self.parts:
            for batch in part.batches(rows):
                yield batch if batch.schema == self.schema else batch.select(self.schema.names).cast(self.schema)

    def table(self) -> pa.Table:
        return pa.Table.from_batches(self.batches(), schema=self.schema)

    def restore(self, table: pa.Table) -> pa.Table:
        return table


def open_folder(folder: Path, open_file: Callable[[Path], Source]) -> Source:
    """The table whose parts lie in a folder. Names that begin with `.` or `_` are not looked at.

    Raises FileFormatError where there are no parts, parts of several formats, or parts whose columns differ.
    """
    files = sorted(p for p in folder.iterdir() if not p.name.startswith((".", "_")))
    paths = parts_of(folder)
    if not paths:
        raise FileFormatError(f"{folder}: {_nothing(files)}")
    formats = sorted({e.suffix for p in paths if (e := ending(p))})
    if len({FORMATS[suffix] for suffix in formats}) > 1:
        raise FileFormatError(
            f"{folder}: the parts of a table have one format, these {', '.join(formats)}: give one file"
        )
    parts = tuple(open_file(p) for p in paths)
    left = [p.name for p in files if p not in paths]
    notes = (f"{folder.name}: not read, as no parts of a table: {', '.join(left[:10])}",) if left else ()
    told = (note for part in parts for note in part.notes)
    return FolderSource(stem(folder.resolve()), parts, _shared(folder, paths, parts), (*notes, *told))


def parts_of(folder: Path) -> list[Path]:
    """The files of a folder that are read as parts of its table, in the order of their names."""
    files = sorted(p for p in folder.iterdir() if not p.name.startswith((".", "_")))
    return [p for p in files if p.is_file() and _is_table(p)]


def _is_table(path: Path) -> bool:
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in FORMATS


def _nothing(files: Sequence[Path]) -> str:
    folders = [p.name for p in files if p.is_dir()]
    if folders:
        return f"no parts of a table here, but folders ({', '.join(folders[:3])}): give one of them"
    return f"no parts of a table here: they end in {', '.join(FORMATS)}"


def _shared(folder: Path, paths: Sequence[Path], parts: Sequence[Source]) -> pa.Schema:
    """The schema of all parts; numbers of several widths take the widest."""
    schema, found = parts[0].schema, []
    for path, part in zip(paths[1:], parts[1:], strict=True):
        differ = _differing(schema, part.schema)
        try:
            schema = schema if differ else pa.unify_schemas([schema, part.schema], promote_options="permissive")
        except pa.ArrowTypeError as fault:
            differ = str(fault)
        if differ:
            found.append(f"{path.name} does not fit {paths[0].name}: {differ}")
    if found:
        raise FileFormatError(
            f"{folder}: {problems(found)}\n"
            "a folder is read as the parts of one table; if these are tables of their own, give one file"
        )
    return schema


def _differing(first: pa.Schema, other: pa.Schema) -> str:
    lacks = [shown(n) for n in first.names if n not in other.names]
    more = [shown(n) for n in other.names if n not in first.names]
    said = [f"it lacks {', '.join(lacks[:10])}"] * bool(lacks) + [f"it also has {', '.join(more[:10])}"] * bool(more)
    return "; ".join(said)
