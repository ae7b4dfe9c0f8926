"""Files that are to be deleted: what they are before anything is read, whether they may be deleted, and doing it."""

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parhelion.errors import DataError, problems
from parhelion.io.folders import parts_of
from parhelion.io.paths import find, unreadable


@dataclass(frozen=True)
class Input:
    """A file as it was read. modified: nanoseconds since 1970."""

    path: Path
    bytes: int
    sha256: str
    modified: int

    @property
    def modified_at(self) -> str:
        return datetime.fromtimestamp(self.modified / 1e9, UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Inputs:
    """The files of a source. folder: the folder of parts that they are, to be deleted with them."""

    files: tuple[Input, ...]
    folder: Path | None = None


def inputs_of(source: Any, output: Path) -> Inputs:
    """The files that learning from a source will read, each with its sha256.

    Raises DataError where they cannot be deleted, or where deleting them would not do away with the data or would do
    away with more: nothing is deleted by halves. output: the model file, which must not lie among them.
    """
    if not isinstance(source, str | os.PathLike):
        raise DataError(
            f"a {type(source).__name__} is in memory: only files, and folders of parts, can be deleted; learn from the "
            "file that it came from"
        )
    path = find(os.fspath(source))
    folder = path if path.is_dir() else None
    paths = [path] if folder is None else parts_of(folder)
    found = [*_of_folder(folder, paths, output)] if folder is not None else []
    found += [f"{each}: {why}" for each in paths if (why := undeletable(each))]
    if found:
        raise DataError(f"cannot forget {os.fspath(source)!r}; nothing was learned or deleted: {problems(found)}")
    return Inputs(tuple(map(input_of, paths)), folder.resolve() if folder else None)


def _of_folder(folder: Path, paths: list[Path], output: Path) -> list[str]:
    """Why a folder of parts cannot be deleted."""
    others = sorted(each.name for each in folder.iterdir() if each not in paths)
    found = []
    if folder.is_symlink():
        found.append(f"{folder} is a link to a folder; give the folder itself")
    if others:
        found.append(f"{folder} holds what is no part of the table: {', '.join(others[:10])}; move it elsewhere first")
    if output.resolve().parent == folder.resolve():
        found.append(f"the model would lie in {folder}, which is to be deleted; write it elsewhere")
    return found


def undeletable(path: Path) -> str:
    """Why a file cannot be deleted, or should not be; nothing where it can."""
    facts = path.lstat()
    if stat.S_ISLNK(facts.st_mode):
        return f"it is a link; deleting it would leave {path.resolve()}: give that file"
    if not stat.S_ISREG(facts.st_mode):
        return "it is a device or a pipe, and no file that can be deleted"
    if facts.st_nlink > 1:
        return f"it has {facts.st_nlink} names (hard links); under the others the data would stay: delete those first"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return f"files cannot be deleted from {path.resolve().parent}: it may not be written to"
    return ""


def input_of(path: Path) -> Input:
    facts = path.stat()
    return Input(path.resolve(), facts.st_size, sha256_of(path), facts.st_mtime_ns)


def sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise unreadable(path, fault) from fault


def delete(path: Path, sha256: str) -> str:
    """Delete a file that still holds what it did; why it was left where it was, nothing where it is gone."""
    try:
        if why := undeletable(path):
            return why
        if sha256_of(path) != sha256:
            return "it has changed since it was read, and holds what the model was not learned from"
        path.unlink()
        folder_to_disk(path.parent)
    except FileNotFoundError:
        return "it was gone before it could be deleted"
    except (OSError, DataError) as fault:
        return getattr(fault, "strerror", None) or str(fault)
    return ""


def delete_folder(path: Path) -> str:
    """Delete a folder that is empty by now; why it was left, nothing where it is gone."""
    try:
        path.rmdir()
        folder_to_disk(path.parent)
    except OSError as fault:
        held = [each.name for each in path.iterdir()][:10] if path.is_dir() else []
        return f"it still holds {', '.join(held)}" if held else str(fault.strerror)
    return ""


def folder_to_disk(folder: Path) -> None:
    """Wait until what was renamed or deleted in a folder is so on the disk."""
    if os.name == "nt":
        return  # folders cannot be opened there
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
