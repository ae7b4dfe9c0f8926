"""Numbers in text, whatever their spelling, and the decimal grid that numbers lie on."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _number_text
from parhelion.schema._facts import Facts, spread
from parhelion.schema.columns import NumberColumn

LONGEST = 60
FINEST = 10
_CURRENCY = (
    r"[$€£¥₹₽₩₺₴₦฿]|(?:US|A|C|CA|AU|NZ|HK|R|S)\$|EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|BRL|RUB|TRY|"
    r"ZAR|MXN|Fr\.?|kr\.?|zł|Kč|Ft|Rs\.?|lei"
)
_UNIT = (
    r"[%‰°]|°[CFK]|[kcmµn]?m|mi|miles|ft|in|yd|[kmµ]?g|t|lbs?|oz|[mcdh]?[lL]|gal|h|hrs?|mins?|s|secs?|ms|d|km/h|mph|m/s|"
    r"[kMG]?Wh?|k?V|m?A|[kMG]?Hz|[kKMGT]?B|px|dpi|dB|hPa|bar|psi|k?cal|k?J|m²|m2|km²|sqm|sqft|ha|m³|m3|pp[mb]|bpm|rpm|pt|x|K|M|k"
)
_POINTED = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"
_PREFIX = rf"^\s*(?:(?:{_CURRENCY})\s*)?$"
_SUFFIX = rf"^\s*(?:{_CURRENCY}|{_UNIT}|\s[a-zA-Z]{{2,8}})?\s*$"
_CELL = (
    r"^(?P<first>[-+\x{2212}(]?)(?P<prefix>[^0-9.,+\-\x{2212}()]{0,6})(?P<second>[-+\x{2212}]?)"
    r"(?P<body>[0-9.,](?:[0-9.,' \x{a0}\x{202f}]*[0-9.,])?(?:[eE][-+]?[0-9]+)?|[iI]nf(?:inity)?)"
    r"(?P<suffix>[^0-9)]{0,9})\)?$"
)
_END = r"(?:[eE][-+]?[0-9]+)?$|^[iI]nf(?:inity)?$"
# Marks of thousands and of decimals, the likely ones first: `1,234` is rather a thousand than three decimals.
_MARKS = (
    ("", "."), (",", "."), ("", ","), (".", ","), (" ", ","), (" ", "."), ("'", "."), ("'", ","),
    ("\u00a0", ","), ("\u00a0", "."), ("\u202f", ","), ("\u202f", "."),
)  # fmt: skip


def in_text(facts: Facts) -> Facts | None:
    """The numbers that all values of a text column are, and how they are spelled; None where some are no numbers."""
    plain = _plain(facts)
    if plain is not None:
        return plain
    if not facts.numeric or len(facts.meant) < 2 or pc.max(pc.binary_length(facts.meant)).as_py() > LONGEST:
        return None
    spelling = spelling_of(facts.meant)
    if spelling is None:
        return None
    trust = spelling.pop("trust")
    meaning = facts.meaning()
    numbers = _number_text.read(meaning.values, NumberColumn(name=facts.name, **spelling))
    if numbers.null_count:
        return None
    return meaning.having(values=numbers, fields=spelling, trust=facts.trust * trust)


def _plain(facts: Facts) -> Facts | None:
    """The common case at full speed: all cells are integers, spelled as integers usually are."""
    if not pc.all(pc.match_substring_regex(spread(facts.values, 20), "^(?:0|-?[1-9][0-9]{0,18})$")).as_py():
        return None  # a cast that fails is slow
    try:
        numbers = pc.cast(facts.values, pa.int64())
    except pa.ArrowInvalid:
        return None
    if not pc.all(pc.equal(pc.cast(numbers, pa.string()), facts.values)).as_py():
        return None
    return facts.having(values=numbers, fields={"decimals": 0})


def spelling_of(values: pa.Array) -> dict[str, Any] | None:
    """How all of these different texts spell numbers: fields of a NumberColumn, and `trust`; None where some do not.

    >>> spelling_of(pa.array(["1.234,50 €", "7,25 €"]))["decimal_mark"]
    ','
    >>> spelling_of(pa.array(["00123", "45678"])), spelling_of(pa.array(["1", "many"]))
    (None, None)
    """
    if pc.all(pc.match_substring_regex(values, _POINTED)).as_py():
        bodies = pc.replace_substring_regex(values, "^-", "")
        return {**_decimals(bodies, "."), "trust": _trust(bodies, "", ".")}
    few = pc.extract_regex(spread(values, 50), _CELL)
    if few.null_count or not (affixes := _affixes(few)):
        return None
    cells = pc.extract_regex(values, _CELL)
    if cells.null_count or _affixes(cells) != affixes:
        return None
    bodies = cells.field("body")
    if pc.any(pc.match_substring_regex(bodies, "^0[0-9]")).as_py():
        return None
    marks = next((marks for marks in _MARKS if _fits(bodies, *marks)), None)
    if marks is None:
        return None
    spelling = {"thousands": marks[0], "decimal_mark": marks[1], "prefix": affixes[0], "suffix": affixes[1]}
    return {**spelling, **_minus(cells), **_decimals(bodies, marks[1]), "trust": _trust(bodies, *marks)}


def _affixes(cells: pa.StructArray) -> tuple[str, str] | None:
    """What stands before and after all numbers, where it is the same everywhere, and money, a unit or blanks."""
    prefixes, suffixes = pc.unique(cells.field("prefix")), pc.unique(cells.field("suffix"))
    if len(prefixes) != 1 or len(suffixes) != 1:
        return None
    known = (
        pc.match_substring_regex(prefixes, _PREFIX)[0].as_py()
        and pc.match_substring_regex(suffixes, _SUFFIX)[0].as_py()
    )
    return (prefixes[0].as_py(), suffixes[0].as_py()) if known else None


def _fits(bodies: pa.Array, group: str, mark: str) -> bool:
    fraction = rf"(?:[{mark}][0-9]*)?"
    if not group:
        shape = rf"^(?:[0-9]+{fraction}|[{mark}][0-9]+){_END}"
        return bool(pc.all(pc.match_substring_regex(bodies, shape)).as_py())
    shape = rf"^(?:[1-9][0-9]{{0,2}}(?:[{group}][0-9]{{3}})+|[0-9]{{1,3}}){fraction}{_END}"
    return bool(pc.all(pc.match_substring_regex(bodies, shape)).as_py())


def _trust(bodies: pa.Array, group: str, mark: str) -> float:
    """Less where each number has one mark, with three digits after it: thousands and decimals look alike then."""
    alike = pc.all(pc.match_substring_regex(bodies, rf"^[1-9][0-9]{{0,2}}[{group or mark}][0-9]{{3}}$")).as_py()
    return 0.8 if alike else 1.0


def _minus(cells: pa.StructArray) -> dict[str, str]:
    if pc.any(pc.equal(cells.field("first"), "(")).as_py():
        return {"minus": "brackets"}
    inside = pc.any(pc.not_equal(cells.field("second"), "")).as_py() and cells.field("prefix")[0].as_py()
    return {"minus": "inside"} if inside else {}


def _decimals(bodies: pa.Array, mark: str) -> dict[str, Any]:
    """How many decimals are written."""
    bodies = bodies.filter(pc.invert(pc.match_substring(bodies, "nf")))
    scientific = pc.match_substring_regex(bodies, "[eE]")
    if not len(bodies) or pc.any(scientific).as_py():
        pointed = pc.or_(scientific, pc.match_substring(bodies, mark))
        return {"decimals": None, "point": bool(pc.all(pointed).as_py())}
    at = pc.find_substring(bodies, mark)
    after = pc.if_else(pc.less(at, 0), 0, pc.subtract(pc.subtract(pc.utf8_length(bodies), at), 1))
    ends = pc.min_max(after)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    if most > FINEST:
        return {"decimals": None, "point": least > 0}
    if most == 1 and least == 1 and pc.all(pc.ends_with(bodies, "0")).as_py():
        return {"decimals": 0, "point": True}
    return {"decimals": most, "fixed": least == most > 0, "point": least == 1 < most}


def grid(numbers: npt.NDArray[Any]) -> int | None:
    """The fewest decimals, at most 10, with which all of these finite floats can be written; None where there are more.

    >>> grid(np.array([0.5, 12.25])), grid(np.array([3.0])), grid(np.array([1 / 3]))
    (2, 0, None)
    """
    few = numbers[:: max(len(numbers) // 1000, 1)]
    for decimals in range(FINEST + 1):
        if _on_grid(few, decimals) and _on_grid(numbers, decimals):
            return decimals
    return None


def _on_grid(numbers: npt.NDArray[Any], decimals: int) -> bool:
    """A quotient of two integers below 2^53 is rounded once, so it is the float that text with these decimals means."""
    scale = 10.0**decimals
    wide = numbers.astype(np.float64)
    if len(wide) and np.abs(wide).max() > 2.0 ** (np.finfo(numbers.dtype).nmant - 2) / scale:
        return decimals == 0 and bool((wide == np.rint(wide)).all())
    near = (np.rint(wide * scale) / scale).astype(numbers.dtype)
    return bool((np.abs(near - numbers) <= 2 * np.finfo(numbers.dtype).eps * np.abs(numbers)).all())
