"""Rows of tables as values: of a fitted model, or real ones."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from parhelion.describing.contract import Place
from parhelion.describing.fields.lots import BLOCK, Lots
from parhelion.describing.fields.plain import plain
from parhelion.describing.plan.model import ModelField, SeedField
from parhelion.errors import PlanError, nearest, problems
from parhelion.io import Source, open_source
from parhelion.schema import discover
from parhelion.tables import load
from parhelion.tables.reading import natives


class Drawn:
    """Rows of a fitted model. The row of a place is always the same: rows come in blocks, each with its own seed."""

    def __init__(self, name: str, field: ModelField, lots: Lots, folder: Path) -> None:
        self._lots, self._model = lots, load(folder / field.file)
        self._columns = _columns(name, field.columns, self._model.table.names, field.file)
        self._block = lru_cache(maxsize=16)(self._made)

    def row(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = self._block(place.attempt, place.slot // BLOCK)[place.slot % BLOCK]
        return dict(found)

    def _made(self, attempt: int, at: int) -> list[dict[str, Any]]:
        seed = self._lots.number(attempt, at) % (1 << 63)
        drawn: pa.Table = self._model.sample(BLOCK, seed=seed)
        return [plain(row) for row in drawn.select(self._columns).to_pylist()]


class Real:
    """Rows of a real table: slot by slot, begun again at its end, or drawn."""

    def __init__(self, name: str, field: SeedField, lots: Lots, folder: Path) -> None:
        source = open_source(folder / field.file)
        columns = _columns(name, field.columns, source.schema.names, field.file)
        self._lots, self._drawn = lots, field.order == "drawn"
        self._table = _typed(source).select(columns).combine_chunks()
        if not self._table.num_rows:
            raise PlanError(f"fields.{name}.file is {field.file!r}, which has no rows; name a table that has some")

    def row(self, place: Place) -> dict[str, Any]:
        rows = self._table.num_rows
        at = self._lots.below(rows, place) if self._drawn else place.slot % rows
        found: dict[str, Any] = {name: plain(self._table.column(name)[at].as_py()) for name in self._table.column_names}
        return found


def _columns(name: str, wanted: Sequence[str], there: Sequence[str], file: str) -> list[str]:
    unknown = [each for each in wanted if each not in there]
    if unknown:
        where = f"fields.{name}.columns names"
        raise PlanError(
            problems(f"{where} {each!r}, which is no column of {file}{nearest(each, there)}" for each in unknown)
        )
    return list(wanted or there)


def _typed(source: Source) -> pa.Table:
    """A table with the types its values have, also that of a CSV file, whose cells are all text."""
    table = source.table()
    if not source.untyped or not table.num_rows:
        return table
    return natives(table, discover(table, name=source.name, untyped=True))
