"""The texts of a table: which columns they are, what they are written for, and what learns to write them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.codecs import is_blank
from parhelion.errors import ConfigError, SchemaError
from parhelion.io import Source, check_columns
from parhelion.progress import Progress
from parhelion.schema import Column, Table
from parhelion.tables.config import FitConfig
from parhelion.text.context import MOMENTS, NUMBERS

if TYPE_CHECKING:
    from parhelion.text.part import TextPart

LABELS = ("category", "boolean", *NUMBERS, *MOMENTS)  # kinds that a text can be written for


def check_named(config: FitConfig, source: Source) -> None:
    """That the columns which the options name are there, each for one thing. Raises SchemaError, ConfigError."""
    single = {"target": config.target, "person": config.person}
    named = {"text": config.text, "label": config.label}
    named |= {option: (name,) for option, name in single.items() if name is not None}
    for option, names in named.items():
        check_columns(option, list(names), source)
    for name in config.text:
        twice = [option for option, names in named.items() if option != "text" and name in names]
        if twice:
            raise ConfigError(f"{name!r} is both text and {twice[0]}; a text is written given the others: choose one")


def with_texts(
    config: FitConfig, kinds: Mapping[str, str] | None, source: Source, *, given: bool
) -> Mapping[str, str] | None:
    """The kinds that a person gives, the columns named as text among them."""
    said = dict(kinds or {})
    wrong = [name for name in config.text if said.get(name, "text") != "text"]
    if wrong:
        raise SchemaError(f"{source.name}.{wrong[0]} is named as text, and its kind as {said[wrong[0]]!r}; choose one")
    return kinds if given or not config.text else {**said, **dict.fromkeys(config.text, "text")}


def as_labels(table: Table, config: FitConfig) -> dict[str, str]:
    """The kinds that labels need, where discovery took them for something that no text can be written for."""
    kinds = {column.name: column.kind for column in table.columns}
    return {name: "category" for name in config.label if kinds[name] not in (*LABELS, "constant")}


def first_label(table: Table, config: FitConfig) -> str | None:
    """The target, where nobody says: the first label that is a category."""
    kinds = {column.name: column.kind for column in table.columns}
    return next((name for name in config.label if kinds[name] in ("category", "boolean")), None)


def learn_text_columns(
    table: Table, sample: pa.Table, config: FitConfig, progress: Progress
) -> "tuple[tuple[TextPart, ...], list[str]]":
    """What writes each column of free text, and what the user should know of them."""
    parts, notes = [], []
    _check_kinds(table, config)
    specs = [column for column in table.columns if column.kind == "text"]
    for spec, rng in zip(specs, np.random.default_rng([config.seed, 1]).spawn(len(specs)), strict=True):
        part, told = _learned(spec, table, sample, config, rng=rng, progress=progress)
        parts += [part] if part is not None else []
        notes += [f"{table.name}.{spec.name}: {note}" for note in told]
    return tuple(parts), notes


def _check_kinds(table: Table, config: FitConfig) -> None:
    for name in config.text:
        if table.column(name).kind != "text":
            raise SchemaError(f"{table.name}.{name} is named as text, and the schema says {table.column(name).kind!r}")


def _learned(
    spec: Column, table: Table, sample: pa.Table, config: FitConfig, *, rng: np.random.Generator, progress: Progress
) -> "tuple[TextPart | None, list[str]]":
    texts = _one(sample.column(spec.name))
    if config.text_engine == "none":
        return None, ["free text is not learned, as you said: a placeholder stands in its place"]
    if texts.null_count == len(texts):
        return None, []
    rows = pa.array(np.flatnonzero(np.asarray(texts.is_valid()) & ~np.asarray(is_blank(texts))))
    if not len(rows):
        return None, []
    from parhelion.text.learning import Known, learn_texts  # noqa: PLC0415 (tables without texts need no kernels)

    names = config.label or [column.name for column in table.columns if column.kind in LABELS]
    known = Known([table.column(name) for name in names], [_one(sample.column(name)).take(rows) for name in names])
    owners = _owners(sample, config.person).take(rows).to_numpy()
    return learn_texts(
        spec, texts.take(rows).cast(pa.string()), known, owners, config, protect=config.protect, rng=rng,
        progress=progress,
    )  # fmt: skip


def _owners(sample: pa.Table, person: str | None) -> pa.Array:
    """Who wrote the text of each row: a number a person; whoever is not named is a person of their own."""
    rows = pa.array(np.arange(sample.num_rows, dtype=np.int64))
    if person is None:
        return rows
    codes = _one(sample.column(person)).dictionary_encode().indices
    return pa.array(_numbered(codes, sample.num_rows))


def _numbered(codes: pa.Array, rows: int) -> npt.NDArray[np.int64]:
    own = rows + np.arange(rows, dtype=np.int64)
    return np.where(np.asarray(codes.is_valid()), codes.fill_null(0).to_numpy(zero_copy_only=False), own)


def _one(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
