"""Reading what is judged: tables of whatever origin made alike, the same columns in the same native types."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.errors import DataError, nearest, problems
from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.respelled import as_text, respelled
from parhelion.io import Sample, Source, check_columns, open_source, uniform_sample
from parhelion.progress import Progress, silent
from parhelion.schema import Column, Table, discover, native

Places = npt.NDArray[np.int64]


class Read(NamedTuple):
    """A case, and where it comes from: train and synthetic row i is row `train[i]`, `synthetic[i]` of its source.

    names: of the real, the synthetic and the held-out source; the last is None where no hold-out was given.
    notes: what a person should know of how they were read. twin: `twin` made the rows, and held rows out itself.
    """

    case: Case
    train: Places
    synthetic: Places
    names: tuple[str, str, str | None]
    notes: tuple[str, ...]
    twin: bool = False

    def planted(self, canaries: Canaries | None, echoes: Mapping[str, pa.Array] | None = None) -> "Read":
        """The same; these were planted in the texts learned from. echoes: by column, the texts that were made then,
        where they are not the synthetic ones."""
        return self._replace(case=replace(self.case, canaries=canaries, echoes=echoes or {}))


_SAID = ("the real rows", "the synthetic rows", "the held-out rows")


FEW = 50  # rows, of which little can be said


class Part(NamedTuple):
    """One of the tables as it came: what messages call it, its source, its rows."""

    said: str
    name: str
    source: Source
    sample: Sample


def read(
    tables: tuple[Any, Any, Any],
    known: Table | None,
    kinds: Mapping[str, str] | None,
    config: EvaluateConfig,
    progress: Progress,
) -> Read:
    """Read what is to be judged: real, synthetic and held-out rows, each a path, any dataframe, or an Arrow table, also
    of native values. The last may be None: then the real rows are cut in halves.

    known, kinds: what the columns are; otherwise found in the real rows.
    DataError names, for all tables, columns that are missing or unknown, values that are not of their column's kind,
    types that cannot be compared; SchemaError an option that names no column.
    """
    rng = np.random.default_rng([config.seed, 0])
    parts = [
        _part(said, data, config.rows, rng, progress)
        for said, data in zip(_SAID, tables, strict=True)
        if data is not None
    ]
    _check(parts, config, known)
    table = known or _found(parts, kinds)
    columns, otherwise = _natives(parts, table)
    first, second, *third = _alike(columns, table)
    train, cut = np.arange(first.num_rows), not third
    if cut:
        train, rest = _halves(first.num_rows, rng)
        first, third = first.take(pa.array(train)), [first.take(pa.array(rest))]
    case = Case(table, first, second, third[0], cut=cut, config=config)
    names = (parts[0].name, parts[1].name, None if cut else parts[2].name)
    notes = (*_notes(parts, cut=cut), *otherwise)
    return Read(case, parts[0].sample.places[train], parts[1].sample.places, names, notes)


def case_of(real: Any, synthetic: Any, holdout: Any = None, known: Table | None = None, **options: Any) -> Case:
    """A case for those who ask for single parts of the evidence; `options` are those of `EvaluateConfig`.

    >>> rows = pa.table({"age": [20, 30, 40] * 40})
    >>> case_of(rows, rows, rows, quick=True).counts
    Counts(train=120, synthetic=120, holdout=120)
    """
    return read((real, synthetic, holdout), known, None, EvaluateConfig(**options), silent).case


def _part(said: str, data: Any, most: int, rng: np.random.Generator, progress: Progress) -> Part:
    source = open_source(data)
    name = Path(data).name if isinstance(data, str | os.PathLike) else said.removeprefix("the ")
    return Part(said, name, source, uniform_sample(source, most, rng, progress))


def _check(parts: Sequence[Part], config: EvaluateConfig, known: Table | None) -> None:
    for option in ("target", "label", "sensitive", "quasi"):
        check_columns(option, getattr(config, option), parts[0].source)
    expected = parts[0].source.schema.names if known is None else known.names
    _complain(
        [
            *_empty(parts, 2 if len(parts) == 2 else 1),
            *(
                problem
                for part in parts
                for problem in _names(expected, part, "real rows" if known is None else "schema")
            ),
        ]
    )


def _complain(found: Iterable[str]) -> None:
    lines = list(found)
    if lines:
        raise DataError(problems(lines))


def _empty(parts: Sequence[Part], least: int) -> Iterator[str]:
    for place, part in enumerate(parts):
        if not part.sample.rows:
            yield f"{part.said} ({part.name}) have columns and no rows; expected one row at least"
        elif place == 0 and part.sample.rows < least:
            yield f"{part.said} ({part.name}) are only one, which cannot be cut in two; give held-out rows besides"


def _names(expected: Sequence[str], part: Part, given: str) -> Iterator[str]:
    """given: where the columns that are expected come from."""
    held = dict.fromkeys(part.source.schema.names)
    extra = [name for name in held if name not in expected]
    for name in expected:
        if name not in held:
            hint = nearest(name, extra) if extra else f", which the {given} {_has(given)}"
            yield f"{part.said} have no column {name!r}{hint}"
    for name in extra:
        yield f"{part.said} have a column {name!r} that the {given} {_has(given, no=True)}; leave it out, or rename it"


def _has(given: str, *, no: bool = False) -> str:
    one = given == "schema"
    return ("does not have" if one else "do not have") if no else ("has" if one else "have")


def _found(parts: Sequence[Part], kinds: Mapping[str, str] | None) -> Table:
    """Kinds as all real rows have them: a spelling that only a held-out row has is none to stumble over."""
    real, names = parts[0], parts[0].source.schema.names
    rows = real.sample.table
    if len(parts) > 2 and parts[2].source.untyped == real.source.untyped:
        held_out = parts[2].sample.table.select(names)
        if held_out.schema.equals(rows.schema):
            rows = pa.concat_tables([rows, held_out])
    return discover(rows, name=real.source.name, untyped=real.source.untyped, rows_seen=rows.num_rows, kinds=kinds)


def _natives(parts: Sequence[Part], table: Table) -> tuple[list[list[pa.Array]], list[str]]:
    """Native columns, a list a table, and notes on what is spelled otherwise. DataError names every cell that is not of
    its column's kind.
    """
    found: list[str] = []
    notes: list[str] = []
    read = [[_column(spec, part, found, notes) for spec in table.columns] for part in parts]
    _complain(found)
    return read, notes


def _column(spec: Column, part: Part, found: list[str], notes: list[str]) -> pa.Array:
    """Native values; what keeps them from it is added to `found`, a line a problem."""
    values = part.sample.table.column(spec.name)
    try:
        return native(values, spec, part.name)
    except DataError as error:
        own = None if part.said == _SAID[0] else respelled(values, spec, part.name, untyped=part.source.untyped)
        if own is not None:
            notes.append(f"{part.said} spell {spec.name} otherwise than the real rows; it was read as {spec.kind} too")
            return own
        first, *rest = str(error).split("\n  - ")
        found += rest or [first]
        return None


def _alike(read: Sequence[Sequence[pa.Array]], table: Table) -> list[pa.Table]:
    """Tables of the columns read, each column in one type that holds the values of all."""
    found: list[str] = []
    columns = [
        [array if kind is None or array.type == kind else array.cast(kind, safe=False) for array in arrays]
        for spec, *held in zip(table.columns, *read, strict=True)
        for arrays in [as_text(held)]
        for kind in [_common(arrays, spec, found)]
    ]
    _complain(found)
    return [pa.table(list(arrays), names=list(table.names)) for arrays in zip(*columns, strict=True)]


def _common(arrays: Sequence[pa.Array], spec: Column, found: list[str]) -> pa.DataType | None:
    kinds = [_unzoned(array.type) for array in arrays]
    try:
        schemas = [pa.schema([pa.field("values", kind)]) for kind in kinds]
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowTypeError:
        held = ", ".join(dict.fromkeys(str(array.type) for array in arrays))
        found.append(f"{spec.name} holds types that cannot be compared ({held}); store it in one type")
        return None


def _unzoned(kind: pa.DataType) -> pa.DataType:
    """Moments of different zones are compared by their instants."""
    return pa.timestamp(kind.unit, "UTC") if pa.types.is_timestamp(kind) and kind.tz else kind


def _halves(rows: int, rng: np.random.Generator) -> tuple[Places, Places]:
    shuffled = rng.permutation(rows)
    return np.sort(shuffled[: (rows + 1) // 2]), np.sort(shuffled[(rows + 1) // 2 :])


def _notes(parts: Sequence[Part], *, cut: bool) -> Iterator[str]:
    for part in parts:
        yield from part.source.notes
        if part.sample.table.num_rows < part.sample.rows:
            read = f"{part.sample.table.num_rows:,} of {part.sample.rows:,}"
            yield f"of {part.said} a uniform sample was judged, {read}"
        if part.sample.rows < FEW:
            yield f"{part.said} are only {part.sample.rows}: what so few rows show may be chance"
    if cut:
        yield (
            "no held-out rows were given, so the real rows were cut in two halves by chance, and one stands for unseen "
            "rows; the generator may have learned from it, so that attacks on membership cannot be tried"
        )
