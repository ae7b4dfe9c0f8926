"""What the ending of a file's name promises, and its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from parhelion.errors import DataError, FileFormatError, nearest

Format = Literal["csv", "parquet", "arrow", "jsonl", "json"]
Compression = Literal["gzip", "zstd"]

FORMATS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet", ".arrow": "arrow",
    ".feather": "arrow", ".ipc": "arrow", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
}  # fmt: skip
COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}
TEXT = ("csv", "jsonl", "json")

# The first bytes of what is often found under a wrong name.
MAGIC = {
    b"PAR1": ("a Parquet file", ".parquet"),
    b"ARROW1": ("an Arrow file", ".arrow"),
    b"\x1f\x8b": ("gzip-compressed", ".gz added"),
    b"\x28\xb5\x2f\xfd": ("zstd-compressed", ".zst added"),
    b"PK\x03\x04": ("a zip archive or a spreadsheet", ""),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", ""),
    b"SQLite format 3": ("an SQLite database", ""),
    b"%PDF": ("a PDF document", ""),
}


@dataclass(frozen=True)
class Ending:
    """What a file's name promises. `suffix` is the ending of the format alone: `.csv` of `a.csv.gz`."""

    format: Format
    suffix: str
    compression: Compression | None = None


def ending(path: Path) -> Ending | None:
    """What the name of a file promises; None where it has no ending.

    >>> ending(Path("adult.csv.gz"))
    Ending(format='csv', suffix='.csv', compression='gzip')
    >>> ending(Path("adult.prquet"))
    Traceback (most recent call last):
    parhelion.errors.FileFormatError: adult.prquet: the ending '.prquet' is not one of a table; did you mean '.parquet'?
    >>> ending(Path("adult.parquet.gz"))
    Traceback (most recent call last):
    parhelion.errors.FileFormatError: adult.parquet.gz: a .parquet file is compressed within: leave '.gz' away
    """
    suffixes = [s.lower() for s in path.suffixes]
    if not suffixes:
        return None
    compression = COMPRESSIONS.get(suffixes[-1])
    suffix = suffixes[-1] if compression is None else "".join(suffixes[-2:-1])
    if suffix not in FORMATS:
        known = nearest(suffix, FORMATS)
        raise FileFormatError(f"{path}: the ending {suffix or path.suffix!r} is not one of a table{known}")
    if compression and FORMATS[suffix] not in TEXT:
        raise FileFormatError(f"{path}: a {suffix} file is compressed within: leave {path.suffix!r} away")
    return Ending(FORMATS[suffix], suffix, compression)


def stem(path: Path) -> str:
    """The name of a table: that of its file without the endings that name the format.

    >>> stem(Path("data/adult.v2.csv.gz"))
    'adult.v2'
    """
    name = path.name
    for known in (COMPRESSIONS, FORMATS):
        if Path(name).suffix.lower() in known:
            name = Path(name).stem
    return name


def find(source: str) -> Path:
    """The path of an input that exists; otherwise says what is there.

    >>> find("pyproject.tml")
    Traceback (most recent call last):
    parhelion.errors.DataError: there is no file 'pyproject.tml'...
    """
    path = Path(source)
    if "://" in source:
        raise DataError(f"{source!r} is an address: tables are read from local files and folders; download it first")
    try:
        path.stat()
    except OSError as fault:
        raise DataError(_absent(path, fault)) from fault
    except ValueError as fault:
        raise DataError(f"{source!r} is no path: {fault}") from fault
    return path


def _absent(path: Path, fault: OSError) -> str:
    if not isinstance(fault, FileNotFoundError):
        return f"cannot read {str(path)!r}: {fault.strerror}"
    if not path.parent.is_dir():
        return f"there is no file {str(path)!r}: its folder does not exist"
    close = get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=1)
    return f"there is no file {str(path)!r}" + (f"; did you mean {str(path.with_name(close[0]))!r}?" if close else "")


@dataclass(frozen=True)
class Bytes:
    """The bytes of a file, uncompressed, as often as they are wanted."""

    path: Path
    compression: Compression | None = None

    def open(self) -> Any:
        """A stream from the start. Raises DataError where the file cannot be read."""
        try:
            return pa.input_stream(str(self.path), compression=self.compression)
        except OSError as fault:
            raise unreadable(self.path, fault) from fault

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """The bytes, `size` at a time."""
        with self.open() as stream:
            try:
                while chunk := stream.read(size):
                    yield chunk
            except OSError as fault:
                raise unreadable(self.path, fault) from fault


def unreadable(path: Path, fault: OSError) -> DataError:
    """What to raise where reading failed: the system's reason, or that the contents are damaged."""
    if fault.errno is not None:
        return DataError(f"cannot read {str(path)!r}: {fault.strerror}")
    return FileFormatError(f"{path}: the file is damaged or cut short ({fault}); get a new copy of it")


def check_first_bytes(path: Path, promised: Ending) -> None:
    """Refuses a file whose first bytes are those of another format, and one that has no bytes at all."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as fault:
        raise unreadable(path, fault) from fault
    if not head:
        raise FileFormatError(f"{path}: the file is empty: a table has at least the names of its columns")
    own = _first_bytes(promised)
    if own is not None and head.startswith(own):
        return
    for magic, (what, name) in MAGIC.items():
        if head.startswith(magic):
            rename = f"rename it to end in {name}" if name else "export the table as CSV or Parquet"
            raise FileFormatError(f"{path}: its name says {path.suffix}, its first bytes say {what}: {rename}")
    if promised.compression:
        raise FileFormatError(f"{path}: it is not compressed as its name says: leave {path.suffix!r} away")


def _first_bytes(promised: Ending) -> bytes | None:
    if promised.compression:
        return {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}[promised.compression]
    return {"parquet": b"PAR1", "arrow": b"ARROW1"}.get(promised.format)
