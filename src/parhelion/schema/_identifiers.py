"""Identifiers: the pattern that their values share, and the check digit they end with."""

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema._facts import Facts, spread
from parhelion.schema._moments import matrix

Check = Literal["luhn", "ean", "iban", "isbn", "verhoeff", "damm", "mod97"]
UUID = r"^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$"
WIDEST = 64
_DIGIT, _HEX_LOWER, _LOWER, _HEX_UPPER, _UPPER, _OTHER = 1, 2, 4, 8, 16, 32
_SPECIAL = set("9AaxX*\\")


def _classes() -> npt.NDArray[np.uint8]:
    table = np.full(256, _OTHER, dtype=np.uint8)
    table[ord("0") : ord("9") + 1] = _DIGIT
    table[ord("a") : ord("z") + 1] = _LOWER
    table[ord("a") : ord("f") + 1] = _HEX_LOWER
    table[ord("A") : ord("Z") + 1] = _UPPER
    table[ord("A") : ord("F") + 1] = _HEX_UPPER
    return table


_CLASS = _classes()


def pattern_of(values: pa.Array) -> str | None:
    """The pattern that all of these different texts have (see IdentifierColumn); None where widths or signs differ.

    >>> pattern_of(pa.array(["INV-00012", "INV-00345", "INV-10999"]))
    'INV-99999'
    >>> pattern_of(pa.array(["AX9", "BX8"])), pattern_of(pa.array(["a", "bb"])), pattern_of(pa.array(["a-b", "a.b"]))
    ('A\\\\X9', None, None)
    """
    lengths = pc.min_max(pc.binary_length(values))
    width = lengths["max"].as_py()
    if not width or lengths["min"].as_py() != width or width > WIDEST or not pc.all(pc.string_is_ascii(values)).as_py():
        return None
    cells, _ = matrix(values, width)
    same = (cells == cells[0]).all(axis=0)
    seen = np.bitwise_or.reduce(_CLASS[cells], axis=0)
    signs = [_sign(int(kind), chr(cells[0, place]), bool(same[place])) for place, kind in enumerate(seen)]
    return None if None in signs else _counters("".join(sign for sign in signs if sign))


def _sign(seen: int, literal: str, same: bool) -> str | None:
    if same:
        return "\\" + literal if literal in _SPECIAL else literal
    if seen & _OTHER:
        return None
    if seen == _DIGIT:
        return "9"
    letters = seen & ~_DIGIT
    lower, upper = not letters & (_UPPER | _HEX_UPPER), not letters & (_LOWER | _HEX_LOWER)
    if letters == seen and (lower or upper):
        return "a" if lower else "A"
    if letters == _HEX_LOWER:
        return "x"
    return "X" if letters == _HEX_UPPER else "*"


def _counters(pattern: str) -> str:
    r"""Fixed digits beside varying ones are a counter's, and may vary too: `00099` is `99999`. `\9` is a fixed nine."""
    return re.sub(r"(?:\\9|[0-9])+", lambda run: _free(run[0]), pattern)


def _free(run: str) -> str:
    digits = re.findall(r"\\9|[0-9]", run)
    return "9" * len(digits) if "9" in digits else run


def check_of(values: pa.Array) -> Check | None:
    """The algorithm of the check digit that (nearly) all of these different texts end with.

    >>> check_of(pa.array([f"4000000000{n:05}{'0'}" for n in range(50)])) is None
    True
    """
    few = [re.sub(r"[\s-]", "", value) for value in spread(values, 500).to_pylist()]
    widths = {len(value) for value in few}
    if len(few) < 20 or min(widths) < 6 or max(widths) > 34:
        return None
    for name, valid in _checks(widths):
        if sum(map(valid, few)) >= 0.99 * len(few):
            return name
    return None


def _checks(widths: set[int]) -> list[tuple[Check, Callable[[str], bool]]]:
    """The algorithms that fit these widths, the rarer shapes first."""
    from stdnum import damm, ean, iban, isbn, luhn, verhoeff  # noqa: PLC0415  # slow to import, and rarely needed
    from stdnum.iso7064 import mod_97_10  # noqa: PLC0415  # the same

    found: list[tuple[Check, Callable[[str], bool]]] = [("iban", iban.is_valid)]
    if widths <= {10, 13}:
        found.append(("isbn", isbn.is_valid))
    if widths <= {8, 12, 13, 14}:
        found.append(("ean", ean.is_valid))
    found += [("luhn", luhn.is_valid), ("verhoeff", verhoeff.is_valid), ("damm", damm.is_valid)]
    return [*found, ("mod97", mod_97_10.is_valid)]


def unique(facts: Facts) -> bool:
    """Does no value come twice? (A glance settles most columns.)"""
    return len(pc.unique(facts.glance)) == len(facts.glance) and facts.different == facts.many


def running(facts: Facts) -> bool:
    """Are these integers a range without gaps or repeats, such as 1 .. n in any order?"""
    ends = pc.min_max(facts.values)
    return int(ends["max"].as_py()) - int(ends["min"].as_py()) + 1 == facts.many and unique(facts)
