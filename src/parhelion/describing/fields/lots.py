"""Chance that belongs to a place: the same plan, field, slot and attempt draw the same, in whatever order they come."""

from hashlib import blake2b

from parhelion.describing.contract import Place

BLOCK = 256
"""Slots whose people or rows of a model are drawn together: one by one they would take a hundred times as long."""
_WHOLE = 1 << 53


class Lots:
    """The lots of one field.

    >>> lots = Lots(0, "age")
    >>> lots.uniform(Place(3, 0)) == Lots(0, "age").uniform(Place(3, 0)) != lots.uniform(Place(3, 1))
    True
    """

    def __init__(self, seed: int, field: str) -> None:
        self._begun = blake2b(f"{seed}/{field}".encode(), digest_size=16)

    def number(self, *parts: int) -> int:
        """128 even bits of any whole numbers."""
        hashed = self._begun.copy()
        hashed.update(",".join(map(str, parts)).encode())
        return int.from_bytes(hashed.digest())

    def below(self, bound: int, place: Place) -> int:
        """0 .. bound - 1, each alike; bound < 2^64, so that they differ by less than 2^-64."""
        return self.number(*place) % bound

    def uniform(self, place: Place) -> float:
        """Above 0 and below 1."""
        return (self.number(*place) % _WHOLE + 0.5) / _WHOLE
