"""The model file: a zip of `model.json` and one `.npy` array a part, safe to load from a stranger.

`model.json` holds schema, codecs, options and, for each part, its size, type, shape and sha256; `sha256` holds that of
`model.json`. Nothing is unpickled, no member but these is read, and no size is believed before the bytes are there.
"""

import hashlib
import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.codecs import Codec, codec_from_state
from parhelion.engines.trees.trees import Trees
from parhelion.errors import DataError, ModelFileError, SchemaError
from parhelion.io import Dialect, atomic_file
from parhelion.schema import Table
from parhelion.tables.fitting import info_of
from parhelion.tables.model import Model

if TYPE_CHECKING:
    from parhelion.text.part import TextPart

FORMAT = "parhelion model"
TEXT = "text"  # begins the names of the arrays of texts
VERSION = 1
LARGEST = 4 << 30  # bytes of all parts of a model together
SMALL = 8 << 20  # bytes that they may have however small the file is; beyond, so many times the file's:
PACKED = 100  # trees shrink to a third in the file, the parts of a bomb to a thousandth
HEADER = 64 << 20  # bytes of model.json
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError, OSError)
_ENCODINGS = {"utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"}
_TYPES = {"|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int = Field(ge=0, le=LARGEST)
    dtype: str
    shape: tuple[Annotated[int, Field(ge=0)], ...] = Field(max_length=2)
    sha256: str


class _Contents(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    format: str
    version: int
    made_by: str
    table: Table
    codecs: tuple[dict[str, Any], ...]
    columns: tuple[int, ...]
    rows: int = Field(ge=1)
    learned: int = Field(ge=1)
    protect: int = Field(ge=1)
    notes: tuple[str, ...]
    dialect: Dialect | None
    texts: tuple[dict[str, Any], ...] = ()
    parts: dict[str, _Part]


def save(model: Model, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a model to `path`. Raises OutputError where it cannot be written; nothing half-written is left behind."""
    from parhelion import __version__  # noqa: PLC0415 (the package's own names come from here)

    arrays = model.engine.arrays() | _text_arrays(model)
    parts = {name: _bytes_of(array) for name, array in arrays.items()}
    contents = _Contents(
        format=FORMAT, version=VERSION, made_by=f"parhelion {__version__}", table=model.table,
        codecs=tuple(codec.state() for codec in model.codecs), columns=model.columns, rows=model.rows,
        learned=model.learned, protect=model.protect, notes=model.notes, dialect=model.dialect,
        texts=tuple(part.state() for part in model.texts), parts={name: part for name, (_, part) in parts.items()},
    )  # fmt: skip
    head = contents.model_dump_json().encode()
    with atomic_file(path, overwrite) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("model.json", head)
        zipped.writestr("sha256", hashlib.sha256(head).hexdigest())
        for name, (data, _) in parts.items():
            zipped.writestr(f"{name}.npy", data)


def _text_arrays(model: Model) -> dict[str, npt.NDArray[Any]]:
    return {
        f"{TEXT}{place}.{name}": array
        for place, part in enumerate(model.texts)
        for name, array in part.arrays().items()
    }


def _texts(contents: _Contents, arrays: Mapping[str, npt.NDArray[Any]], path: Path) -> "tuple[TextPart, ...]":
    """What writes the columns of free text, each of which is one."""
    if not contents.texts:
        return ()
    from parhelion.text.context import fits  # noqa: PLC0415 (tables without texts need no kernels for them)
    from parhelion.text.part import TextPart  # noqa: PLC0415 (the same)

    parts, kinds = [], {column.name: column.kind for column in contents.table.columns}
    for place, state in enumerate(contents.texts):
        head = f"{TEXT}{place}."
        own = {name.removeprefix(head): array for name, array in arrays.items() if name.startswith(head)}
        parts.append(TextPart.from_parts(state, own))
    named = [part.column for part in parts]
    if len(set(named)) < len(named) or any(kinds.get(name) != "text" for name in named):
        raise _refused(path, "it writes texts for columns that are none")
    if not all(fits(coder, kinds.get(coder.name, "")) for part in parts for coder in part.coders):
        raise _refused(path, "it writes texts by columns that are none")
    if any(name.startswith(TEXT) and not name[len(TEXT) :].split(".")[0].isdecimal() for name in arrays):
        raise _refused(path, "it holds arrays that nobody asked for")
    return tuple(parts)


def _bytes_of(array: npt.NDArray[Any]) -> tuple[bytes, _Part]:
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    return data, _Part(bytes=len(data), dtype=little.dtype.str, shape=little.shape, sha256=digest)


def load(path: str | os.PathLike[str]) -> Model:
    """The model of a file that `save` wrote.

    Raises ModelFileError where the file is truncated, altered, of a later version or no model at all, DataError where
    there is none.
    """
    place = Path(path)
    if not place.is_file():
        raise DataError(f"{str(path)!r} is no file; expected a model that `parhelion fit` or Model.save wrote")
    try:
        with zipfile.ZipFile(place) as zipped:
            return _read(zipped, place)
    except _UNREADABLE as error:
        raise _refused(place, f"it is no model file, or was cut off or altered ({error})") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise _refused(place, f"model.json: {where}: {error.errors()[0]['msg']}") from error
    except ModelFileError as error:
        if str(place) in str(error):
            raise
        raise ModelFileError(f"{str(path)!r} cannot be loaded: {error}") from error  # a codec or tree knows no file


def _refused(path: Path, why: str) -> ModelFileError:
    return ModelFileError(f"{str(path)!r} cannot be loaded: {why}; get the file again, or fit the model anew")


def _read(zipped: zipfile.ZipFile, path: Path) -> Model:
    head = _member(zipped, "model.json", HEADER, path)
    _check_version(head, path)
    if _member(zipped, "sha256", 64, path).decode() != hashlib.sha256(head).hexdigest():
        raise _refused(path, "model.json was altered (its sha256 differs)")
    contents = _Contents.model_validate_json(head)
    _check_parts(contents.parts, zipped, path)
    arrays = {name: _array(zipped, name, part, path) for name, part in contents.parts.items()}
    codecs = tuple(codec_from_state(state) for state in contents.codecs)
    _check_columns(contents, codecs, path)
    grown = {name: array for name, array in arrays.items() if not name.startswith(TEXT)}
    engine = Trees.from_arrays(grown, [info_of(codecs[i]) for i in contents.columns], 0)
    model = Model(
        table=contents.table, codecs=codecs, columns=contents.columns, engine=engine, rows=contents.rows,
        learned=contents.learned, protect=contents.protect, notes=contents.notes, dialect=contents.dialect,
        texts=_texts(contents, arrays, path),
    )  # fmt: skip
    try:
        _ = model.arrow_schema  # every codec makes what its column can store
    except SchemaError as error:
        raise _refused(path, str(error)) from error
    return model


def _check_parts(parts: Mapping[str, _Part], zipped: zipfile.ZipFile, path: Path) -> None:
    """The zip holds what it says and nothing else, in sizes that a model can have."""
    held, expected = zipped.namelist(), {"model.json", "sha256", *(f"{name}.npy" for name in parts)}
    if len(held) != len(expected) or set(held) != expected:
        raise _refused(path, "it does not hold the parts that it names, or others beside them")
    most = min(LARGEST, max(SMALL, PACKED * path.stat().st_size))
    if sum(part.bytes for part in parts.values()) > most:
        raise _refused(path, f"its parts are larger together than those of a model of this size ({most >> 20:,} MiB)")


def _check_columns(contents: _Contents, codecs: Sequence[Codec], path: Path) -> None:
    """Schema, codecs and engine are about the same columns; the dialect is one."""
    columns = contents.table.columns
    if [column.kind for column in columns] != [state.get("kind") for state in contents.codecs]:
        raise _refused(path, "its columns and codecs do not pair up")
    if [i for i, codec in enumerate(codecs) if codec.size > 1] != sorted(contents.columns):
        raise _refused(path, "its engine makes other columns than its codecs read")
    dialect = contents.dialect
    if dialect and (dialect.encoding not in _ENCODINGS or {len(dialect.delimiter), len(dialect.quote)} != {1}):
        raise _refused(path, f"no CSV file is spelled as {dialect}")


def _member(zipped: zipfile.ZipFile, name: str, most: int, path: Path) -> bytes:
    """The bytes of one member, of which no more than `most` are ever read."""
    if name not in zipped.namelist():
        raise _refused(path, f"it has no {name}")
    if zipped.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(path, f"{name} is packed in another way than models are")
    with zipped.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise _refused(path, f"{name} is larger than it may be")
    return data


def _check_version(head: bytes, path: Path) -> None:
    try:
        said = json.loads(head)
        kind, version = said["format"], said["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(path, "its model.json is none") from error
    if kind != FORMAT or not isinstance(version, int):
        raise _refused(path, f"it holds a {kind!r}, not a {FORMAT!r}")
    if version > VERSION:
        raise ModelFileError(
            f"{str(path)!r} was written by a later version ({said.get('made_by')}, model format {version}; "
            f"this one reads up to {VERSION}); upgrade with: pip install --upgrade parhelion"
        )


def _array(zipped: zipfile.ZipFile, name: str, part: _Part, path: Path) -> npt.NDArray[Any]:
    data = _member(zipped, f"{name}.npy", part.bytes, path)
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise _refused(path, f"{name} was altered (its sha256 differs)")
    start = 10 + int.from_bytes(data[8:10], "little")
    said = f"{{'descr': '{part.dtype}', 'fortran_order': False, 'shape': {part.shape}, }}"
    plain = data[:8] == b"\x93NUMPY\x01\x00" and data[10:start].rstrip() == said.encode() and not start % 64
    if not plain or part.dtype not in _TYPES or len(data) - start != math.prod(part.shape) * int(part.dtype[2]):
        raise _refused(path, f"{name} is not the array it is said to be")
    return np.frombuffer(data, part.dtype, offset=start).reshape(part.shape)
