"""The record of a forgetting: what was learned from, what is kept of it, and what became of the originals."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, ValidationError

from parhelion.codecs import Codec
from parhelion.codecs.category import CategoryCodec
from parhelion.codecs.number import QuantityCodec
from parhelion.errors import DataError, OutputError
from parhelion.io import atomic_file
from parhelion.schema import Column
from parhelion.tables.inputs import Inputs, folder_to_disk, sha256_of

if TYPE_CHECKING:
    from parhelion.tables.model import Model

ENDING = ".forgotten.json"
_MANY = 1000  # values of a column that are counted in a record

NOT_PROMISED = """\
Copies that were made before: backups, snapshots of the file system, versions in a cloud folder, mails, other people's \
files. Whoever keeps them must delete them.
The disk: deleting a file frees its space and does not overwrite it. Until it is used again it may be read by whoever \
holds the disk; on SSDs (wear levelling) and on file systems that copy on write, overwriting would not help. An \
encrypted disk does.
The memory of the machine while it learned: what the system moved to swap, or into a core dump or a hibernation file, \
is not in anybody's reach here.
What was read by others before: search indexes, virus scanners, logs, the history of a shell (it may hold names).
The sha256 of a deleted file tells whoever has a copy of it that it is one.""".splitlines()
_CHECKS = """\
The model file was written to the disk and read again; each part of it has the sha256 that it is said to have.
What was read again is, array by array, what was learned.
A file is deleted only where it is still, by its sha256, what it was before learning began.""".splitlines()
_WEIGHTS = ("transformer", "lm")


class Deletion(BaseModel):
    """A file or folder that was to be deleted. deleted: when that was seen to be done. note: what else is to be said,
    such as what kept it."""

    model_config = ConfigDict(extra="forbid")
    path: str
    what: Literal["file", "folder"]
    bytes: int | None = None
    sha256: str | None = None
    modified: str | None = None
    deleted: str | None = None
    note: str | None = None


class Manifest(BaseModel):
    """What a record says. status: `pending` before anything is deleted and while it is, `complete` when all is gone,
    `incomplete` where something is not."""

    model_config = ConfigDict(extra="forbid")
    format: Literal["parhelion forgetting"] = "parhelion forgetting"
    version: Literal[1] = 1
    status: Literal["pending", "complete", "incomplete"] = "pending"
    in_words: str
    made_by: str
    began: str
    ended: str | None = None
    model: dict[str, Any]
    learned_from: dict[str, Any]
    options: dict[str, Any]
    checks: list[str]
    the_model_holds: list[str]
    the_model_does_not_hold: list[str]
    temporary_files: str
    deletions: list[Deletion]
    not_promised: list[str] = NOT_PROMISED

    @property
    def left(self) -> list[Deletion]:
        """What is not deleted yet."""
        return [each for each in self.deletions if each.deleted is None]


def place_of(model: str | os.PathLike[str]) -> Path:
    """Where the record of a model lies.

    >>> place_of("mails.parhelion").name
    'mails.parhelion.forgotten.json'
    """
    path = Path(model)
    return path.with_name(path.name + ENDING)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def manifest_of(
    model: "Model", path: Path, inputs: Inputs, *, began: str, temporary: str, options: dict[str, Any]
) -> Manifest:
    """The record of a model that lies at `path`, before anything is deleted."""
    from parhelion import __version__  # noqa: PLC0415 (the package's own names come from here)

    deletions = [
        Deletion(path=str(each.path), what="file", bytes=each.bytes, sha256=each.sha256, modified=each.modified_at)
        for each in inputs.files
    ]
    if inputs.folder is not None:
        deletions.append(Deletion(path=str(inputs.folder), what="folder"))
    return Manifest(
        in_words="", made_by=f"parhelion {__version__}", began=began,
        model={"file": str(path.resolve()), "bytes": path.stat().st_size, "sha256": sha256_of(path)},
        learned_from=learned_from(model), options=options, temporary_files=temporary, deletions=deletions,
        checks=_CHECKS,
        the_model_holds=_held(model), the_model_does_not_hold=_not_held(model),
    )  # fmt: skip


def learned_from(model: "Model") -> dict[str, Any]:
    """What a model was learned from, in counts that its file holds too: of values that enough rows share."""
    about = {model.table.target, *(name for part in model.texts for name in part.context)}
    each = list(zip(model.table.columns, model.codecs, strict=True))
    return {
        "table": model.table.name,
        "rows": model.rows,
        "learned_from": model.learned,
        "columns": {spec.name: spec.kind for spec in model.table.columns},
        "counts": {spec.name: _counts(codec) for spec, codec in each if spec.name in about and _few(codec)},
        "dates": {spec.name: ends for spec, codec in each if (ends := _dates(spec, codec))},
    }


def _few(codec: Codec) -> bool:
    return isinstance(codec, CategoryCodec) and codec.size <= _MANY


def _counts(codec: Codec) -> dict[str, int]:
    assert isinstance(codec, CategoryCodec)
    return {str(value): count for value, count in zip(codec.values, codec.counts, strict=True)}


def _dates(spec: Column, codec: Codec) -> list[str]:
    """The first and the last day or moment that the model makes, which so many rows lie before and after as it
    protects."""
    if spec.kind not in ("date", "datetime") or not isinstance(codec, QuantityCodec) or codec.ends is None:
        return []
    return [str(end) for end in pc.cast(codec.ends, "string").to_pylist()]


def _held(model: "Model") -> list[str]:
    rare = "that only one row may have (protection was off)" if model.protect == 1 else "that enough rows share"
    found = [
        f"The names and kinds of {len(model.codecs)} columns, how their values are spelled, and rules between them.",
        f"For each column, values or ranges of values {rare}, and how many rows; and counts of how they go together.",
    ]
    for part in model.texts:
        taken = sum(part.found.values())
        found.append(
            f"What the {part.engine_name} engine has learned of the texts of {part.column}, after personal values "
            f"({taken:,} were found) had been taken out of them."
        )
        if part.engine_name in _WEIGHTS:
            found.append(
                "Weights of a network may remember pieces of what they were learned from; what they write is compared "
                "with fingerprints of the originals, and copies are refused, as long as it is written by parhelion."
            )
        if part.prints is not None:
            found.append(
                f"Fingerprints (hashes) of pieces of the texts of {part.column}, by which a copy is recognised. "
                "Whoever has a piece already can look it up in them; none can be read from them."
            )
    return found


def _not_held(model: "Model") -> list[str]:
    found = ["Any row of the table.", "An identifier, or a value of a column of personal values: they are made anew."]
    if model.protect > 1:
        found.append(f"A value of a category, or an end of a range, that fewer than {model.protect} rows share.")
    return found


def read_manifest(path: Path) -> Manifest:
    """The record at `path`. Raises DataError where there is none, or it is not one."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DataError(
            f"there is no {str(path)!r}, so nothing says what the model was learned from; to learn and then delete: "
            "parhelion fit SOURCE -o MODEL --forget"
        ) from None
    except OSError as fault:
        raise DataError(f"cannot read {str(path)!r}: {fault.strerror}") from fault
    except ValidationError as error:
        raise DataError(f"{str(path)!r} is no record of a forgetting: {error.errors()[0]['msg']}") from None


def keep(manifest: Manifest, path: Path) -> None:
    """Write a record, whole or not at all, and wait until it lies on the disk."""
    manifest.in_words = in_words(manifest)
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
    with atomic_file(path, overwrite=True) as file:
        file.write_text(text + "\n", encoding="utf-8")
    try:
        folder_to_disk(path.resolve().parent)
    except OSError as fault:
        raise OutputError(f"cannot write {str(path)!r}: {fault.strerror}") from fault


def in_words(manifest: Manifest) -> str:
    """Where it stands, in a sentence or two."""
    rows, all_of = manifest.learned_from["rows"], manifest.deletions
    gone, left = [each for each in all_of if each.deleted], manifest.left
    learned = f"{manifest.model['file']} was learned from {rows:,} rows of {manifest.learned_from['table']}."
    if manifest.status == "complete":
        return f"{learned} All that it was learned from is deleted: {_listed(gone)}."
    done = f"Deleted: {_listed(gone)}. " if gone else "Nothing is deleted yet. "
    return f"{learned} {done}NOT deleted: {_listed(left)}."


def _listed(found: list[Deletion]) -> str:
    shown = ", ".join(f"{each.path}{f' ({each.note})' if each.note else ''}" for each in found[:10])
    return shown + (f" and {len(found) - 10} more" if len(found) > 10 else "")
