"""Rows into files: one pass over them, however many formats are wanted."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from parhelion.describing.contract import Row
from parhelion.describing.delivery.columns import Columns, shown
from parhelion.describing.delivery.shapes import json_text
from parhelion.io.atomic import failures
from parhelion.io.writers import parquet_writer

_BATCH, _CHARACTERS = 10_000, 16 << 20  # rows, or so much JSON, become one row group


def write_data(rows: Iterator[Row], columns: Columns, parquet: list[Path], jsonl: Path | None) -> None:
    """The rows into files that are equal wherever the rows are. parquet: where the same file is wanted."""
    with ExitStack() as stack:
        table = stack.enter_context(parquet_writer(parquet[0], columns.schema)) if parquet else None
        lines = stack.enter_context(_lines(jsonl)) if jsonl else None
        for batch, text in _batches(rows, columns):
            if table is not None:
                table(columns.table(batch))
            if lines is not None:
                lines.writelines(text)
    for copy in parquet[1:]:
        with failures(copy):
            shutil.copyfile(parquet[0], copy)


def write_rejects(rows: Iterator[Row], path: Path) -> None:
    """Why each rejected row was rejected, a line each."""
    with _lines(path) as lines:
        for row in rows:
            told = {"slot": row.place.slot, "attempt": row.place.attempt, "field": row.field, "reason": row.reason}
            lines.write(json_text({**told, "raw": row.raw}) + "\n")


def _batches(rows: Iterator[Row], columns: Columns) -> Iterator[tuple[list[dict[str, Any]], list[str]]]:
    batch: list[dict[str, Any]] = []
    text: list[str] = []
    size = 0
    for row in rows:
        values = shown(row, columns.shapes)
        batch.append(values)
        text.append(json_text(values) + "\n")
        size += len(text[-1])
        if len(batch) >= _BATCH or size >= _CHARACTERS:
            yield batch, text
            batch, text, size = [], [], 0
    if batch:
        yield batch, text


def _lines(path: Path) -> Any:
    with failures(path):
        return path.open("w", encoding="utf-8", newline="\n")
