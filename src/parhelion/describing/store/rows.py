"""Rows: every candidate there ever was, and what became of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from parhelion.describing.contract import Fact, Place, Row, State
from parhelion.describing.store.database import Database
from parhelion.describing.store.values import text_of, value_of
from parhelion.errors import DataError, nearest

_PAGE = 200
_ROW = (
    'SELECT slot, attempt, state, "values", field, reason, raw, stratum, (SELECT json_group_array(key) FROM ('
    "SELECT key FROM links JOIN cells ON cells.number = cell WHERE row = rows.number ORDER BY position)) FROM rows "
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many candidates there are, and what became of them; rejected: by the field where they ended.

    candidates == accepted + sum(rejected.values()) + pending + held, always.
    """

    candidates: int
    accepted: int
    rejected: Mapping[str, int]
    pending: int
    held: int


class Rows:
    """The part of a store that keeps rows. A run is one plan's: rows are counted within it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run: str, plan_yaml: str) -> None:
        """Begin a run, or go on with it; its plan is the one given last."""
        self._database.run(
            "INSERT INTO runs (name, plan) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET plan = excluded.plan",
            (run, plan_yaml),
        )

    def plan(self, run: str) -> str:
        """The plan of a run, as it was given."""
        text: str = self._database.one("SELECT plan FROM runs WHERE number = ?", (self.run_number(run),))[0]
        return text

    def run_number(self, run: str) -> int:
        """Raises DataError where the run was not begun."""
        found = self._database.one("SELECT number FROM runs WHERE name = ?", (run,))
        if found is None:
            runs = [name for (name,) in self._database.all("SELECT name FROM runs ORDER BY number")]
            raise DataError(f"the project has no run {run!r}{nearest(run, runs)}; begin it first")
        number: int = found[0]
        return number

    def put_row(self, run: str, row: Row) -> State:
        """Keep a row in place of what its place held. Returns the state that it has now.

        That is the row's own for a rejected and a pending one, and one without cells. Any other is `pending` where one
        of its cells has been withdrawn meanwhile, else `held` where one is held, else `accepted`. Raises DataError
        where its slot has another candidate that is not rejected.
        """
        with self._database.writing():
            number, cells = self.run_number(run), self._cells(row)
            row = _settled(row, cells)
            self._alone(run, number, row)
            old = self._database.one(
                "SELECT number FROM rows WHERE run = ? AND slot = ? AND attempt = ?", (number, *row.place)
            )
            key = self._write(number, row) if old is None else self._rewrite(old[0], number, row)
            for position, cell in enumerate(row.cells):
                self._database.run("INSERT INTO links VALUES (?, ?, ?)", (key, position, cells[cell][0]))
            if row.state != "rejected":
                for mark in {fact_mark(each) for each in facts_of(row.values)}:
                    self._database.run("INSERT INTO uses VALUES (?, ?)", (key, mark))
        return row.state

    def row(self, run: str, place: Place) -> Row | None:
        """The candidate at a place."""
        found = self._database.one(f"{_ROW} WHERE run = ? AND slot = ? AND attempt = ?", (self.run_number(run), *place))
        return found and _row(found)

    def rows(self, run: str, state: State | None = None) -> Iterator[Row]:
        """The rows of a run (`state`: in this state) by slot and attempt. Few are in memory at a time."""
        number, last = self.run_number(run), Place(-1, -1)
        which, given = ("", (number,)) if state is None else ("AND state = ?", (number, state))
        page = f"{_ROW} WHERE run = ? {which} AND (slot, attempt) > (?, ?) ORDER BY slot, attempt LIMIT {_PAGE}"
        while found := self._database.all(page, (*given, *last)):
            last = Place(*found[-1][:2])
            yield from map(_row, found)

    def counts(self, run: str) -> Counts:
        """What became of the candidates of a run."""
        found = self._database.all(
            "SELECT state, field, count(*) FROM rows WHERE run = ? GROUP BY state, field", (self.run_number(run),)
        )
        by_state: Counter[str] = Counter()
        for state, _, count in found:
            by_state[state] += count
        rejected = {field: count for state, field, count in found if state == "rejected"}
        return Counts(by_state.total(), by_state["accepted"], rejected, by_state["pending"], by_state["held"])

    def rejects(self, run: str) -> list[tuple[str, str, int]]:
        """Why rows were rejected: field, reason and how many, the most frequent first."""
        return self._database.all(
            "SELECT field, reason, count(*) AS times FROM rows WHERE run = ? AND state = 'rejected' "
            "GROUP BY field, reason ORDER BY times DESC, field, reason",
            (self.run_number(run),),
        )

    def stratum_counts(self, run: str, field: str, states: Sequence[State] = ("accepted",)) -> Counter[Any]:
        """How many rows in these states have each value of a field that the set is spread over."""
        given = ", ".join("?" * len(states))
        found = self._database.all(
            f"SELECT stratum, count(*) FROM rows WHERE run = ? AND state IN ({given}) GROUP BY stratum",  # noqa: S608
            (self.run_number(run), *states),
        )
        counts: Counter[Any] = Counter()
        for stratum, count in found:
            value = value_of(stratum).get(field)
            if value is not None:
                counts[value] += count
        return counts

    def open_places(self, run: str, rows: int) -> list[Place]:
        """What is still to be made of the slots 0 to `rows` - 1, by slot.

        A slot whose row is accepted or held has none. One with a pending row has the place of that row, and any
        other the next attempt.
        """
        number = self.run_number(run)
        done = {slot for state in ("accepted", "held") for slot, _ in self._places(number, state, rows)}
        pending = dict(self._places(number, "pending", rows))
        tried = dict(self._places(number, "rejected", rows))
        return [
            Place(slot, pending[slot] if slot in pending else tried.get(slot, -1) + 1)
            for slot in range(rows)
            if slot not in done
        ]

    def filled(self, run: str, rows: int) -> int:
        """How many of the slots 0 to `rows` - 1 have an accepted row."""
        return len(self._places(self.run_number(run), "accepted", rows))

    def uses(self, run: str) -> dict[str, int]:
        """How many rows that are not rejected rest on each fact, by `fact_mark`."""
        return dict(
            self._database.all(
                "SELECT fact, count(*) FROM uses JOIN rows ON rows.number = uses.row WHERE run = ? GROUP BY fact",
                (self.run_number(run),),
            )
        )

    def _places(self, number: int, state: str, rows: int) -> list[tuple[int, int]]:
        return self._database.all(
            "SELECT slot, attempt FROM rows WHERE run = ? AND state = ? AND slot < ? ORDER BY slot, attempt",
            (number, state, rows),
        )

    def _cells(self, row: Row) -> dict[str, tuple[int, bool]]:
        """Number and held of each cell of a row, as far as they are kept."""
        found = (self._database.one("SELECT key, number, held FROM cells WHERE key = ?", (key,)) for key in row.cells)
        return {each[0]: (each[1], bool(each[2])) for each in found if each}

    def _alone(self, run: str, number: int, row: Row) -> None:
        other = row.state != "rejected" and self._database.one(
            "SELECT attempt, state FROM rows WHERE run = ? AND slot = ? AND state != 'rejected' AND attempt != ?",
            (number, *row.place),
        )
        if other:
            slot, attempt = row.place
            raise DataError(
                f"row {slot}.{attempt} of run {run!r} cannot be {row.state}: {slot}.{other[0]} is {other[1]}, and a "
                "slot has one candidate at a time that is not rejected"
            )

    def _write(self, number: int, row: Row) -> int:
        key = self._database.run(
            'INSERT INTO rows (state, field, reason, raw, stratum, "values", run, slot, attempt) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_told(row), number, *row.place),
        ).lastrowid
        assert key is not None
        return key

    def _rewrite(self, key: int, number: int, row: Row) -> int:
        self._database.run(
            'UPDATE rows SET state = ?, field = ?, reason = ?, raw = ?, stratum = ?, "values" = ? WHERE number = ?',
            (*_told(row), key),
        )
        self._database.run("DELETE FROM links WHERE row = ?", (key,))
        self._database.run("DELETE FROM uses WHERE row = ?", (key,))
        if row.state not in {"accepted", "held"}:
            forget_text(self._database, number, row.place)
        return key


def fact_mark(fact: Fact | Mapping[str, Any]) -> str:
    """What tells a fact from others, whether it is one or the value of a field.

    >>> fact_mark({"statement": "Wheels are archives.", "quote": "a wheel is a ZIP archive", "url": "pep-0427"})
    '01314e03fc45fed28db1393832dd8571'
    """
    if isinstance(fact, Fact):
        parts = (fact.url, fact.quote, fact.statement)
    else:
        parts = (fact["url"], fact["quote"], str(fact.get("statement", "")))
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=16).hexdigest()


def facts_of(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The values of a row that are facts: objects with a quote and the URL of the page that has it."""
    for value in values.values():
        if isinstance(value, Mapping) and isinstance(value.get("quote"), str) and isinstance(value.get("url"), str):
            yield value


def forget_text(database: Database, run: int, place: Place) -> None:
    """Let a row's text no longer be one that others are compared with."""
    found = database.one("SELECT bands FROM texts WHERE run = ? AND slot = ? AND attempt = ?", (run, *place))
    if found:
        database.many(
            "DELETE FROM bands WHERE run = ? AND hash = ? AND slot = ? AND attempt = ?",
            ((run, band, *place) for band in memoryview(found[0]).cast("q")),
        )
        database.run("DELETE FROM texts WHERE run = ? AND slot = ? AND attempt = ?", (run, *place))


def _settled(row: Row, cells: Mapping[str, tuple[int, bool]]) -> Row:
    """The row in the state that its cells allow."""
    if row.state == "rejected":
        return replace(row, cells=tuple(key for key in row.cells if key in cells))
    if any(key not in cells for key in row.cells):
        return Row(row.place, "pending", {}, stratum=row.stratum)
    if row.state == "pending" or not row.cells:
        return row
    return replace(row, state="held" if any(held for _, held in cells.values()) else "accepted")


def _told(row: Row) -> tuple[str, ...]:
    where = f"row {row.place.slot}.{row.place.attempt}"
    return (
        row.state, row.field, row.reason, row.raw,
        text_of(dict(row.stratum), f"the stratum of {where}"), text_of(dict(row.values), where),
    )  # fmt: skip


def _row(found: tuple[Any, ...]) -> Row:
    slot, attempt, state, values, field, reason, raw, stratum, cells = found
    keys = tuple(value_of(cells))
    return Row(Place(slot, attempt), state, value_of(values), field, reason, raw, value_of(stratum), keys)
