"""Calls: each is written down before it is made, and what it cost after; the ledger is their sum."""

from dataclasses import dataclass
from typing import Final

from parhelion.describing.store.database import Database
from parhelion.llm.contract import Failing, Reply, Usage

ANSWERED: Final = "answered"
FAILED: Final = "failed"  # for no reason that has a name: it was called off
LOST: Final = "lost"  # the process ended while the call was under way


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """The calls of one field to one model at one endpoint.

    read, written: tokens, as the servers reported them. cost: pico-dollars. lost: calls whose end nobody saw, as the
    process was killed; their whole reservations are in `cost`, and given by themselves in `lost_cost`.
    """

    field: str
    model: str
    endpoint: str
    calls: int
    failed: int
    read: int
    written: int
    cost: int
    lost: int
    lost_cost: int


class Calls:
    """The journal of calls (see `llm.contract.Journal`), and the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._database.run("UPDATE calls SET cost = reserved, ended = ? WHERE ended IS NULL", (LOST,))

    def known(self, key: str) -> Reply | None:
        """The reply to a call that was made before, until the cell that it was for is kept."""
        found = self._database.one(
            "SELECT text, read, written, endpoint, finish, seconds FROM replies WHERE key = ?", (key,)
        )
        return found and Reply(found[0], Usage(found[1], found[2]), *found[3:])

    def opened(self, key: str, *, field: str, model: str, endpoint: str, reserved: int) -> int:
        """A call is about to be made, and may cost `reserved` pico-dollars. Returns its number."""
        number = self._database.run(
            "INSERT INTO calls (key, field, model, endpoint, reserved) VALUES (?, ?, ?, ?, ?)",
            (key, field, model, endpoint, reserved),
        ).lastrowid
        assert number is not None
        return number

    def closed(self, number: int, *, cost: int, reply: Reply | None, failing: Failing | None = None) -> None:
        """The call has ended: with a reply, or failing."""
        read, written = reply.usage if reply else (0, 0)
        answered = reply is not None and failing is None
        with self._database.writing():
            changed = self._database.run(
                "UPDATE calls SET cost = ?, read = ?, written = ?, ended = ? WHERE number = ? AND ended IS NULL",
                (cost, read, written, ANSWERED if answered else str(failing or FAILED), number),
            )
            assert changed.rowcount == 1, f"call {number} was closed before, or never opened"
            if reply is not None and answered:
                # Of two calls with one key (a hedged one), the first answer is the one that is known.
                self._database.run(
                    "INSERT OR IGNORE INTO replies SELECT key, ?, ?, ?, ?, ?, ? FROM calls WHERE number = ?",
                    (reply.endpoint, reply.text, read, written, reply.finish, reply.seconds, number),
                )

    def ledger(self) -> list[LedgerLine]:
        """What was asked of whom and what it cost, of all calls that have ended. Their sums are exactly the calls'."""
        lines = self._database.all(
            "SELECT field, model, endpoint, count(*), sum(ended NOT IN (?, ?)), sum(read), sum(written), sum(cost), "
            "sum(ended = ?), sum(iif(ended = ?, cost, 0)) FROM calls WHERE ended IS NOT NULL "
            "GROUP BY field, model, endpoint ORDER BY field, model, endpoint",
            (ANSWERED, LOST, LOST, LOST),
        )
        return [LedgerLine(*line) for line in lines]

    def costs(self) -> dict[str, int]:
        """Pico-dollars by field, of all calls that have ended: far quicker than the ledger."""
        return dict(self._database.all("SELECT field, sum(cost) FROM calls WHERE ended IS NOT NULL GROUP BY field"))

    def cost_of(self, key: str) -> int:
        """Pico-dollars of the calls `key:…` that have ended: what an answer has cost when it was made."""
        cost: int = self._database.one(
            "SELECT coalesce(sum(cost), 0) FROM calls WHERE key > ? AND key < ? AND ended IS NOT NULL",
            (f"{key}:", f"{key};"),
        )[0]
        return cost

    def spent(self) -> int:
        """Pico-dollars of all calls that have ended; a lost call counts with its whole reservation."""
        spent: int = self._database.one("SELECT coalesce(sum(cost), 0) FROM calls WHERE ended IS NOT NULL")[0]
        return spent
