"""Marks: one private character of Unicode stands for one personal value of a text.

A mark tells the sort of the value and which of the text's values of that sort it is, so that a name that comes twice
is one name. U+E000 is the first name of a person, 0th of its text; each sort has eight numbers.
"""

from typing import Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.compute as pc

Sort = Literal[
    "first_name", "last_name", "name", "email", "phone", "address", "postcode", "username", "iban", "credit_card",
    "national_id", "ip_address", "url", "code",
]  # fmt: skip
"""What a personal value is. code: an identifier, a password, or a number that few texts share."""

SORTS: tuple[Sort, ...] = get_args(Sort)
SLOTS = 8
FIRST, LAST = 0xE000, 0xE000 + SLOTS * len(SORTS) - 1
MARKED = f"[{chr(FIRST)}-{chr(LAST)}]"
"""The marks, as a regular expression's class of characters."""


class Mark(NamedTuple):
    """The sort of a value, and which of its text's values of that sort it is, 0 to 7."""

    sort: Sort
    slot: int


def mark(sort: Sort, slot: int) -> str:
    """The character that stands for a value; a text's ninth value of a sort is taken for its eighth.

    >>> mark("first_name", 0), read_mark(mark("email", 9))
    ('\\ue000', Mark(sort='email', slot=7))
    """
    return chr(FIRST + SORTS.index(sort) * SLOTS + min(slot, SLOTS - 1))


def read_mark(character: str) -> Mark:
    """What a mark stands for."""
    place, slot = divmod(ord(character) - FIRST, SLOTS)
    return Mark(SORTS[place], slot)


def unmarked(texts: pa.Array) -> pa.Array:
    """Texts whose own private characters cannot be taken for marks.

    >>> unmarked(pa.array(["a\\ue000b", None])).to_pylist()
    ['a\ufffdb', None]
    """
    return pc.replace_substring_regex(texts, MARKED, "\N{REPLACEMENT CHARACTER}")
