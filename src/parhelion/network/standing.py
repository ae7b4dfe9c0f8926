"""What is known of a node from how its answers fared, and where that is kept between runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from parhelion.network.folder import Folder, read_json, write_private
from parhelion.network.status import Standing

LEAST = 0.05  # of the answers of a node are looked at twice, however many were good
NEWCOMER = 0.25  # of those of a node that is not proven
GOOD = 10  # answers in a row that nothing speaks against, before a node is proven
TEXT = 3.0  # nats that two texts which agree say for those who gave them
CREDIT = 3 * TEXT  # of checks that speak for it, which it needs as well
UNCLEAR = 1.0  # nats of doubt for those who disagree where nobody can tell who is right
FALL = 6.0  # nats of doubt at which a node falls: two texts that do not agree, in a row or nearly
MARKS = 20  # good checks before the last one: what was answered before them stays when a node falls


class Record(BaseModel):
    """How a node stands. valid: answers in a row that nothing spoke against. checks: those it passed.

    credit, doubt: nats; what checks said for it since it last failed one, and against it since it was last above doubt.
    owed: it could not be looked at when it should have been. fallen: why it is asked no more, or ``.
    marks: for each project, where it was at its last good checks. out: checks of it that have not ended.
    """

    model_config = ConfigDict(extra="forbid")

    valid: int = Field(0, ge=0)
    checks: int = Field(0, ge=0)
    credit: float = Field(0.0, ge=0)
    doubt: float = Field(0.0, ge=0)
    owed: bool = False
    proven: bool = False
    fallen: str = ""
    marks: dict[str, list[int]] = {}
    out: int = Field(0, exclude=True)

    def rate(self) -> float:
        """How likely its next answer is to be looked at twice: max(5 %, one in the number of good ones in a row).

        >>> [Record(valid=valid, proven=True).rate() for valid in (0, 1, 9, 500)], Record(valid=9).rate()
        ([1.0, 0.5, 0.1, 0.05], 0.25)
        >>> Record(valid=500, proven=True, doubt=4).rate()
        1.0
        """
        if self.doubt > UNCLEAR or self.owed:
            return 1.0
        enough = self.proven or self.credit + TEXT * self.out >= CREDIT
        return max(LEAST if enough else NEWCOMER, 1 / (1 + self.valid))

    @property
    def held(self) -> bool:
        """Whether what it answers must wait."""
        return not self.proven

    def passed(self, nats: float, project: str, mark: int) -> None:
        """A check speaks for it."""
        self.checks, self.owed = self.checks + 1, False
        self.credit, self.doubt = self.credit + nats, max(0.0, self.doubt - nats / TEXT)
        self.marks.setdefault(project, []).append(mark)
        del self.marks[project][:-MARKS]

    def failed(self, nats: float) -> bool:
        """A check speaks against it. Whether that is too much."""
        self.valid, self.owed, self.credit, self.proven = 0, False, 0.0, False
        self.doubt += nats
        return self.doubt >= FALL

    def unclear(self) -> None:
        """It does not agree with somebody, and nobody can tell who is right. However often, that alone is no fall."""
        self.valid, self.credit, self.proven, self.doubt = 0, 0.0, False, max(self.doubt, UNCLEAR)

    @property
    def ready(self) -> bool:
        """Whether it has shown enough to be proven, and is not."""
        unproven = not (self.fallen or self.proven or self.doubt or self.out)
        return unproven and self.valid >= GOOD and self.credit >= CREDIT

    def prove(self) -> bool:
        """Whether it is above doubt from now on, and was not before."""
        self.proven = self.proven or self.ready
        return self.proven

    def since(self, project: str) -> int:
        """From where on nothing counts if it falls: a node that failed one check may have been lucky at those before.

        What answered badly one time in ten passes twenty checks in a row with a chance of 12 %.
        """
        marks = self.marks.get(project, [])
        return marks[0] if len(marks) == MARKS else 0

    def shown(self) -> Standing:
        """In words."""
        if self.fallen:
            return Standing("fallen", f"{self.fallen}; not asked until it is invited anew")
        if self.doubt:
            return Standing("doubted", "a check spoke against it; its rows are held, and all it answers is checked")
        if not self.proven:
            good = min(self.valid, GOOD)
            return Standing("new", f"its rows are held: {good} of {GOOD} answers good, {self.checks} checked by others")
        return Standing("proven")


class Book(Protocol):
    """Where records outlive a run."""

    def read(self) -> Mapping[str, Mapping[str, Any]]:
        """What was kept, by the nodes' names; each is what JSON can say."""
        ...

    def keep(self, name: str, record: Mapping[str, Any]) -> None:
        """Keep one."""
        ...


class Forgetful:
    """A book for one run."""

    def read(self) -> Mapping[str, Mapping[str, Any]]:
        """Nothing."""
        return {}

    def keep(self, name: str, record: Mapping[str, Any]) -> None:
        """Nothing is kept."""


class _Page(BaseModel):
    """What is kept of one invitation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    invited: datetime
    record: Record


class _Pages(BaseModel):
    """trust.json."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nodes: dict[str, _Page] = {}


def standings(folder: Folder) -> dict[str, Standing]:
    """How far the nodes of a network are trusted, by what all projects that use it have seen."""
    kept = FolderBook(folder).read()
    return {name: Record.model_validate(record).shown() for name, record in kept.items()}


class FolderBook:
    """A book in a network's folder, shared by all projects that use it. Who is invited anew begins anew."""

    def __init__(self, folder: Folder) -> None:
        self._folder, self._file = folder, folder.path / "trust.json"

    def read(self) -> dict[str, dict[str, Any]]:
        """Of those that belong to the network."""
        members = self._folder.nodes()
        return {
            name: page.record.model_dump()
            for name, page in self._pages().nodes.items()
            if name in members and members[name].invited == page.invited
        }

    def keep(self, name: str, record: Mapping[str, Any]) -> None:
        """Keep one; nothing where the node no longer belongs to the network."""
        member = self._folder.nodes().get(name)
        if member is None:
            return
        with self._folder.alone("trusting"):
            pages = {**self._pages().nodes, name: _Page(invited=member.invited, record=Record.model_validate(record))}
            write_private(self._file, _Pages(nodes=pages).model_dump_json(indent=1) + "\n")

    def _pages(self) -> _Pages:
        return read_json(self._file, _Pages) if self._file.exists() else _Pages()
