"""Who judges the answers of nodes that belong to others, and what becomes of rows when a node is judged."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parhelion.describing.plan.model import Nodes, Plan
from parhelion.describing.rows.synthesis import Synthesis
from parhelion.describing.store import Store
from parhelion.llm import Pool

if TYPE_CHECKING:
    from parhelion.network.trust import Referee


class Books:
    """The books of several networks as one: a node is kept in that of its own."""

    def __init__(self, folders: list[Path]) -> None:
        from parhelion.network import Folder  # noqa: PLC0415 (an extra)
        from parhelion.network.standing import FolderBook  # noqa: PLC0415 (the same)

        self._books = [FolderBook(Folder(folder)) for folder in folders]

    def read(self) -> dict[str, dict[str, Any]]:
        return {name: record for book in self._books for name, record in book.read().items()}

    def keep(self, name: str, record: Mapping[str, Any]) -> None:
        for book in self._books:
            book.keep(name, record)


class Court:
    """The referee of a plan, where nodes of others may be asked, and whoever makes rows of their answers.

    folder: the plan's. project: whose rows they answer for.
    """

    def __init__(self, plan: Plan, store: Store, folder: Path, project: Path) -> None:
        self._store = store
        self._rows: Synthesis | None = None
        networks = _networks(plan, folder)
        self.referee = self._referee(networks, str(project.resolve())) if networks else None

    def _referee(self, networks: list[Path], project: str) -> "Referee":
        from parhelion.network.trust import Referee  # noqa: PLC0415 (an extra)

        return Referee(
            proven=self._proven, fallen=self._fallen, mark=self._store.last_cell, seed=_seed(self._store),
            book=Books(networks), project=project,
        )  # fmt: skip

    def admits(self, name: str) -> bool:
        """Whether an endpoint may be asked."""
        return self.referee is None or self.referee.admits(name)

    def tell(self, rows: Synthesis) -> None:
        """From now on, rows are made."""
        self._rows = rows

    async def settled(self, pools: Mapping[str, Pool], run: str) -> str:
        """Have all those judged whose answers rows of a run wait for. Returns why some still wait."""
        whys = [await self._settled(pools, endpoint) for endpoint in self._store.held_by(run)]
        return "; ".join(why for why in whys if why)

    async def _settled(self, pools: Mapping[str, Pool], endpoint: str) -> str:
        for pool in pools.values():
            if self.referee is not None and endpoint in {each.name for each in pool.endpoints}:
                return await self.referee.settle(pool, endpoint)
        return f"{endpoint} is not there to be judged"

    def _proven(self, endpoint: str) -> None:
        if self._rows is None:
            self._store.release(endpoint)
        else:
            self._rows.proven(endpoint)

    def _fallen(self, endpoint: str, since: int) -> None:
        if self._rows is None:
            self._store.withdraw(endpoint, since)
        else:
            self._rows.fallen(endpoint, since)


def _networks(plan: Plan, folder: Path) -> list[Path]:
    """The networks whose nodes may be anybody's."""
    endpoints = (each for model in plan.models.values() for each in model.endpoints)
    named = (each.network for each in endpoints if isinstance(each, Nodes) and each.trust == "any")
    return [folder / name for name in dict.fromkeys(named)]


def _seed(store: Store) -> int:
    """Which answers are looked at twice must be nobody's guess, and the same when a run goes on."""
    seed = store.get("referee")
    if seed is None:
        seed = secrets.randbits(62)
        store.set("referee", seed)
    return int(seed)
