"""Numbers <-> text, as a column's schema says they are spelled."""

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema.columns import NumberColumn, PlaceColumn

Spelled = NumberColumn | PlaceColumn
_PLAIN = ("", ".", "", "")


def read(text: pa.Array, spec: Spelled) -> pa.Array:
    """Numbers of text: int64 (uint64, decimal128 where that is too small) or float64; null where a cell is no number.

    >>> from parhelion.schema import NumberColumn
    >>> spec = NumberColumn(name="price", decimals=2, decimal_mark=",", thousands=".", suffix=" €")
    >>> read(pa.array(["-1.234,50 €", "7 €", "7.5 €"]), spec).to_pylist()
    [-1234.5, 7.0, None]
    """
    whole = isinstance(spec, NumberColumn) and spec.decimals == 0
    if (spec.thousands, spec.decimal_mark, spec.prefix, spec.suffix) == _PLAIN and not (whole and spec.point):
        try:
            return _no_nan(_cast(text, whole))
        except pa.ArrowInvalid:
            pass
    return _no_nan(_cast(_bare(text, spec, whole), whole))


def _cast(text: pa.Array, whole: bool) -> pa.Array:
    """All cells as numbers; ArrowInvalid where one of them is none."""
    if not whole:
        return pc.cast(text, pa.float64())
    if pc.any(pc.match_substring_regex(text, "[^-0-9]")).as_py():
        raise pa.ArrowInvalid("not plain")  # Arrow reads 0x10 as 16, and 1e5 as a decimal only
    for number in (pa.int64(), pa.uint64()):
        try:
            return pc.cast(text, number)
        except pa.ArrowInvalid:
            continue
    return pc.cast(text, pa.decimal128(38, 0))


def _no_nan(numbers: pa.Array) -> pa.Array:
    if not pa.types.is_floating(numbers.type):
        return numbers
    nan = pc.is_nan(numbers)
    return pc.if_else(nan, None, numbers) if pc.any(nan).as_py() else numbers


def _bare(text: pa.Array, spec: Spelled, whole: bool) -> pa.Array:
    """Cells that are numbers as plain `-1234.5`, the others null."""
    shape = pattern(spec, whole)
    bare = pc.replace_substring_regex(text, shape, r"\1\2\3\4")
    bare = pc.if_else(pc.match_substring_regex(text, shape), bare, None)
    if spec.thousands:
        bare = pc.replace_substring(bare, spec.thousands, "")
    if spec.decimal_mark != ".":
        bare = pc.replace_substring(bare, spec.decimal_mark, ".")
    bare = pc.replace_substring_regex(bare, r"^(?:\+|([-\x{2212}]|\())", r"\1")
    return pc.replace_substring_regex(bare, r"^[\x{2212}(]", "-")


@lru_cache(maxsize=256)
def pattern(spec: Spelled, whole: bool) -> str:
    """What a cell of this column looks like. Groups: sign before the prefix, sign after it, digits, infinity."""
    mark, group = re.escape(spec.decimal_mark), re.escape(spec.thousands)
    digits = f"[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,11}}|[0-9]{{1,38}}" if spec.thousands else "[0-9]{1,38}"
    if not whole:
        digits = f"(?:{digits})(?:{mark}[0-9]*)?(?:[eE][+-]?[0-9]+)?|{mark}[0-9]+(?:[eE][+-]?[0-9]+)?"
    rest = f"(?:{mark}0*)?" if whole else ""
    infinity = r"|([^\x{0}-\x{10FFFF}])" if whole else "|([iI]nf(?:inity)?|INF)"
    sign, prefix, suffix = r"([-+(\x{2212}]?)", re.escape(spec.prefix), re.escape(spec.suffix)
    return rf"^\s*(?:{sign}{prefix}|{prefix}{sign})(?:({digits}){rest}{infinity}){suffix}\)?\s*$"


def write(numbers: pa.Array, spec: Spelled) -> pa.Array:
    """Text of numbers; null stays null.

    >>> from parhelion.schema import NumberColumn
    >>> spec = NumberColumn(name="price", decimals=2, fixed=True, decimal_mark=",", thousands=".", suffix=" €")
    >>> write(pa.array([-1234567.5, 7.0, None]), spec).to_pylist()
    ['-1.234.567,50 €', '7,00 €', None]
    """
    text = _digits(numbers, spec)
    if spec.point:
        whole = pc.match_substring_regex(text, "^-?[0-9]+$")
        text = pc.if_else(whole, pc.binary_join_element_wise(text, "0", "."), text)
    if spec.thousands:
        text = _grouped(text, spec.thousands, spec.decimal_mark)
    elif spec.decimal_mark != ".":
        text = pc.replace_substring(text, ".", spec.decimal_mark)
    return _dressed(text, spec) if spec.prefix or spec.suffix or spec.minus != "before" else text


def _digits(numbers: pa.Array, spec: Spelled) -> pa.Array:
    """`-1234.50`: on the column's grid where it has one, else the shortest text that reads back as the same number."""
    if not pa.types.is_floating(numbers.type):
        text = pc.cast(numbers, pa.string())
        return text if spec.fixed or pa.types.is_integer(numbers.type) else _trimmed(text)
    numbers = pc.add(numbers, pa.scalar(0.0, numbers.type))  # -0.0 is 0
    shortest = pc.cast(numbers, pa.string())
    if spec.decimals is None:
        return shortest
    if spec.fixed:
        return pc.coalesce(_exact(numbers, spec.decimals), shortest)
    scientific = pc.match_substring(shortest, "e")
    if not pc.any(scientific).as_py():
        return shortest
    return pc.if_else(scientific, pc.coalesce(_trimmed(_exact(numbers, spec.decimals)), shortest), shortest)


def _exact(numbers: pa.Array, decimals: int) -> pa.Array:
    """Text with this many decimals; null where a number is not finite or has more than 38 digits."""
    numbers = pc.cast(numbers, pa.float64())
    fits = pc.less(pc.abs(numbers), 10.0 ** (37 - decimals))
    return pc.cast(pc.cast(pc.if_else(fits, numbers, None), pa.decimal128(38, decimals)), pa.string())


def _trimmed(text: pa.Array) -> pa.Array:
    """`1.50` as `1.5`, `1.00` as `1`."""
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"(\.[0-9]*?)0*$", r"\1"), r"\.$", "")


def _grouped(text: pa.Array, group: str, mark: str) -> pa.Array:
    """A separator between each three digits before the decimal mark, counted from the right."""
    whole = pc.replace_substring_regex(text, r"\..*$", "")
    rest = pc.replace_substring(pc.replace_substring_regex(text, r"^[^.]*", ""), ".", mark)
    backwards = pc.replace_substring_regex(pc.utf8_reverse(whole), "([0-9]{3})", r"\1" + group)
    whole = pc.replace_substring_regex(pc.utf8_reverse(backwards), f"^(-?){re.escape(group)}", r"\1")
    return pc.binary_join_element_wise(whole, rest, "")


def _dressed(text: pa.Array, spec: Spelled) -> pa.Array:
    negative = pc.starts_with(text, "-")
    bare = pc.replace_substring_regex(text, "^-", "")
    plain = pc.binary_join_element_wise(spec.prefix, bare, spec.suffix, "")
    if spec.minus == "inside":
        return pc.if_else(negative, pc.binary_join_element_wise(spec.prefix, text, spec.suffix, ""), plain)
    end = ")" if spec.minus == "brackets" else ""
    return pc.if_else(negative, pc.binary_join_element_wise("(" if end else "-", plain, end, ""), plain)
