"""Which value each slot gets, so that all of the first n slots together have the shares wanted, whatever n is.

A value with the share p has its k-th slot between (k - 1) / p and k / p: the windows of Pfair scheduling (Baruah,
Cohen, Plaxton and Varvel 1996, Proportionate progress). Whoever keeps them stays within one slot of n p, for every n.
Among the values that can come next without making a later window impossible, the one is taken that is most wanting
beside the values that the slot has of other fields, so that fields are independent of one another; chance decides ties.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parhelion.describing.plan.shares import Floats

FAR = 1000  # slots that are looked ahead; rarer values wait until their window ends within them
_SLACK = 1e-9

Bools = npt.NDArray[np.bool_]


class Track:
    """The slots of one field.

    shares: of its values. beside: for each field before it that it is to be independent of, or that it depends on, the
    share of each pair of values; a pair with the share 0 never comes. rng: decides ties.
    """

    rng: np.random.Generator

    def __init__(self, shares: Floats, beside: Sequence[Floats]) -> None:
        self.shares, self.beside = shares, beside
        self.counts = np.zeros(len(shares), np.int64)
        self._pairs = [np.zeros(table.shape, np.int64) for table in beside]

    def next(self, others: Sequence[int]) -> int:
        """The value of the next slot. others: those that it has of the fields in `beside`."""
        slot = int(self.counts.sum()) + 1
        possible = np.logical_and.reduce([self.shares > 0, *self._rows_above_0(others)])
        timely = timely_values(self.shares, self.counts, slot)
        if not (timely & possible).any():
            chosen = int(np.where(possible, slot * self.shares - self.counts, -np.inf).argmax())
        else:
            wanting = sum((slot * table[at] - pairs[at] for table, pairs, at in self._beside(others)), np.zeros(1))
            score = wanting + self.rng.random(len(self.shares)) / 2
            chosen = int(np.where(timely & possible, score, -np.inf).argmax())
        self.counts[chosen] += 1
        for _, pairs, at in self._beside(others):
            pairs[at, chosen] += 1
        return chosen

    def took(self, chosen: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> None:
        """Many slots have got these values. others: a row for each field in `beside`, with their values of it."""
        self.counts += np.bincount(chosen, minlength=len(self.shares))
        for pairs, other in zip(self._pairs, others, strict=True):
            np.add.at(pairs, (other, chosen), 1)

    def _beside(self, others: Sequence[int]) -> Sequence[tuple[Floats, npt.NDArray[np.int64], int]]:
        return list(zip(self.beside, self._pairs, others, strict=True))

    def _rows_above_0(self, others: Sequence[int]) -> list[Bools]:
        return [table[at] > 0 for table, _, at in self._beside(others)]


def timely_values(shares: Floats, counts: npt.NDArray[np.int64], slot: int) -> Bools:
    """Which values the slot can have, so that all windows are kept now and can be kept later.

    Those whose window has begun, and ends no later than the first slot up to which every place is already spoken for.

    >>> timely_values(np.array([0.5, 0.25, 0.25]), np.array([1, 0, 0]), 2)
    array([False,  True,  True])
    >>> timely_values(np.array([0.5, 0.25, 0.25]), np.array([1, 1, 0]), 3)
    array([ True, False,  True])
    """
    begun = (shares > 0) & (counts < slot * shares - _SLACK)
    ends = np.full(len(shares), np.inf)
    ends[begun] = np.ceil((counts[begun] + 1) / shares[begun] - _SLACK)
    if not begun.any():
        return begun
    farthest = int(min(ends[begun].max(), slot + FAR))
    ahead = np.arange(slot, farthest + 1)
    due = np.maximum(np.floor(ahead[:, None] * shares + _SLACK) - counts, 0).sum(axis=1)
    full = np.flatnonzero(due >= ahead - slot + 1)
    found: Bools = begun & (ends <= (ahead[full[0]] if len(full) else farthest))
    return found if found.any() else begun & (ends == ends.min())
