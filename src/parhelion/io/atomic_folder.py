"""Folders that are there whole or not at all."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parhelion.errors import OutputError
from parhelion.io.atomic import NO_ROOM, beside, check_parent, failures
from parhelion.io.paths import FORMATS


def check_folder(path: Path, ours: re.Pattern[str], what: str, *, overwrite: bool) -> None:
    """Refuses a folder that cannot be made, or holds files: those that match `ours` may go if `overwrite` says so."""
    with failures(path):
        if path.exists() and not path.is_dir():
            raise OutputError(f"{str(path)!r} is a file, not a folder; files have endings: {', '.join(FORMATS)}")
        check_parent(path, path.resolve())
        held = sorted(p.name for p in path.iterdir()) if path.exists() else []
    if held and not overwrite:
        raise OutputError(
            f"the folder {str(path)!r} is not empty; to replace it, say so: --overwrite, or overwrite=True"
        )
    foreign = [name for name in held if not ours.fullmatch(name)]
    if foreign:
        raise OutputError(
            f"the folder {str(path)!r} holds more than {what} ({', '.join(map(repr, foreign[:3]))}), "
            "and is not replaced; choose another"
        )


@contextmanager
def atomic_folder(path: Path, ours: re.Pattern[str], what: str, *, overwrite: bool = False) -> Iterator[Path]:
    r"""A temporary, empty folder beside `path`, that takes its place when the block ends well.

    ours, what: the names of files that may be replaced, and what messages call them. If the block raises anything
    (KeyboardInterrupt too), nothing is left behind and what was there before is still there. Raises OutputError at the
    start where `path` is not to be replaced, or cannot be written; and later for a full disk.

    >>> with atomic_folder(Path("src"), re.compile(r"part-\d+\.parquet"), "parts of a table", overwrite=True):
    ...     pass
    Traceback (most recent call last):
    parhelion.errors.OutputError: the folder 'src' holds more than parts of a table ('parhelion')...; choose another
    """
    check_folder(path, ours, what, overwrite=overwrite)
    place = path.resolve()
    temporary = beside(place)
    try:
        with failures(path):
            temporary.mkdir()
        with failures(path, NO_ROOM), _as_said(temporary, path):
            yield temporary
        check_folder(path, ours, what, overwrite=overwrite)
        with failures(path):
            _replace(temporary, place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _as_said(temporary: Path, path: Path) -> Iterator[None]:
    """What files within could not be written is told of the folder that was asked for."""
    try:
        yield
    except OutputError as fault:
        raise OutputError(str(fault).replace(str(temporary), str(path))) from fault


def _replace(temporary: Path, place: Path) -> None:
    """Puts a finished folder in the place of one that is empty, holds what may go, or is not there."""
    old = beside(place)
    if place.exists():
        place.rename(old)
    try:
        temporary.rename(place)
    except BaseException:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
