"""Dates, moments and lengths of time <-> text, as a column's schema says they are spelled."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import SchemaError, nearest
from parhelion.schema import _moments
from parhelion.schema.columns import DateColumn, DatetimeColumn, DurationColumn

EPOCHS = {"%s": "s", "%s%3f": "ms", "%s%6f": "us", "%s%9f": "ns"}
_NANOS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}
_ZONED = r"[0-9](?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_ISO = [
    f"%Y-%m-%d{blank}{clock}"
    for blank in "T "
    for clock in ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%H:%M:%S.%3f", "%H:%M:%S.%9f")
]


def read_dates(text: pa.Array, spec: DateColumn) -> pa.Array:
    """date32 of text; null where a cell is no date of the column's format.

    >>> read_dates(pa.array(["31.12.2024", "31.11.2024"]), DateColumn(name="d", format="%d.%m.%Y")).to_pylist()
    [datetime.date(2024, 12, 31), None]
    """
    if spec.format is None:
        try:
            return pc.cast(text, pa.date32())
        except pa.ArrowInvalid:
            pass
    moments, good = _moments.read(pc.fill_null(text, ""), _known(spec.format or "%Y-%m-%d", spec.name))
    return pa.array((moments.seconds // 86_400).astype(np.int32), mask=~good).cast(pa.date32())


def write_dates(dates: pa.Array, spec: DateColumn) -> pa.Array:
    """Text of dates; null stays null."""
    if spec.format is None:
        return pc.cast(dates, pa.string())
    days = pc.cast(pc.fill_null(dates.cast(pa.int32()), 0), pa.int64()).to_numpy(zero_copy_only=False)
    text = _moments.write(_moments.Moments(days * 86_400, np.zeros_like(days)), _known(spec.format, spec.name))
    return pc.if_else(pc.is_valid(dates), text, None)


def read_moments(text: pa.Array, spec: DatetimeColumn) -> pa.Array:
    """timestamp of text (UTC where it has a zone); null where a cell is no moment of the column's format.

    >>> read_moments(pa.array(["2024-05-01T12:00:00+02:00"]), DatetimeColumn(name="t")).to_pylist()[0].isoformat()
    '2024-05-01T10:00:00+00:00'
    """
    if spec.format in EPOCHS:
        return _read_epoch(text, EPOCHS[spec.format])
    if spec.format is not None:
        return _read_formats(text, [_known(spec.format, spec.name)])
    zoned = bool(pc.any(pc.match_substring_regex(text, _ZONED + "|:.*[+-]")).as_py())
    for unit in ("us", "ns"):
        try:
            return pc.cast(text, pa.timestamp(unit, "UTC" if zoned else None))
        except pa.ArrowInvalid:
            continue
    return _read_formats(text, [f"{iso}%z" for iso in _ISO] if zoned else [*_ISO, "%Y-%m-%d"])


def _read_formats(text: pa.Array, formats: list[str]) -> pa.Array:
    """Each cell by the first format that it is of."""
    text = pc.fill_null(text, "")
    unit = "ns" if "%9f" in formats[0] else "us"
    zone = None if _moments.offset(formats[0]) is None else "UTC"
    found = pa.nulls(len(text), pa.timestamp(unit, zone))
    for pattern in formats:
        moments, good = _moments.read(text, pattern)
        ticks = moments.seconds * (1_000_000_000 // _NANOS[unit]) + moments.nanos // _NANOS[unit]
        found = pc.coalesce(found, pa.array(ticks, mask=~good).cast(found.type))
        if found.null_count == 0:
            break
    return found


def _read_epoch(text: pa.Array, unit: str) -> pa.Array:
    numbers = pc.if_else(pc.match_substring_regex(text, "^-?[0-9]{1,18}$"), text, None).cast(pa.int64())
    finest = "ns" if unit == "ns" else "us"
    return pc.cast(numbers.cast(pa.timestamp(unit)), pa.timestamp(finest)).cast(pa.timestamp(finest, "UTC"))


def write_moments(moments: pa.Array, spec: DatetimeColumn) -> pa.Array:
    """Text of moments; null stays null. Without a format: ISO 8601 with a blank, with fractions where there are any.

    >>> write_moments(pa.array([0, 1_500_000], pa.timestamp("us")), DatetimeColumn(name="t")).to_pylist()
    ['1970-01-01 00:00:00', '1970-01-01 00:00:01.500000']
    """
    if spec.format in EPOCHS:
        counted = pc.cast(moments, pa.timestamp(EPOCHS[spec.format], moments.type.tz), safe=False)
        return pc.cast(counted.cast(pa.int64()), pa.string())
    zoned = moments.type.tz is not None
    if zoned and spec.format is not None and _moments.offset(spec.format) is None:
        moments = pc.local_timestamp(moments)
    parts = _split(moments)
    if spec.format is not None:
        text = _moments.write(parts, _known(spec.format, spec.name))
    else:
        text = _iso(parts, "%z" if zoned else "")
    return pc.if_else(pc.is_valid(moments), text, None) if moments.null_count else text


def _split(moments: pa.Array) -> _moments.Moments:
    scale = _NANOS[moments.type.unit]
    ticks = pc.fill_null(moments.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    seconds, rest = np.divmod(ticks, 1_000_000_000 // scale)
    return _moments.Moments(seconds, rest * scale)


def _iso(parts: _moments.Moments, zone: str) -> pa.Array:
    text = _moments.write(parts, "%Y-%m-%d %H:%M:%S" + zone)
    if not parts.nanos.any():
        return text
    finer = "%Y-%m-%d %H:%M:%S.%9f" if (parts.nanos % 1000).any() else "%Y-%m-%d %H:%M:%S.%f"
    return pc.if_else(pa.array(parts.nanos > 0), _moments.write(parts, finer + zone), text)


def _known(pattern: str, name: str) -> str:
    wrong = _moments.unknown(pattern)
    if wrong is None:
        return pattern
    valid = ("%Y", "%y", "%m", "%b", "%B", "%d", "%H", "%I", "%p", "%M", "%S", "%f", "%3f", "%6f", "%9f", "%z", "%s")
    raise SchemaError(f"{name}.format is {pattern!r}, and {wrong!r} is no part of a date{nearest(wrong, valid)}")


CLOCK = (
    r"^(?P<sign>-?)(?P<hours>[0-9]{1,9}):(?P<minutes>[0-5][0-9])"
    r"(?::(?P<seconds>[0-5][0-9])(?:\.(?P<micros>[0-9]{1,6}))?)?$"
)
_PERIOD = (
    r"^(?P<sign>-?)P(?:(?P<days>[0-9]{1,9})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,9})(?:\.(?P<micros>[0-9]{1,6}))?S)?)?$"
)
_UNITS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000}


def read_durations(text: pa.Array, spec: DurationColumn) -> pa.Array:
    """duration("us") of text; null where a cell is no length of time.

    >>> read_durations(pa.array(["1:02:03.5", "1:72"]), DurationColumn(name="d")).to_pylist()
    [datetime.timedelta(seconds=3723, microseconds=500000), None]
    """
    found = pc.extract_regex(text, CLOCK if spec.format == "clock" else _PERIOD)
    total = pc.if_else(pc.is_valid(found), pa.scalar(0, pa.int64()), None)
    for field in found.type:
        part = found.field(field.name)
        if field.name in _UNITS:
            number = pc.cast(pc.if_else(pc.equal(part, ""), "0", part), pa.int64())
            total = pc.add(total, pc.multiply(number, _UNITS[field.name]))
        elif field.name == "micros":
            total = pc.add(total, pc.cast(pc.utf8_rpad(part, 6, "0"), pa.int64()))
    signed = pc.if_else(pc.equal(found.field("sign"), "-"), pc.negate(total), total)
    return signed.cast(pa.duration("us"))


def write_durations(durations: pa.Array, spec: DurationColumn) -> pa.Array:
    """Text of lengths of time; null stays null.

    >>> spec = DurationColumn(name="d", hours=2)
    >>> write_durations(pa.array([3_723_000_000, -60_500_000], pa.duration("us")), spec).to_pylist()
    ['01:02:03', '-00:01:00.500000']
    """
    micros = durations.cast(pa.int64())
    seconds = pc.divide(pc.abs(micros), 1_000_000)
    fraction = _fraction(pc.subtract(pc.abs(micros), pc.multiply(seconds, 1_000_000)), spec.decimals)
    minutes, second = _divmod(seconds, 60)
    hours, minute = _divmod(minutes, 60)
    if spec.format == "iso":
        text = _period(hours, minute, second, fraction)
    else:
        end = [_padded(second, 2)] if spec.seconds else []
        text = pc.binary_join_element_wise(_padded(hours, spec.hours), _padded(minute, 2), *end, ":")
        text = pc.binary_join_element_wise(text, fraction, "") if spec.seconds else text
    return pc.binary_join_element_wise(pc.if_else(pc.less(micros, 0), "-", ""), text, "")


def _divmod(numbers: pa.Array, by: int) -> tuple[pa.Array, pa.Array]:
    whole = pc.divide(numbers, by)
    return whole, pc.subtract(numbers, pc.multiply(whole, by))


def _padded(numbers: pa.Array, width: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(numbers, pa.string()), width, "0")


def _fraction(micros: pa.Array, decimals: int | None) -> pa.Array:
    text = pc.binary_join_element_wise("", _padded(micros, 6), ".")
    if decimals is None:
        return pc.if_else(pc.equal(micros, 0), "", text)
    return pc.utf8_slice_codeunits(text, 0, decimals + 1 if decimals else 0)


def _period(hours: pa.Array, minutes: pa.Array, seconds: pa.Array, fraction: pa.Array) -> pa.Array:
    """`P1DT2H3M4.5S`, parts that are zero left out; `PT0S` for none."""
    days, hours = _divmod(hours, 24)
    second = pc.binary_join_element_wise(pc.cast(seconds, pa.string()), pc.utf8_rtrim(fraction, "0"), "S", "")
    second = pc.if_else(pc.equal(second, "0S"), "", second)
    clock = pc.binary_join_element_wise(_unit(hours, "H"), _unit(minutes, "M"), second, "")
    clock = pc.if_else(pc.equal(clock, ""), "", pc.binary_join_element_wise("T", clock, ""))
    text = pc.binary_join_element_wise("P", _unit(days, "D"), clock, "")
    return pc.if_else(pc.equal(text, "P"), "PT0S", text)


def _unit(numbers: pa.Array, unit: str) -> pa.Array:
    return pc.if_else(pc.equal(numbers, 0), "", pc.binary_join_element_wise(pc.cast(numbers, pa.string()), unit, ""))
