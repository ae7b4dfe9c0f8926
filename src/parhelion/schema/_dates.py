"""Dates, moments and lengths of time in text: which format all cells are of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema import _moment_text, _moments, _names
from parhelion.schema._facts import Facts, spread
from parhelion.schema.columns import Column, DateColumn, DatetimeColumn, DurationColumn

LONGEST = 45
_MONTH = "(?P<month>[A-Z][a-zA-Z]{2,8})"
# The shapes of a day, each with the orders that its parts may have: Y year, y its two digits, m, d, M a month's name.
_DAYS = [
    (r"\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}", ("Y{0}m{0}d",)),
    (r"\d{1,2}(?P<mark>\.)\d{1,2}\.\d{4}", ("d{0}m{0}Y", "m{0}d{0}Y")),
    (r"\d{1,2}(?P<mark>/)\d{1,2}/\d{4}", ("m{0}d{0}Y", "d{0}m{0}Y")),
    (r"\d{1,2}(?P<mark>-)\d{1,2}-\d{4}", ("d{0}m{0}Y", "m{0}d{0}Y")),
    (r"\d{1,2}(?P<mark>\.)\d{1,2}\.\d{2}", ("d{0}m{0}y",)),
    (r"\d{1,2}(?P<mark>/)\d{1,2}/\d{2}", ("m{0}d{0}y", "d{0}m{0}y", "y{0}m{0}d")),
    (r"\d{1,2}(?P<mark>-)\d{1,2}-\d{2}", ("d{0}m{0}y", "m{0}d{0}y", "y{0}m{0}d")),
    (r"\d{8}", ("Ymd",)),
    (r"\d{4}(?P<mark>[-/])\d{2}", ("Y{0}m",)),
    (r"\d{2}(?P<mark>[/.])\d{4}", ("m{0}Y",)),
    (rf"\d{{1,2}}(?P<mark>\. |[ ./-]){_MONTH}(?P<next>,? |[./-])\d{{4}}", ("d{0}M{1}Y",)),
    (rf"\d{{1,2}}(?P<mark>\. |[ ./-]){_MONTH}(?P<next>,? |[./-])\d{{2}}", ("d{0}M{1}y",)),
    (rf"{_MONTH}(?P<mark>\.? |-)\d{{1,2}}(?P<next>,? |-)\d{{4}}", ("M{0}d{1}Y",)),
    (rf"{_MONTH}(?P<mark>[ -])\d{{4}}", ("M{0}Y",)),
    (rf"{_MONTH}(?P<mark>[ -])\d{{2}}", ("M{0}y",)),
]
_TIME = (
    r"(?P<blank>T|, | )(?P<hour>\d{1,2}):\d\d(?P<second>:\d\d(?:\.(?P<fraction>\d{3}|\d{6}|\d{9}))?)?"
    r"(?P<half> ?[AaPp][Mm])?"
)
_ZONE = r"(?P<zone> ?Z| UTC| GMT| ?[+-]\d\d(?::?\d\d)?)?"
_SHAPES = [(re.compile(f"{day}(?:{_TIME}{_ZONE})?"), orders) for day, orders in _DAYS]
_CANONICAL = {"%Y-%m-%d", "%Y-%m-%d %H:%M:%S"}
_BARE_DAY = r"(?:^|[^0-9:])[0-9](?:[./\-, ]|$)"
_BARE_HOUR = r"(?:^|[T ])[0-9]:[0-9]{2}"
_COMMON = {"Ymd", "Y{0}m", "m{0}Y", "M{0}y"}  # shapes that numbers and codes have, too


@dataclass(frozen=True)
class Format:
    pattern: str
    order: str
    timed: bool


def in_text(facts: Facts) -> Column | None:
    """A date, a moment or a length of time, where all of a text column's values are of one format."""
    if not facts.numeric:
        return None
    lengths = pc.min_max(pc.binary_length(facts.meant))
    if lengths["min"].as_py() < 3 or lengths["max"].as_py() > LONGEST:
        return None
    return _calendar(facts) or _duration(facts)


def _calendar(facts: Facts) -> Column | None:
    few = spread(facts.meant, 200)
    if next(formats(few[0].as_py()), None) is None:
        return _loose(facts)
    bare = [
        "-" if pc.any(pc.match_substring_regex(facts.meant, shape)).as_py() else "" for shape in (_BARE_DAY, _BARE_HOUR)
    ]
    forms = formats(few[0].as_py(), _zone(facts), *bare)
    fitting = [form for form in forms if _moments.read(few, form.pattern)[1].all()]
    if not fitting:
        return _loose(facts)
    for number, form in enumerate(fitting):
        moments, good = _moments.read(facts.meant, form.pattern)
        if good.all():
            rivals = [
                _moments.read(facts.meant, rival.pattern)[1].all()
                for rival in fitting[number + 1 :]
                if rival.order != form.order
            ]
            return _column(facts, form, moments, any(rivals))
    return _loose(facts)


def formats(cell: str, zone: str = "", bare_day: str = "", bare_hour: str = "") -> Iterator[Format]:
    """The formats that a cell may be of, the likely ones first; bare parts (`-`) have no leading zeros.

    >>> [form.pattern for form in formats("12/31/2024 10:15", bare_day="-")]
    ['%-m/%-d/%Y %H:%M', '%-d/%-m/%Y %H:%M']
    """
    for shape, orders in _SHAPES:
        match = shape.fullmatch(cell)
        if match is None:
            continue
        clock = _clock(match, bare_hour)
        for order in orders:
            for day in _day(match, order, bare_day):
                yield Format(day + clock + (zone if clock else ""), order, bool(clock))


def _day(match: re.Match[str], order: str, bare: str) -> Iterator[str]:
    marks = match.groupdict()
    text = re.sub("[YymdM]", lambda part: f"%{bare if part[0] in 'md' else ''}{part[0]}", order)
    text = text.format(marks.get("mark"), marks.get("next"))
    month = marks.get("month")
    if month is None:
        yield text
        return
    if len(month) == 3:
        yield text.replace("%M", "%^b" if month.isupper() else "%b")
    yield text.replace("%M", "%^B" if month.isupper() else "%B")


def _clock(match: re.Match[str], bare: str) -> str:
    if not match["blank"]:
        return ""
    hour = f"%{bare}I" if match["half"] else f"%{bare}H"
    fraction = {None: "", 3: ".%3f", 6: ".%f", 9: ".%9f"}[len(match["fraction"]) if match["fraction"] else None]
    half = match["half"].replace(match["half"].strip(), "%p") if match["half"] else ""
    return match["blank"] + hour + ":%M" + (":%S" if match["second"] else "") + fraction + half


def _zone(facts: Facts) -> str:
    """The zone that moments end with: as it is written where it is always the same, `%z` where it changes."""
    found = pc.extract_regex(
        spread(facts.meant),
        r":[0-9]{2}(?:\.[0-9]+)?(?: ?[AaPp][Mm])?(?P<zone> ?Z| UTC| GMT| ?[+-][0-9]{2}(?::?[0-9]{2})?)$",
    )
    zones = pc.unique(pc.drop_null(found).field("zone")).to_pylist() if found.null_count < len(found) else []
    if len(zones) > 1:
        return " %z" if zones[0].startswith(" ") else "%z"
    return zones[0] if zones else ""


def _column(facts: Facts, form: Format, moments: _moments.Moments, ambiguous: bool) -> Column | None:
    years = moments.seconds / 31_556_952 + 1970
    if form.order in _COMMON and (years.min() < 1800 or years.max() > 2200 or not _telling(facts)):
        return None
    meaning = facts.meaning()
    sure, why = (
        (0.6, f"{form.pattern}, though day and month could also change places") if ambiguous else (0.97, form.pattern)
    )
    if "y" in form.order and not ambiguous:
        sure = 0.95 if _names.is_date(facts.name) else 0.8
    pattern = None if form.pattern in _CANONICAL else form.pattern
    if not form.timed:
        return meaning.column(DateColumn, sure, f"dates: {why}", format=pattern)
    east = _moments.offset(form.pattern)
    if east is None and not moments.nanos.any() and not (moments.seconds % 86_400).any() and "%p" not in form.pattern:
        return meaning.column(DateColumn, sure, f"dates, all at midnight: {why}", format=_midnight(form.pattern))
    return meaning.column(DatetimeColumn, sure, f"moments: {why}", format=pattern)


def _telling(facts: Facts) -> bool:
    return _names.is_date(facts.name) or len(facts.meant) >= 20


def _midnight(pattern: str) -> str:
    """The clock of a format in fixed zeros."""
    for directive, zeros in {
        "%-H": "0",
        "%H": "00",
        "%M": "00",
        "%S": "00",
        "%3f": "000",
        "%f": "000000",
        "%9f": "0" * 9,
    }.items():
        pattern = pattern.replace(directive, zeros)
    return pattern


def _loose(facts: Facts) -> Column | None:
    """ISO 8601 with fractions or seconds in some rows only."""
    shape = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
    if not pc.all(pc.match_substring_regex(facts.meant, shape)).as_py():
        return None
    if _moment_text.read_moments(facts.meant, DatetimeColumn(name=facts.name)).null_count:
        return None
    return facts.meaning().column(DatetimeColumn, 0.95, "moments: ISO 8601")


def _duration(facts: Facts) -> Column | None:
    few = spread(facts.meant, 50)
    for form in ("clock", "iso"):
        spec = DurationColumn(name=facts.name, format=form)
        if _moment_text.read_durations(few, spec).null_count or pc.any(pc.is_in(few, pa.array(["P", "-P"]))).as_py():
            continue
        if _moment_text.read_durations(facts.meant, spec).null_count == 0:
            fields = _clock_fields(facts.meant) if form == "clock" else {}
            return facts.meaning().column(DurationColumn, 0.93, "lengths or times of day", format=form, **fields)
    return None


def _clock_fields(text: pa.Array) -> dict[str, object]:
    cells = pc.extract_regex(text, _moment_text.CLOCK)
    hours = pc.min(pc.utf8_length(cells.field("hours"))).as_py()
    decimals = pc.unique(pc.utf8_length(cells.field("micros"))).to_pylist()
    seconds = pc.max(pc.utf8_length(cells.field("seconds"))).as_py() > 0
    return {"hours": min(hours, 6), "seconds": seconds, "decimals": decimals[0] if len(decimals) == 1 else None}
