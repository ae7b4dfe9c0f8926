"""Outputs that are there whole or not at all."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from parhelion.errors import OutputError, ParhelionError

# No room: whatever was being done, it is the output's fault.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def output_error(path: Path, fault: OSError) -> OutputError:
    """What to raise where writing failed: the path, the system's reason, what to do."""
    reason = os.strerror(fault.errno) if fault.errno else str(fault)
    hints = {
        errno.ENOSPC: "free some space, or write elsewhere",
        errno.EDQUOT: "free some space, or write elsewhere",
        errno.ENAMETOOLONG: "choose a shorter name",
    }
    advice = hints.get(fault.errno or 0, "choose a place that you may write to")
    return OutputError(f"cannot write {str(path)!r}: {reason}; nothing was left there; {advice}")


@contextmanager
def failures(path: Path, only: Sequence[int] | None = None) -> Iterator[None]:
    """Whatever the system refuses in here (`only`: for these reasons), as an OutputError about `path`."""
    try:
        yield
    except ParhelionError:
        raise
    except OSError as fault:
        if only is not None and fault.errno not in only:
            raise
        raise output_error(path, fault) from fault


def check_output(path: Path, *, overwrite: bool) -> Path:
    """The real place of an output file, which may be written to as far as can be told."""
    with failures(path):
        if path.is_dir():
            raise OutputError(f"cannot write {str(path)!r}: it is a folder; give the name of a file")
        if path.exists() and not path.is_file():
            raise OutputError(f"cannot write {str(path)!r}: it is a device or a pipe; give the name of a file")
        if path.exists() and not overwrite:
            raise OutputError(f"{str(path)!r} exists; to replace it, say so: --overwrite, or overwrite=True")
        # A link stays a link: what it points to is replaced.
        place = path.resolve()
        check_parent(path, place)
    return place


def check_parent(path: Path, place: Path) -> None:
    """Refuses a place whose folder is not there."""
    if not place.parent.is_dir():
        what = "is not a folder" if place.parent.exists() else "does not exist"
        raise OutputError(f"cannot write {str(path)!r}: the folder {str(place.parent)!r} {what}; make it first")


def beside(place: Path) -> Path:
    """A name in the same folder that nothing has, for what is not finished. It begins with a dot and stays short."""
    suffix = place.suffix if len(place.suffix) < 16 else ""
    return place.with_name(f".parhelion-{uuid.uuid4().hex}{suffix}")


@contextmanager
def atomic_file(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[Path]:
    """A temporary path, an empty file in the folder of `path`, that takes its place when the block ends well.

    If the block raises anything (KeyboardInterrupt too), or the file cannot be finished, nothing is left behind and
    what was there before is still there. Raises OutputError at the start where `path` exists and is not to be
    replaced, or cannot be written; and later for a full disk.

    >>> with atomic_file("/no/where/out.csv"):
    ...     pass
    Traceback (most recent call last):
    parhelion.errors.OutputError: cannot write '/no/where/out.csv': the folder '/no/where' does not exist...
    """
    wanted = Path(path)
    place = check_output(wanted, overwrite=overwrite)
    temporary = beside(place)
    try:
        with failures(wanted):
            temporary.touch(exist_ok=False)
        with failures(wanted, NO_ROOM):
            yield temporary
        with failures(wanted):
            _finish(temporary, place, wanted, overwrite=overwrite)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _finish(temporary: Path, place: Path, wanted: Path, *, overwrite: bool) -> None:
    to_disk(temporary)
    if place.exists():
        if not overwrite:
            raise OutputError(
                f"{str(wanted)!r} has come to exist meanwhile and was left as it is; write to another name"
            )
        shutil.copymode(place, temporary)
    temporary.replace(place)


def to_disk(path: Path) -> None:
    """Waits until a file's bytes lie on the disk: a name must not outlive a power cut that its contents do not."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
