"""Money: what a call may cost is set aside before it is made, so that no budget can be overshot."""

from collections.abc import Callable

from parhelion.llm.contract import PICO, BudgetSpent


def dollars(pico: int) -> str:
    """An amount as people read it: in cents, or with three digits where it is small.

    >>> dollars(5 * PICO), dollars(PICO // 4000), dollars(27_958_500_000), dollars(3), dollars(-PICO)
    ('$5.00', '$0.00025', '$0.028', '$0.000000000003', '-$1.00')
    """
    places = max(3 - len(str(abs(pico))), -10)
    whole, part = divmod(abs(round(pico, places)), PICO)
    return f"{'-' if pico < 0 else ''}${whole}.{f'{part:012d}'.rstrip('0').ljust(2, '0')}"


class Budget:
    """What may be spent, was spent, and is set aside for calls in flight, in pico-dollars. limit: None is no limit.

    spent + reserved <= limit at all times, as long as no call costs more than was set aside for it.

    >>> budget = Budget(limit=10, spent=2)
    >>> budget.reserve(5)
    >>> budget.reserve(4)
    Traceback (most recent call last):
    parhelion.llm.contract.BudgetSpent: the next call may cost $0.000000000004 and $0.000000000003 of $0.00000000001
    is left ($0.000000000002 spent, $0.000000000005 set aside for calls in flight); give a larger budget to go on
    >>> budget.settle(5, cost=1)
    >>> budget.spent, budget.reserved, budget.left
    (3, 0, 7)
    """

    def __init__(self, limit: int | None, spent: int = 0) -> None:
        self.limit, self.spent, self.reserved = limit, spent, 0
        self._listeners: set[Callable[[], None]] = set()

    @property
    def left(self) -> int | None:
        """What is neither spent nor set aside; less than nothing where a server charged more than it could."""
        return None if self.limit is None else self.limit - self.spent - self.reserved

    def fits(self, most: int) -> bool:
        """Whether that much can be set aside now. What costs nothing always can."""
        return self.left is None or most <= max(self.left, 0)

    def could_fit(self, most: int) -> bool:
        """Whether it can be, now or once the calls in flight have cost less than was set aside for them."""
        return self.limit is None or most <= max(self.limit - self.spent, 0)

    def reserve(self, most: int) -> None:
        """Set aside what a call may cost at most; raises BudgetSpent."""
        if not self.fits(most):
            raise self.refusal(most)
        self.reserved += most

    def settle(self, reserved: int, cost: int) -> None:
        """A call has ended: give back what was set aside, and spend what it cost.

        A cost above what was set aside is spent in full: it is what the server says that it charges.
        """
        self.reserved -= reserved
        self.spent += cost
        listeners, self._listeners = self._listeners, set()
        for listener in listeners:
            listener()

    def when_settled(self, listener: Callable[[], None]) -> None:
        """Call it once, when the next call has been settled."""
        self._listeners.add(listener)

    def refusal(self, most: int) -> BudgetSpent:
        """What to raise where a call does not fit."""
        limit, left = self.limit or 0, max(self.left or 0, 0)
        aside = f", {dollars(self.reserved)} set aside for calls in flight" if self.reserved else ""
        return BudgetSpent(
            f"the next call may cost {dollars(most)} and {dollars(left)} of {dollars(limit)} is left "
            f"({dollars(self.spent)} spent{aside}); give a larger budget to go on"
        )
