"""A network's folder: settings, the owner's key, the members, and the server's configuration made from them.

All of it is readable by its owner alone, and each file is there whole or not at all.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from parhelion.errors import ConfigError, OutputError, nearest, problems
from parhelion.io.atomic import atomic_file, output_error
from parhelion.network.keys import Key, new_key, public_of
from parhelion.network.members import Member, Settings

M = TypeVar("M", bound=BaseModel)
USUAL = "parhelion-network"


class Members(BaseModel):
    """nodes.json."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nodes: tuple[Member, ...] = ()


class Folder:
    """Reads and writes a network's folder. Nothing is kept in memory: several programs use one folder at once."""

    def __init__(self, path: str | os.PathLike[str] = USUAL) -> None:
        self.path = Path(path).absolute()
        self.settings_file, self.nodes_file = self.path / "network.json", self.path / "nodes.json"
        self.owner_file, self.conf_file = self.path / "owner.key", self.path / "server.conf"

    def exists(self) -> bool:
        """Is there a network in it?"""
        return self.settings_file.is_file()

    def make(self, **options: Any) -> Settings:
        """A new network, or the one there is with these options changed. Raises ConfigError, OutputError."""
        if self.exists():
            return self._change(options)
        _make_private_folder(self.path)
        owner = new_key()
        write_private(self.owner_file, owner.seed + "\n")
        return self._write_settings({"owner": owner.public, **options})

    def _change(self, options: dict[str, Any]) -> Settings:
        before = self.settings().model_dump()
        return self._write_settings(before | options) if options else self.settings()

    def _write_settings(self, values: dict[str, Any]) -> Settings:
        try:
            settings = Settings.model_validate(values)
        except ValidationError as fault:
            raise ConfigError(problems(complaints(fault, list(Settings.model_fields)))) from None
        write_private(self.settings_file, settings.model_dump_json(indent=1, exclude_none=True) + "\n")
        return settings

    def settings(self) -> Settings:
        """Where the server is. Raises ConfigError where the folder holds no network."""
        if not self.exists():
            raise ConfigError(
                f"{str(self.path)!r} holds no network: network.json is not there; make one with: "
                f"parhelion network start {self.path}"
            )
        return read_json(self.settings_file, Settings)

    def owner(self) -> Key:
        """The owner's key."""
        seed = read_text(self.owner_file).strip()
        try:
            return Key(seed, public_of(seed))
        except ValueError as fault:
            raise ConfigError(f"{str(self.owner_file)!r}: {fault}; put the file back from a copy") from None

    def nodes(self) -> dict[str, Member]:
        """All that were invited, by name."""
        if not self.nodes_file.exists():
            return {}
        return {node.name: node for node in read_json(self.nodes_file, Members).nodes}

    def node(self, name: str) -> Member:
        """One of them. Raises ConfigError with what it may have been meant to be."""
        nodes = self.nodes()
        if name not in nodes:
            there = nearest(name, nodes) if nodes else "; nobody was invited yet"
            raise ConfigError(f"the network {str(self.path)!r} has no node {name!r}{there}")
        return nodes[name]

    def write_nodes(self, nodes: Sequence[Member]) -> None:
        """Replaces who belongs to it; a running server takes it up at once."""
        write_private(self.nodes_file, Members(nodes=tuple(nodes)).model_dump_json(indent=1, exclude_none=True) + "\n")

    def stamp(self) -> tuple[int, ...]:
        """Changes whenever the members change, also twice within what file systems take for one moment."""
        try:
            now = self.nodes_file.stat()
        except FileNotFoundError:
            return ()
        return now.st_mtime_ns, now.st_ino, now.st_size

    @contextmanager
    def alone(self, why: str, *, wait: bool = True) -> Iterator[None]:
        """Nobody else has it `why` meanwhile. Raises ConfigError at once where somebody does and `wait` is false.

        Where the system has no such locks (Windows), two at once are not noticed.
        """
        try:
            import fcntl  # noqa: PLC0415 (not on Windows)
        except ImportError:
            yield
            return
        with private_open(self.path / f"{why}.lock") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise ConfigError(f"the network {str(self.path)!r} is {why} already, in another program") from None
            yield


def complaints(fault: ValidationError, names: Sequence[str]) -> Iterator[str]:
    """What is wrong with a document, a line each."""
    for error in fault.errors():
        place = ".".join(map(str, error["loc"])) or "it"
        if error["type"] == "extra_forbidden":
            yield f"{place} is not known here{nearest(place, names)}"
        else:
            # The value itself stays out of the message: it may be a secret.
            yield f"{place}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def read_json(path: Path, model: type[M]) -> M:
    """A file as what it should be. Raises ConfigError with all that is wrong."""
    text = read_text(path)
    try:
        return TypeAdapter(model).validate_json(text)
    except ValidationError as fault:
        found = (f"{str(path)!r}: {each}" for each in complaints(fault, list(model.model_fields)))
        raise ConfigError(problems(found)) from None


def read_text(path: Path) -> str:
    """A small text file. Raises ConfigError."""
    try:
        if path.stat().st_size > 10_000_000:
            raise ConfigError(f"{str(path)!r} is no such file: it has more than 10 MB")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{str(path)!r} is no text file") from None
    except OSError as fault:
        raise ConfigError(f"cannot read {str(path)!r}: {os.strerror(fault.errno or 0)}") from None


def write_private(path: Path, text: str, *, overwrite: bool = True) -> None:
    """A file that its owner alone can read, there whole or not at all. Raises OutputError."""
    with atomic_file(path, overwrite=overwrite) as place:
        place.chmod(0o600)
        place.write_text(text, encoding="utf-8")
    path.chmod(0o600)  # what it replaced may have been readable by others


@contextmanager
def private_open(path: Path) -> Iterator[int]:
    """A file to lock, made where it is not there."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise output_error(path, fault) from fault
    try:
        yield handle
    finally:
        os.close(handle)


def _make_private_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise OutputError(f"cannot make the network's folder {str(path)!r}: there is a file of that name")
    if path.is_dir() and any(path.iterdir()):
        raise OutputError(f"{str(path)!r} is not empty and holds no network; name a folder that does not exist yet")
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as fault:
        raise output_error(path, fault) from fault
