"""What a dataset card tells of the file: its bytes, and its columns as programs read them."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import DataError, nearest, problems
from parhelion.evaluation.report import Report
from parhelion.io import Source, open_source
from parhelion.io.paths import ending
from parhelion.schema import BooleanColumn, Column, DateColumn, DatetimeColumn, NumberColumn, PlaceColumn, discover

_ENCODINGS = {
    "csv": "text/csv",
    "parquet": "application/x-parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "jsonl": "application/jsonlines",
    "json": "application/json",
}
_COMPRESSED = {"gzip": "application/gzip", "zstd": "application/zstd"}
# What readers of CSV files take for a missing value unasked.
_MISSING = {"", "#N/A", "<NA>", "N/A", "n/a", "NA", "NULL", "null", "NaN", "nan", "-NaN", "-nan", "None"}
_STORED = (
    ("bool", "sc:Boolean"),
    ("int", "sc:Integer"),
    ("uint", "sc:Integer"),
    ("decimal", "sc:Float"),
    ("float", "sc:Float"),
    ("double", "sc:Float"),
    ("halffloat", "sc:Float"),
    ("date", "sc:Date"),
    ("timestamp", "sc:DateTime"),
)
_BOOLEANS = ({"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}, {"1", "0"})


@dataclass(frozen=True)
class Field:
    """A column: its name, its kind as a person calls it, its data type in schema.org's words, how it is spelled."""

    name: str
    kind: str
    data_type: str
    note: str = ""


@dataclass(frozen=True)
class DataFile:
    """The file that a card is about. encodings: media types, that of the content first."""

    path: Path
    size: int
    sha256: str
    encodings: tuple[str, ...]
    note: str
    rows: int
    fields: tuple[Field, ...]


def data_file(path: str | os.PathLike[str], report: Report) -> DataFile:
    """What there is to tell of the synthetic file.

    Raises DataError where it is no single file, or its columns are not those that the report is about.
    """
    place = Path(path)
    if place.is_dir():
        raise DataError(f"{str(path)!r} is a folder, and a card is about one file; give the file of synthetic rows")
    source = open_source(place)
    _check_columns(source, report)
    table = source.table()
    columns = discover(table, name=source.name, untyped=source.untyped).columns
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DataFile(
        path=place,
        size=place.stat().st_size,
        sha256=digest,
        encodings=_encodings(place, source),
        note=_dialect(source),
        rows=table.num_rows,
        fields=tuple(
            Field(column.name, report.compared.kinds[column.name], *_typed(column, table.column(column.name)))
            for column in columns
        ),
    )


def _check_columns(source: Source, report: Report) -> None:
    there, judged = source.schema.names, report.compared.kinds
    found = [
        f"{source.name} has a column {name!r} that the report is not about{nearest(name, judged)}"
        for name in there
        if name not in judged
    ]
    found += [f"{source.name} has no column {name!r}{nearest(name, there)}" for name in judged if name not in there]
    if found:
        raise DataError(problems([*found, "give the synthetic file that the report was made of"]))


def _encodings(path: Path, source: Source) -> tuple[str, ...]:
    promised = ending(path)
    if promised is None:
        return ("text/csv",) if source.dialect else ("application/octet-stream",)
    tabs = source.dialect is not None and source.dialect.delimiter == "\t"
    content = "text/tab-separated-values" if tabs else _ENCODINGS[promised.format]
    return (content, *([_COMPRESSED[promised.compression]] if promised.compression else []))


def _dialect(source: Source) -> str:
    """What a reader of CSV files must know that is not as usual."""
    dialect = source.dialect
    if dialect is None:
        return ""
    said = [] if dialect.delimiter in ",\t" else [f"fields are separated by {dialect.delimiter!r}"]
    said += [] if dialect.encoding.startswith("utf-8") else [f"the encoding is {dialect.encoding}"]
    return "; ".join(said)


def _typed(column: Column, values: pa.ChunkedArray) -> tuple[str, str]:
    """The data type, and how the text of those is spelled that common readers would not understand."""
    if column.storage != "text":
        return next((named for start, named in _STORED if column.storage.startswith(start)), "sc:Text"), ""
    match column:
        case NumberColumn() | PlaceColumn():
            return _number(column)
        case BooleanColumn():
            plain = {column.true, column.false} in _BOOLEANS
            return ("sc:Boolean", "") if plain else ("sc:Text", f"{column.true!r} is true, {column.false!r} is false")
        case DateColumn() | DatetimeColumn():
            named = "sc:Date" if column.kind == "date" else "sc:DateTime"
            plain = column.format is None or column.format.startswith("%Y")
            return (named, "") if plain else ("sc:Text", f"spelled as {column.format}")
    return ("sc:Integer" if _are_whole(column, values) else "sc:Text"), ""


def _are_whole(column: Column, values: pa.ChunkedArray) -> bool:
    """Whether readers take codes for integers, and lose nothing by it."""
    known = values.filter(pc.invert(pc.is_in(values, pa.array(column.missing, values.type))))
    whole = pc.all(pc.match_substring_regex(known, r"^(0|-?[1-9][0-9]{0,17})$")).as_py()
    return bool(whole) and set(column.missing) <= _MISSING


def _number(column: NumberColumn | PlaceColumn) -> tuple[str, str]:
    odd = [
        f"{what} {spelling!r}"
        for what, spelling in (
            ("decimal mark", column.decimal_mark.replace(".", "")),
            ("thousands apart by", column.thousands),
            ("prefix", column.prefix),
            ("suffix", column.suffix),
            ("missing spelled", next((word for word in column.missing if word not in _MISSING), "")),
        )
        if spelling
    ]
    if odd or column.minus == "brackets":
        return "sc:Text", "; ".join(odd) or "negative numbers are in brackets"
    return ("sc:Integer" if column.decimals == 0 and not column.point else "sc:Float"), ""
