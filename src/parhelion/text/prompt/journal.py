"""The calls of one engine, written down as they are made: what they cost counts against its budget."""

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parhelion.llm.contract import Failing, Reply


@dataclass
class Ledger:
    """What came of all calls of an engine: their cost in pico-dollars, and how many answers could be used."""

    spent: int = 0
    usable: int = 0


class Calls:
    """A journal of calls that nobody goes on with later."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._numbers, self._known = ledger, count(1), dict[str, "Reply"]()
        self._keys: dict[int, str] = {}

    def known(self, key: str) -> "Reply | None":
        return self._known.get(key)

    def opened(self, key: str, *, field: str, model: str, endpoint: str, reserved: int) -> int:
        del field, model, endpoint, reserved
        number = next(self._numbers)
        self._keys[number] = key
        return number

    def closed(self, number: int, *, cost: int, reply: "Reply | None", failing: "Failing | None" = None) -> None:
        del failing
        self._ledger.spent += cost
        if reply is not None:
            self._known[self._keys[number]] = reply
