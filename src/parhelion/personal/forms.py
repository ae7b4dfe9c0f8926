"""The forms of values: what of their look is kept because many share it.

A form is written with one sign for each place: `9` a digit, `1` a digit that is no zero, `0` a zero, `A` and `a` a
letter, anything else itself.
"""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.codecs.keyed import Words, key_of
from parhelion.codecs.shapes import Shape, as_texts, parse_pattern

FORM = re.compile(r"[019Aa .\-/_+()#:,*=]{1,40}")
_NONZERO = "123456789"


def form_of(value: str) -> str | None:
    """The form of a value; None where it holds anything but letters of a to z, digits and what parts them.

    >>> form_of("AB-0812"), form_of("+44 20"), form_of("x" * 50)
    ('AA-0199', '+19 19', None)
    """
    digits = re.sub(r"(?<!\d)([1-9])(\d*)", lambda found: "1" + "9" * len(found[2]), value)
    digits = re.sub(r"(?<![\d])(0+)(\d*)", lambda found: found[1] + _following(found[2]), digits)
    form = re.sub(r"[a-z]", "a", re.sub(r"[B-Z]", "A", digits))
    return form if FORM.fullmatch(form) else None


def _following(digits: str) -> str:
    return "1" + "9" * (len(digits) - 1) if digits else ""


def written(form: str, lots: Words, key: int) -> pa.Array:
    """A text of a form for each lot (large strings)."""
    places = tuple(_NONZERO if sign == "1" else parse_pattern(sign)[0] if sign in "9Aa" else sign for sign in form)
    shape = Shape(places, 1)
    space = np.uint64(min(shape.space(frozenset()), 2**62))
    return as_texts(shape.write(lots % space, frozenset(), key_of(key, len(form))), len(lots))


def shared_forms(forms: Iterable[tuple[str, int]], protect: int, most: int = 60) -> dict[str, int]:
    """The forms that at least `protect` owners share, and how many do, the most frequent first.

    >>> shared_forms([("99", owner) for owner in range(12)] + [("AA", 1)] * 50, protect=10)
    {'99': 12}
    """
    owners: dict[str, set[int]] = {}
    for form, owner in forms:
        owners.setdefault(form, set()).add(owner)
    kept = sorted(((form, len(by)) for form, by in owners.items() if len(by) >= protect), key=lambda each: -each[1])
    return dict(kept[:most])


def chosen(weights: dict[str, int], many: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Which of some forms each of many values has."""
    share = np.array(list(weights.values()), float)
    return rng.choice(len(share), many, p=share / share.sum())
