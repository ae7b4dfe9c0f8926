"""Which whole rows join the set: those that repeat none, and for which the quotas have room."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from parhelion.describing.contract import Place, Row
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.rows.candidate import Rejected
from parhelion.describing.rows.examples import as_text
from parhelion.describing.rows.meaning import Meaning, Twin
from parhelion.describing.rows.nearness import Nearness
from parhelion.describing.rows.reasons import DUPLICATES, FULL, REPEATS
from parhelion.describing.rows.tasks import Tasks
from parhelion.describing.store import Store
from parhelion.llm.embedding_server import Vector


class Gate:
    """Keeps the rows of a run. tasks: who is told what has become of a candidate.

    compared: the fields whose text must not repeat another row's; none where repeating is no fault. meaning: where it
    must not repeat it in other words either.
    """

    def __init__(
        self,
        run: str,
        store: Store,
        *,
        compared: Sequence[str],
        nearness: Nearness | None,
        quotas: Quotas,
        tasks: Sequence[Tasks],
        n: int,
        meaning: Meaning | None = None,
    ) -> None:
        self.run, self.store, self.compared, self.nearness, self.meaning = run, store, compared, nearness, meaning
        self.quotas, self.tasks, self.n = quotas, tasks, n
        self._spread = [*quotas.plan.quotas]
        self.count()

    def count(self) -> None:
        """Take what the quotas of written fields have from the store."""
        written = [name for name in self._spread if name not in self.quotas.scheduled]
        self._filled = {name: self.store.stratum_counts(self.run, name, ("accepted", "held")) for name in written}

    def new(self, values: Mapping[str, Any]) -> None:
        """Raises Rejected where an accepted row says nearly the same: told before judges are paid."""
        twin = self.nearness.twin_of(self.text(values)) if self.nearness is not None else None
        if twin is not None:
            raise Rejected(REPEATS, f"row {twin.slot}.{twin.attempt}", field=DUPLICATES)

    def unlike(self, place: Place, vector: Vector) -> None:
        """Raises Rejected where an accepted row means nearly the same."""
        assert self.meaning is not None
        _alone(self.meaning.twin_of(place, vector))

    def text(self, values: Mapping[str, Any]) -> str:
        """What is compared of a row."""
        return "\n".join(as_text(values[name]) for name in self.compared)

    def keep(self, row: Row) -> Row:
        """Write down what has become of a candidate; returns it in the state that it has now."""
        stratum = {name: row.values[name] for name in self._spread if name in row.values}
        row = replace(self._admitted(row), stratum=stratum)
        with self.store.writing():
            state = self.store.put_row(self.run, row)
            if self.nearness is not None and state in ("accepted", "held"):
                self.nearness.add(row.place, self.text(row.values))
        if self.meaning is not None:
            self.meaning.settle(row.place, kept=state in ("accepted", "held"))
        row = replace(row, state=state)
        self._fill(row)
        for tasks in self.tasks:
            tasks.told(row)
        return row

    def _admitted(self, row: Row) -> Row:
        if row.state == "rejected":
            return row
        try:
            self.new(row.values)
            if self.meaning is not None:
                _alone(self.meaning.later_twin_of(row.place))
            self._fits(row.values)
        except Rejected as fault:
            return replace(row, state="rejected", field=fault.field, reason=fault.reason, raw=fault.raw)
        return row

    def _fits(self, values: Mapping[str, Any]) -> None:
        for name, filled in self._filled.items():
            if not self.quotas.has_room(name, values[name], filled, self.n):
                raise Rejected(FULL, field=name)

    def _fill(self, row: Row) -> None:
        if row.state in ("accepted", "held"):
            for name, filled in self._filled.items():
                filled[row.stratum[name]] += 1


def _alone(twin: Twin | None) -> None:
    if twin is not None:
        where = f"row {twin.place.slot}.{twin.place.attempt}"
        raise Rejected(REPEATS, f"{where}, in other words (cosine {twin.cosine:.3f})", field=DUPLICATES)
