"""Learn, keep what was learned, and delete what it was learned from: in this order, and with a record of it.

Nothing is deleted before the model file lies on the disk, was read again, and makes what was learned; and before the
record beside it (`MODEL.forgotten.json`) says what is about to be deleted. Whatever happens then, the record tells what
is gone and what is not, and `forget` goes on from there.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from parhelion.configs import config_of
from parhelion.errors import ConfigError, DataError, ModelFileError, OutputError, problems
from parhelion.io import atomic_file
from parhelion.progress import Progress, silent
from parhelion.tables.config import FitConfig
from parhelion.tables.file import load
from parhelion.tables.fitting import fit
from parhelion.tables.inputs import Inputs, delete, delete_folder, folder_to_disk, inputs_of
from parhelion.tables.manifest import Deletion, Manifest, in_words, keep, manifest_of, now, place_of, read_manifest
from parhelion.tables.model import Model


def fit_and_forget(
    source: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    announce: Callable[[Inputs], None] = lambda _: None,
    progress: Progress = silent,
    **options: Any,
) -> tuple[Model, Manifest]:
    """Learn a table from a file or a folder of parts, write the model to `path`, and delete the file or folder.

    The options are those of `fit`. announce: called with what will be deleted, before anything is learned; what it
    raises keeps everything as it is. What is told beside the model, in `path` + `.forgotten.json`, is returned too.
    Raises DataError, before anything is learned, where the source cannot be deleted (a dataframe, a link, a file with
    several names, a folder that holds anything else); and OutputError where it was learned and not all of it could be
    deleted: `forget(path, source)` tries again.

    >>> import pyarrow as pa
    >>> fit_and_forget(pa.table({"age": [39, 50]}), "ages.parhelion")
    Traceback (most recent call last):
    parhelion.errors.DataError: a Table is in memory: only files, and folders of parts, can be deleted; learn from ...
    """
    began, output, record = now(), Path(path), place_of(path)
    config = config_of(FitConfig, {k: v for k, v in options.items() if k not in ("schema", "kinds")}, "fit")
    if config.text_engine == "prompt" and config.prompt.shots == "real":
        raise ConfigError("with real shots the prompt engine keeps texts and sends them elsewhere; say shots='made'")
    _check_record(record, overwrite=overwrite)
    inputs = inputs_of(source, output)
    announce(inputs)
    with atomic_file(output, overwrite) as file, _temporary() as folder:
        model = fit(source, progress=progress, **options)
        temporary = _told(folder)
        model.save(file, overwrite=True)
    _verify(model, output)
    manifest = manifest_of(model, output, inputs, began=began, temporary=temporary, options=_options(config, options))
    _keep(manifest, record)
    return model, _carried_out(manifest, record)


def forget(path: str | os.PathLike[str], source: str | os.PathLike[str]) -> Manifest:
    """Go on deleting what a model was learned from, where `fit_and_forget` could not.

    source: the file or folder, as it was called then: what else the record names is not touched. Raises OutputError
    where something is still left.

    >>> forget("nowhere.parhelion", "mails.csv")
    Traceback (most recent call last):
    parhelion.errors.DataError: there is no 'nowhere.parhelion.forgotten.json', so nothing says what the model was ...
    """
    record = place_of(path)
    manifest = read_manifest(record)
    _check_model(Path(path), manifest)
    asked = Path(source).resolve()
    named = {Path(each.path) for each in manifest.deletions}
    if asked not in named or not all(asked in (each, each.parent) for each in named):
        first = manifest.deletions[-1].path if manifest.deletions else "nothing"
        raise DataError(f"{str(record)!r} is about {first!r}, and not about {str(asked)!r}; nothing was deleted")
    return _carried_out(manifest, record)


def _check_record(record: Path, *, overwrite: bool) -> None:
    if not record.exists():
        return
    if read_manifest(record).status != "complete":
        raise OutputError(f"{str(record)!r} is not complete; first finish that: parhelion forget MODEL SOURCE")
    if not overwrite:
        raise OutputError(f"{str(record)!r} exists; to replace it, say so: --overwrite, or overwrite=True")


def _check_model(path: Path, manifest: Manifest) -> None:
    """The model is still there, as a whole: else nothing would be left of the data."""
    load(path)
    if path.stat().st_size != manifest.model["bytes"]:
        raise ModelFileError(f"{str(path)!r} is not the model that its record is about; nothing was deleted")


@contextmanager
def _temporary() -> Iterator[Path]:
    """A folder of our own, in which all temporary files of this process and its children are made; deleted at the
    end."""
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="parhelion-") as folder:
        tempfile.tempdir, os.environ["TMPDIR"] = folder, folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = before[0]
            if before[1] is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before[1]


def _told(folder: Path) -> str:
    left = sum(each.is_file() for each in folder.rglob("*"))
    return (
        f"Whatever temporary files learning makes, it made in a folder of its own, {folder}, in which {left} were left "
        "when it ended; they and the folder were deleted before anything else."
    )


def _verify(model: Model, path: Path) -> None:
    """What lies on the disk is what was learned, array by array."""
    folder_to_disk(path.resolve().parent)
    again, expected = _arrays(load(path)), _arrays(model)
    if again.keys() != expected.keys() or not all(np.array_equal(again[name], expected[name]) for name in again):
        raise ModelFileError(f"{str(path)!r} does not hold what was learned; nothing was deleted")


def _arrays(model: Model) -> dict[str, Any]:
    texts = {f"{part.column}: {name}": array for part in model.texts for name, array in part.arrays().items()}
    return model.engine.arrays() | texts


def _options(config: FitConfig, given: dict[str, Any]) -> dict[str, Any]:
    said = {name: str(given[name]) for name in ("schema", "kinds") if given.get(name)}
    other = {"ngram", "transformer", "lm", "prompt"} - {config.text_engine}
    return {**config.model_dump(mode="json", exclude=other), **said}


def _carried_out(manifest: Manifest, record: Path) -> Manifest:
    """Delete what is left, and keep the record up to date. Raises OutputError where something is not deleted."""
    manifest = manifest.model_copy(deep=True)
    for each in manifest.left:
        try:
            each.note = _deleted(each)
        finally:  # also when it is broken off in between: what is gone is what is no longer there
            each.deleted = None if os.path.lexists(each.path) else now()
            _keep(manifest, record)
    manifest.ended = now()
    manifest.status = "incomplete" if manifest.left else "complete"
    _keep(manifest, record)
    if manifest.left:
        kept = problems(f"{each.path}: {each.note}" for each in manifest.left)
        raise OutputError(f"the model is written, and not all that it was learned from is deleted: {kept}")
    return manifest


def _deleted(each: Deletion) -> str | None:
    """Delete one of the things; what is to be said of it."""
    path = Path(each.path)
    if not os.path.lexists(path):
        return "it was not there any more: deleted before the record could say so, or by somebody else"
    return (delete(path, each.sha256) if each.sha256 else delete_folder(path)) or None


def _keep(manifest: Manifest, record: Path) -> None:
    try:
        keep(manifest, record)
    except OutputError as error:
        raise OutputError(f"{in_words(manifest)} This could not be written down: {error}") from error
