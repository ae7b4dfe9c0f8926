"""Whatever holds a table, as a source."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parhelion.errors import FileFormatError
from parhelion.io.arrow_files import open_arrow, open_parquet
from parhelion.io.contract import Source
from parhelion.io.csv_files import open_csv
from parhelion.io.folders import open_folder
from parhelion.io.frames import open_frame
from parhelion.io.json_files import open_json
from parhelion.io.paths import FORMATS, Ending, Format, check_first_bytes, ending, find

_OPENERS: dict[Format, Callable[[Path, Ending], Source]] = {
    "csv": open_csv, "parquet": open_parquet, "arrow": open_arrow, "jsonl": open_json, "json": open_json,
}  # fmt: skip


def open_source(source: str | os.PathLike[str] | Any) -> Source:
    """A table to read: the path of a file or of a folder of parts, or any dataframe.

    Files: CSV (`.csv .tsv .txt`), Parquet (`.parquet .pq`), Arrow (`.arrow .feather .ipc`), JSON (`.jsonl .ndjson
    .json`); text also compressed (`.gz .zst`). Frames: whatever narwhals knows, and whatever gives an Arrow stream.
    Raises DataError where there is no such table or it cannot be used; FileFormatError where a file is not what it
    seems.

    >>> import pyarrow as pa
    >>> source = open_source(pa.table({"age": [39, 50]}))
    >>> source.name, source.rows, source.schema.names
    ('table', 2, ['age'])
    >>> open_source({"age": [39, 50]})
    Traceback (most recent call last):
    parhelion.errors.DataError: a dict is no table: make it one first, for example with pyarrow.table(...) or ...
    """
    if isinstance(source, str | os.PathLike):
        return _open_path(find(os.fspath(source)))
    return open_frame(source)


def _open_path(path: Path) -> Source:
    return open_folder(path, _open_file) if path.is_dir() else _open_file(path)


def _open_file(path: Path) -> Source:
    promised = ending(path)
    if promised is None:
        raise FileFormatError(f"{path}: no ending says what the file holds; endings are {', '.join(FORMATS)}")
    check_first_bytes(path, promised)
    return _OPENERS[promised.format](path, promised)
