"""What is found: where it stands, what it is, and how two of them are compared."""

import re
import unicodedata
from typing import NamedTuple

from parhelion.personal.marks import Sort

_NUMERIC = frozenset({"phone", "iban", "credit_card", "national_id", "code", "postcode"})
_ALIKE = 9
"""Numbers that agree in so many last digits are one, written with or without the codes before it."""


class Value(NamedTuple):
    """A personal value of a text: `text[start:end]`, places counted in code points."""

    start: int
    end: int
    sort: Sort
    text: str


def normal_value(sort: Sort, value: str) -> str:
    """How values are compared: however they are written, the same ones are equal.

    >>> normal_value("phone", "+44 20 7946 0123") == normal_value("phone", "(020) 7946-0123")
    True
    >>> normal_value("email", "John.Smith@Example.com"), normal_value("code", "ZX81-Q77")
    ('john.smith@example.com', 'zx81q77')
    """
    plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    if sort not in _NUMERIC:
        return plain
    signs = re.sub(r"[\W_]", "", plain)
    return signs[-_ALIKE:] if signs.isdigit() else signs
