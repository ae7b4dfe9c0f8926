"""Dates and moments <-> text of one format, for whole columns at once.

A column of one format becomes a matrix of bytes, a row a cell, in which every part of the format has its own columns:
the digits of the year, of the month, ... So a million cells take some tens of milliseconds both ways, and days that no
calendar has (30 February) are refused, which the C library's strptime does not do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
DIRECTIVE = re.compile(r"%(-?[dmHI]|[YymdHIMSpfz]|\^?[bB]|[369]f|%)")
ZONE = re.compile(r"(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))$")
_WIDTHS = {"Y": 4, "f": 6, "3f": 3, "6f": 6, "9f": 9, "z": 6}
_FILL = 1  # stands where nothing is written; no text of a date holds the character


@dataclass(frozen=True)
class Part:
    """One directive (`kind` as strftime writes it) or literal text (`kind` empty), and its place in a row of bytes."""

    kind: str
    literal: bytes
    start: int
    width: int

    @property
    def place(self) -> slice:
        return slice(self.start, self.start + self.width)

    @property
    def letter(self) -> str:
        return self.kind.lstrip("-^")


@lru_cache(maxsize=256)
def parts(pattern: str, *, writing: bool) -> tuple[Part, ...]:
    """The parts of a format. Names of months are read as two digits, and written as they are."""
    found: list[Part] = []
    end = at = 0
    for match in [*DIRECTIVE.finditer(pattern), None]:
        literal = pattern[end : match.start() if match else None]
        if match and match[1] == "%":
            literal += "%"
        if literal:
            found.append(Part("", literal.encode(), at, len(literal.encode())))
            at += found[-1].width
        if match is None:
            break
        end = match.end()
        if match[1] != "%":
            found.append(Part(match[1], b"", at, _width(match[1].lstrip("-^"), writing)))
            at += found[-1].width
    return tuple(found)


def _width(letter: str, writing: bool) -> int:
    if writing and letter in "bB":
        return 3 if letter == "b" else 9
    return _WIDTHS.get(letter, 2)


def unknown(pattern: str) -> str | None:
    """The first thing in a format that is no directive this module knows, or None.

    >>> unknown("%d.%m.%Y"), unknown("%Q:%M")
    (None, '%Q')
    """
    rest = DIRECTIVE.sub("", pattern).replace("%s", "")
    return rest[rest.index("%") :][:2] if "%" in rest else None


def offset(pattern: str) -> int | None:
    """Seconds east of UTC of the zone that ends a format; None where the format has no zone.

    >>> offset("%H:%M+02:00"), offset("%H:%MZ"), offset("%H:%M%z"), offset("%H:%M")
    (7200, 0, 0, None)
    """
    if pattern.endswith(("%z", " UTC", " GMT")):
        return 0
    match = ZONE.search(pattern)
    if match is None or (match["utc"] and pattern.endswith("%Z")) or not DIRECTIVE.search(pattern):
        return None
    if match["utc"]:
        return 0
    seconds = int(match["hours"]) * 3600 + int(match["minutes"]) * 60
    return -seconds if match["sign"] == "-" else seconds


class Moments(NamedTuple):
    """Moments in time (UTC where they have a zone): whole seconds since 1970, and nanoseconds beyond them."""

    seconds: Ints
    nanos: Ints


def read(text: pa.Array, pattern: str) -> tuple[Moments, Flags]:
    """The moments of a column without nulls, and which cells are of the format (the others are 1970).

    >>> moments, good = read(pa.array(["31.12.1969", "31.02.1970"]), "%d.%m.%Y")
    >>> moments.seconds[good].tolist(), good.tolist()
    ([-86400], [True, False])
    """
    layout = parts(pattern, writing=False)
    width = layout[-1].start + layout[-1].width if layout else 0
    table, good = matrix(_plain(text, pattern), width)
    values: dict[str, Ints] = {}
    valid: Flags = np.ones(len(table), dtype=bool)
    for part in layout:
        if part.kind:
            values[part.letter], fine = _READ.get(part.letter, _digits)(table[:, part.place])
            valid &= fine
        else:
            valid &= (table[:, part.place] == np.frombuffer(part.literal, np.uint8)).all(axis=1)
    found, fine = _moments(values, len(table))
    seconds, nanos = np.zeros((2, len(text)), dtype=np.int64)
    seconds[good], nanos[good] = found.seconds - (offset(pattern) or 0), found.nanos
    good[good] = valid & fine
    return Moments(seconds, nanos), good


def _plain(text: pa.Array, pattern: str) -> pa.Array:
    """The cells with all widths fixed: months in digits, single digits with a zero before, offsets as `+00:00`."""
    for name in re.findall(r"%(\^?[bB])", pattern):
        for number, month in enumerate(MONTHS, 1):
            spelled = month if name.endswith("B") else month[:3]
            text = pc.replace_substring(text, spelled.upper() if "^" in name else spelled, f"{number:02}")
    if "%-" in pattern:
        for _ in range(2):  # matches that share a separator are found by the second pass
            text = pc.replace_substring_regex(text, "(^|[^0-9])([0-9])($|[^0-9])", r"\10\2\3")
    if pattern.endswith("%z"):
        text = pc.replace_substring_regex(text, "Z$", "+00:00")
        text = pc.replace_substring_regex(text, "([+-][0-9]{2})([0-9]{2})$", r"\1:\2")
        text = pc.replace_substring_regex(text, "([0-9 ][+-][0-9]{2})$", r"\1:00")
    return text


def matrix(text: pa.Array, width: int) -> tuple[Bytes, Flags]:
    """The cells of this width as rows of bytes, and which cells those are."""
    good = np.array(pc.equal(pc.binary_length(text), width), dtype=bool)
    fitting = pc.cast(text if good.all() else text.filter(pa.array(good)), pa.large_string())
    _, offsets, data = fitting.buffers()
    if data is None or not len(fitting):
        return np.zeros((0, width), dtype=np.uint8), good
    first = np.frombuffer(offsets, np.int64)[fitting.offset]
    return np.frombuffer(data, np.uint8)[first : first + len(fitting) * width].reshape(-1, width), good


def _digits(cells: Bytes) -> tuple[Ints, Flags]:
    value: Ints = np.zeros(len(cells), dtype=np.int64)
    fine: Flags = np.ones(len(cells), dtype=bool)
    for place in range(cells.shape[1]):
        digit = cells[:, place] - np.uint8(48)
        value = value * 10 + digit
        fine &= digit <= 9
    return value, fine


def _half_of_day(cells: Bytes) -> tuple[Ints, Flags]:
    upper = cells & np.uint8(0xDF)
    afternoon = upper[:, 0] == ord("P")
    return afternoon.astype(np.int64), (afternoon | (upper[:, 0] == ord("A"))) & (upper[:, 1] == ord("M"))


def _offset(cells: Bytes) -> tuple[Ints, Flags]:
    hours, fine = _digits(cells[:, 1:3])
    minutes, also = _digits(cells[:, 4:6])
    negative = cells[:, 0] == ord("-")
    fine &= also & (negative | (cells[:, 0] == ord("+"))) & (cells[:, 3] == ord(":")) & (hours < 24) & (minutes < 60)
    seconds = hours * 3600 + minutes * 60
    return np.where(negative, -seconds, seconds).astype(np.int64), np.asarray(fine)


_READ = {"p": _half_of_day, "z": _offset}


def _moments(values: Mapping[str, Ints], rows: int) -> tuple[Moments, Flags]:
    """Moments of years, months, days, hours, ... and which of them a calendar and a clock have."""
    days, fine = _days(values, rows)
    hour, also = _hours(values, rows)
    zero = np.zeros(rows, dtype=np.int64)
    minute, second = values.get("M", zero), values.get("S", zero)
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - values.get("z", zero)
    nanos = next((values[letter] * scale for letter, scale in _NANOS.items() if letter in values), zero)
    return Moments(seconds, nanos), fine & also & (minute < 60) & (second < 60)


_NANOS = {"f": 1000, "3f": 1_000_000, "6f": 1000, "9f": 1}


def _days(values: Mapping[str, Ints], rows: int) -> tuple[Ints, Flags]:
    one: Ints = np.ones(rows, dtype=np.int64)
    year = values.get("Y", one * 1970)
    if "y" in values:
        year = values["y"] + np.where(values["y"] < 69, 2000, 1900)
    month = next((values[letter] for letter in "mbB" if letter in values), one)
    day = values.get("d", one)
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    start = first.astype("datetime64[D]").astype(np.int64)
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - start
    return start + day - 1, (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)


def _hours(values: Mapping[str, Ints], rows: int) -> tuple[Ints, Flags]:
    zero: Ints = np.zeros(rows, dtype=np.int64)
    if "I" in values:
        hour = values["I"]
        return hour % 12 + 12 * values.get("p", zero), (hour >= 1) & (hour <= 12)
    hour = values.get("H", zero)
    return hour, np.less(hour, 24)


def write(moments: Moments, pattern: str) -> pa.Array:
    """Text of moments, in a format.

    >>> write(Moments(np.array([0, 86400]), np.array([0, 0])), "%-d %b %Y").to_pylist()
    ['1 Jan 1970', '2 Jan 1970']
    """
    layout = parts(pattern, writing=True)
    rows, width = len(moments.seconds), layout[-1].start + layout[-1].width if layout else 0
    table = np.empty((rows, width), dtype=np.uint8)
    calendar = _Calendar(moments, offset(pattern) or 0)
    for part in layout:
        table[:, part.place] = _written(part, calendar)
    offsets = np.arange(rows + 1, dtype=np.int64) * width
    text = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(table))
    return pc.cast(pc.replace_substring(text, chr(_FILL), "") if (table == _FILL).any() else text, pa.string())


class _Calendar:
    """The parts of moments; each is computed when it is asked for."""

    def __init__(self, moments: Moments, east: int) -> None:
        self.days, self.second = np.divmod(moments.seconds + east, 86_400)
        self.nanos = moments.nanos

    @cached_property
    def first(self) -> npt.NDArray[np.datetime64]:
        return self.days.astype("datetime64[D]").astype("datetime64[M]")

    @cached_property
    def months(self) -> Ints:
        return self.first.astype(np.int64) + 1970 * 12


_WRITE: dict[str, Callable[[_Calendar], Ints]] = {
    "Y": lambda at: at.months // 12,
    "y": lambda at: at.months // 12 % 100,
    "m": lambda at: at.months % 12 + 1,
    "d": lambda at: at.days - at.first.astype("datetime64[D]").astype(np.int64) + 1,
    "H": lambda at: at.second // 3600,
    "I": lambda at: (at.second // 3600 + 11) % 12 + 1,
    "M": lambda at: at.second // 60 % 60,
    "S": lambda at: at.second % 60,
    "f": lambda at: at.nanos // 1000,
    "3f": lambda at: at.nanos // 1_000_000,
    "6f": lambda at: at.nanos // 1000,
    "9f": lambda at: at.nanos,
}


def _written(part: Part, at: _Calendar) -> Bytes:
    if not part.kind:
        return np.frombuffer(part.literal, np.uint8)
    if part.letter == "z":
        return np.frombuffer(b"+00:00", np.uint8)
    if part.letter in "bB":
        return _names(part).take(at.months % 12, axis=0)
    if part.letter == "p":
        return np.frombuffer(b"AMPM", np.uint8).reshape(2, 2).take(at.second // 43_200, axis=0)
    value = _WRITE[part.letter](at)
    digits = [(value // 10**power % 10 + 48).astype(np.uint8) for power in range(part.width - 1, -1, -1)]
    if part.kind.startswith("-"):
        digits[0][value < 10] = _FILL
    return np.stack(digits, axis=1)


def _names(part: Part) -> Bytes:
    names = [month[: part.width].upper() if "^" in part.kind else month[: part.width] for month in MONTHS]
    filled = "".join(name.ljust(part.width, chr(_FILL)) for name in names)
    return np.frombuffer(filled.encode(), np.uint8).reshape(12, part.width)
