"""What was accepted, as files: the data, why the rest was not, and a card that tells how it came to be."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parhelion.describing.delivery.card import card_markdown
from parhelion.describing.delivery.columns import Columns, columns_of, delivered
from parhelion.describing.delivery.facts import card_facts
from parhelion.describing.delivery.huggingface import DATA, FOLDER, OURS, WHAT, front
from parhelion.describing.delivery.writing import write_data, write_rejects
from parhelion.describing.plan.model import Plan
from parhelion.describing.store import Store
from parhelion.errors import OutputError, PlanError, problems
from parhelion.io import atomic_file, atomic_folder
from parhelion.io.atomic import failures
from parhelion.waiting import at_once

_NAMES = {"parquet": "data.parquet", "jsonl": "data.jsonl"}
REJECTS, CARD, FACTS = "rejects.jsonl", "card.md", "card.json"
WRITTEN = (*_NAMES.values(), FOLDER, REJECTS, CARD, FACTS)  # all that may be delivered, by name


@dataclass(frozen=True, slots=True)
class Delivered:
    """The files (the Hugging Face folder is one of them), and how many rows the data has."""

    files: tuple[Path, ...]
    rows: int


def check_room(plan: Plan, folder: Path, reads: Iterable[Path], *, new: bool) -> None:
    """Before anything is made: nothing of somebody else's may stand where the data and its card are to be written.

    reads: what the plan reads. new: nothing was delivered into the folder before. Raises PlanError, OutputError.
    """
    places = [folder / name for name in _names(plan)]
    read = {path.resolve() for path in reads}
    wrong = [f"{str(each)!r} is read by the plan, and would be replaced" for each in places if each.resolve() in read]
    if wrong:
        raise PlanError(problems(wrong) + "; rename what is read, or choose another folder (-o)")
    foreign = [f"{str(each)!r} is there, and is not of this project" for each in places if new and each.exists()]
    if foreign:
        raise OutputError(problems(foreign) + "; move it away, or choose another folder (-o)")


def _names(plan: Plan) -> list[str]:
    """Of all files that are delivered; the Hugging Face folder is one of them."""
    data = [_NAMES.get(each, FOLDER) for each in dict.fromkeys(plan.deliver.formats)]
    return [*data, REJECTS, CARD, FACTS]


@at_once()
def deliver(store: Store, run: str, plan: Plan, folder: Path, *, stop: str, overwrite: bool = False) -> Delivered:
    """Write the accepted rows of a run in the formats of its plan, the rejects, and the card: all whole, or none.

    stop: why the run ended, for the card. The same rows give the same bytes. Raises OutputError.
    """
    columns = columns_of(store, run, plan)
    with failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as outputs:
        places = _opened(outputs, plan, folder, overwrite=overwrite)
        hub = places.get(FOLDER)
        parquet = [each for each in (places.get(_NAMES["parquet"]), hub and hub / DATA) if each]
        write_data(delivered(store, run, plan), columns, parquet, places.get(_NAMES["jsonl"]))
        write_rejects(store.rows(run, "rejected"), places[REJECTS])
        facts = card_facts(store, run, plan, columns=columns, stop=stop, files=_files(places, hub))
        _write_card(facts, columns, places, hub)
    return Delivered(tuple(folder / name for name in places), columns.rows)


def _opened(outputs: ExitStack, plan: Plan, folder: Path, *, overwrite: bool) -> dict[str, Path]:
    """Where to write what, by name: places that take their names when all is written."""
    files = [name for name in _names(plan) if name != FOLDER]
    places = {name: outputs.enter_context(atomic_file(folder / name, overwrite)) for name in files}
    if "huggingface" in plan.deliver.formats:
        hub = outputs.enter_context(atomic_folder(folder / FOLDER, OURS, WHAT, overwrite=overwrite))
        with failures(folder / FOLDER):
            (hub / DATA).parent.mkdir()
        places[FOLDER] = hub
    return places


def _files(places: dict[str, Path], hub: Path | None) -> list[dict[str, Any]]:
    """Name, size and hash of each data file, so that a reader can tell whether it is still this one."""
    data = {name: place for name, place in places.items() if name in _NAMES.values()}
    if hub:
        data[f"{FOLDER}/{DATA}"] = hub / DATA
    return [{"name": name, "bytes": place.stat().st_size, "sha256": _sha256(place)} for name, place in data.items()]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_card(facts: dict[str, Any], columns: Columns, places: dict[str, Path], hub: Path | None) -> None:
    told = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    _write(places[FACTS], told)
    markdown = card_markdown(facts)
    _write(places[CARD], markdown)
    if hub:
        _write(hub / "README.md", front(facts["goal"], columns.schema, columns.rows) + "\n" + markdown)


def _write(path: Path, text: str) -> None:
    with failures(path):
        path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
