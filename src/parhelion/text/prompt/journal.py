"""The calls of one engine, written down as they are made: what they cost counts against its budget."""

from itertools import count

from parhelion.llm.contract import Failing, Reply


class Calls:
    """A journal of calls that nobody goes on with later. spent: the costs of all calls, which it adds to."""

    def __init__(self, spent: list[int]) -> None:
        self._spent, self._numbers, self._known = spent, count(1), dict[str, Reply]()
        self._keys: dict[int, str] = {}

    def known(self, key: str) -> Reply | None:
        return self._known.get(key)

    def opened(self, key: str, *, field: str, model: str, endpoint: str, reserved: int) -> int:
        del field, model, endpoint, reserved
        number = next(self._numbers)
        self._keys[number] = key
        return number

    def closed(self, number: int, *, cost: int, reply: Reply | None, failing: Failing | None = None) -> None:
        del failing
        self._spent.append(cost)
        if reply is not None:
            self._known[self._keys[number]] = reply
