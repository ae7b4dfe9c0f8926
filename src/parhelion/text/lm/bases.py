"""Where a pretrained model (the base) lies, and whether it is the one that an adapter was learned on.

A model file holds the adapter alone, and names its base. It may come from a stranger, so a name in it is never a
command: nothing is read before a text is asked for, nothing is ever downloaded for a model file (a Hugging Face id is
looked for in the local cache), a folder is taken only where it is local and the fingerprint of its files is the one in
the model file (looked at before any of them is parsed), weights are read from safetensors alone, and code that comes
with a model is never run. So the most that a stranger can do is to name a model that lies here already. A base that
has moved is found by the environment variable PARHELION_LM_BASE, which holds folders or ids (between them what PATH has
between its folders); who sets it vouches for them.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from parhelion.errors import ConfigError
from parhelion.text.lm.config import LmConfig

ELSEWHERE = "PARHELION_LM_BASE"
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_WANTED = ["*.json", "*.txt", "*.model", "model*.safetensors"]
_READ = (
    "config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json", "vocab.txt",
    "merges.txt",
)  # fmt: skip
_WHOLE = 1 << 24  # bytes of a file that is read whole for its fingerprint; of larger ones, pieces
_PIECES, _PIECE = 1024, 4096


class Base(BaseModel):
    """A pretrained model as a model file names it.

    name: an absolute folder, or a Hugging Face id. revision: the commit of an id. print: the fingerprint of its files.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=4096)
    revision: str | None = Field(max_length=256)
    print: str = Field(pattern="^[0-9a-f]{64}$")


def named(config: LmConfig) -> tuple[Path, Base]:
    """The folder of the base that the user named, fetched if it is an id that is not in the cache.

    >>> named(LmConfig())
    Traceback (most recent call last):
    parhelion.errors.ConfigError: the lm engine needs a pretrained model as its `base`: a folder (config.json,
    model.safetensors, tokenizer.json), or a Hugging Face id such as 'HuggingFaceTB/SmolLM2-135M'
    >>> named(LmConfig(base="./not/here"))
    Traceback (most recent call last):
    parhelion.errors.ConfigError: base './not/here': there is no such folder, and a Hugging Face id looks like
    'owner/name'
    """
    if config.base is None:
        raise ConfigError(
            "the lm engine needs a pretrained model as its `base`: a folder (config.json, model.safetensors, "
            "tokenizer.json), or a Hugging Face id such as 'HuggingFaceTB/SmolLM2-135M'"
        )
    folder = Path(config.base).expanduser()
    if folder.is_dir():
        _check(folder, config.base)
        return folder, Base(name=str(folder.resolve()), revision=None, print=fingerprint(folder))
    if not _ID.fullmatch(config.base):
        raise ConfigError(
            f"base {config.base!r}: there is no such folder, and a Hugging Face id looks like 'owner/name'"
        )
    folder = _cached(config.base, config.revision) or _fetched(config.base, config.revision)
    _check(folder, config.base)
    return folder, Base(name=config.base, revision=folder.name, print=fingerprint(folder))


def found(base: Base) -> Path:
    """The folder of the base that a model file names. Raises ConfigError where it is not here, or is another."""
    others = 0
    for folder in _candidates(base):
        if not _lacking(folder):
            if fingerprint(folder) == base.print:
                return folder
            others += 1
    what = f"{base.name!r}" + (f" at {base.revision}" if base.revision else "")
    fetch = f", or fetch it: hf download {base.name}" + (f" --revision {base.revision}" if base.revision else "")
    raise ConfigError(
        f"the texts of this model are written by {what} with what was learned added to it, and "
        + ("what is there now is another model (its files differ)" if others else "it is not there")
        + f"; say where it is now: {ELSEWHERE}=FOLDER"
        + (fetch if _ID.fullmatch(base.name) else "")
    )


def fingerprint(folder: Path) -> str:
    """SHA-256 over the base's configuration, tokenizer and weights. Of a large file of weights its length, its header
    and a thousand pieces spread evenly are read: enough to tell models apart, which is what it is for."""
    whole = hashlib.sha256()
    for name in sorted({*(name for name in _READ if (folder / name).is_file()), *_weights(folder)}):
        whole.update(f"{name}\n{_digest(folder / name)}\n".encode())
    return whole.hexdigest()


def _digest(path: Path) -> str:
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        if size <= _WHOLE:
            digest.update(file.read())
            return digest.hexdigest()
        digest.update(file.read(_WHOLE // 16))
        for piece in range(_PIECES):
            file.seek((size - _PIECE) * piece // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return digest.hexdigest()


def _weights(folder: Path) -> set[str]:
    """The names of the files of weights in a folder, of those that transformers reads."""
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return {"model.safetensors"} if (folder / "model.safetensors").is_file() else set()
    try:
        parts = set(json.loads(index.read_bytes())["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()
    named_here = {part for part in parts if isinstance(part, str) and Path(part).name == part}
    return parts if parts == named_here and all((folder / part).is_file() for part in parts) else set()


def _lacking(folder: Path) -> str | None:
    """What a folder lacks to hold a base."""
    if not (folder / "config.json").is_file():
        return "there is no config.json in it"
    if not _weights(folder):
        pickled = any(folder.glob("*.bin"))
        return "its weights are not in safetensors files" + (
            ", and others are not read, as they may run code; convert them: "
            "AutoModelForCausalLM.from_pretrained(...).save_pretrained(...)" if pickled else ""
        )  # fmt: skip
    return None


def _check(folder: Path, name: str) -> None:
    if lacking := _lacking(folder):
        raise ConfigError(f"base {name!r} does not hold a pretrained model: {lacking}")


def _candidates(base: Base) -> Iterator[Path]:
    """Where a base may lie, what the user says first."""
    for place in filter(None, os.environ.get(ELSEWHERE, "").split(os.pathsep)):
        folder = Path(place).expanduser()
        if folder.is_dir():
            yield folder
        elif _ID.fullmatch(place) and (cached := _cached(place, None)):
            yield cached
    if _ID.fullmatch(base.name):
        if cached := _cached(base.name, base.revision):
            yield cached
    elif _local(base.name) and Path(base.name).is_dir():
        yield Path(base.name)


def _local(name: str) -> bool:
    """Whether a folder is absolute and of this machine: opening \\\\host\\share would call a stranger's host."""
    return Path(name).is_absolute() and not name.startswith(("\\\\", "//"))


def _cached(name: str, revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (of the extra)
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        folder = Path(snapshot_download(name, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return None if _lacking(folder) else folder


def _fetched(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (of the extra)
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=_WANTED))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise ConfigError(
            f"base {name!r} is neither a folder nor in the cache, and could not be fetched: {reason}; give the folder "
            f"of a pretrained model, or check the id, the network and HF_HUB_OFFLINE"
        ) from error
