"""The texts of a table: which columns they are, what they are written for, and what learns to write them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.codecs import is_blank
from parhelion.codecs.types import is_text
from parhelion.errors import ConfigError, SchemaError, problems
from parhelion.io import Source, check_columns
from parhelion.progress import Progress
from parhelion.schema import Column, Table
from parhelion.tables.config import FitConfig
from parhelion.text.context import MOMENTS, NUMBERS

if TYPE_CHECKING:
    from parhelion.text.part import TextPart

LABELS = ("category", "boolean", *NUMBERS, *MOMENTS)  # kinds that a text can be written for
AS_LABEL = (*LABELS, "constant")
AS_PERSON = ("identifier", "personal", "constant")


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
        _check_type(name, source)


def _check_type(name: str, source: Source) -> None:
    kind = source.schema.field(name).type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (is_text(plain) or pa.types.is_null(plain)):
        texts = [field.name for field in source.schema if is_text(field.type)]
        there = f"; columns of text are {', '.join(map(repr, texts[:10]))}" if texts else ""
        raise SchemaError(f"text is {name!r}, and {source.name}.{name} holds {kind}, not text{there}")


def with_texts(
    config: FitConfig, kinds: Mapping[str, str] | None, source: Source, *, given: bool
) -> Mapping[str, str] | None:
    """The kinds that a person gives, the columns named as text among them."""
    said = dict(kinds or {})
    wrong = [(name, "text") for name in config.text if said.get(name, "text") != "text"]
    wrong += [(name, "label") for name in config.label if said.get(name, "category") not in AS_LABEL]
    if wrong:
        raise SchemaError(
            problems(f"{source.name}.{name} is named as {use}, and its kind as {said[name]!r}" for name, use in wrong)
        )
    return kinds if given or not config.text else {**said, **dict.fromkeys(config.text, "text")}


def as_named(table: Table, config: FitConfig) -> dict[str, str]:
    """The kinds that labels and the person need, where discovery took them for something else: a label is what texts
    can be written for, and whoever wrote them is made anew, however often they come."""
    kinds = {column.name: column.kind for column in table.columns}
    found = {name: "category" for name in config.label if kinds[name] not in AS_LABEL}
    if config.person is not None and kinds[config.person] not in AS_PERSON and config.person not in config.label:
        found[config.person] = "identifier"
    return found


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
        told += [] if part is None else _unused(part, config)
        notes += [f"{table.name}.{spec.name}: {note}" for note in told]
    return tuple(parts), notes


def _unused(part: "TextPart", config: FitConfig) -> Iterator[str]:
    """What the user named, and no text is written for."""
    for name in dict.fromkeys(config.label):
        if name not in part.context:
            yield f"it is not written for {name!r}, in which enough rows share one value at most"


def _check_kinds(table: Table, config: FitConfig) -> None:
    """That columns are what the options want of them, where a schema says what they are."""
    wrong = [(name, "text") for name in config.text if table.column(name).kind != "text"]
    wrong += [(name, "label") for name in config.label if table.column(name).kind not in AS_LABEL]
    if wrong:
        raise SchemaError(
            problems(
                f"{table.name}.{name} is named as {use}, and the schema says {table.column(name).kind!r}"
                for name, use in wrong
            )
        )
    if config.label and all(column.kind != "text" for column in table.columns):
        raise ConfigError(
            f"label is {config.label[0]!r}, and no column of {table.name} is known to be free text, which could be "
            f"written for it{_could_be_text(table, config)}"
        )


def _could_be_text(table: Table, config: FitConfig) -> str:
    kinds = {column.name: column.kind for column in table.columns if column.name not in config.label}
    first = next((name for name, kind in kinds.items() if kind in ("category", "identifier", "personal")), None)
    return "" if first is None else f"; if one is, name it: text={first!r} (--text {first})"


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

    names = list(dict.fromkeys(config.label)) or [column.name for column in table.columns if column.kind in LABELS]
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
