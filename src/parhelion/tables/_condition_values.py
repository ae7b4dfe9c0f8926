"""What stands on the two sides of a comparison: a column's values made comparable, and words read as its values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import DataError, nearest
from parhelion.schema import Column, native
from parhelion.tables._condition_text import Value

Family = Literal["number", "text", "boolean", "date", "moment", "duration", "nothing"]
Test = Callable[..., pa.Array]

_LIKE = {
    "number": "a number", "text": "a text", "boolean": "true or false", "date": "a date such as '2024-01-31'",
    "moment": "a date or a moment such as '2024-01-31' or '2024-01-31T12:00'", "nothing": "nothing",
    "duration": "a length of time, as the source spells it",
}  # fmt: skip
_OF_TIME: dict[str, Callable[[pa.Array], pa.Array]] = {
    "year": pc.year,
    "quarter": pc.quarter,
    "month": pc.month,
    "day": pc.day,
    "weekday": lambda days: pc.day_of_week(days, count_from_zero=False),
    "hour": pc.hour,
}
_SIGNS: dict[str, Test] = {
    "=": pc.equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}


class Unfit(Exception):  # noqa: N818 (it is caught where it is raised; nobody else sees it)
    """A comparison that cannot be meant; the message says why."""


@dataclass(frozen=True)
class Operand:
    """A column, or what a function tells of it.

    column: its number. values: all that there are, where there are few, each by its code. function: applied to native
    values before anything is compared.
    """

    column: int
    spec: Column
    type: pa.DataType
    values: pa.Array | None = None
    function: str = ""

    @property
    def name(self) -> str:
        return f"{self.function}({self.spec.name})" if self.function else self.spec.name

    @property
    def family(self) -> Family:
        return "number" if self.function else _family(self.type)

    def of(self, values: pa.Array) -> pa.Array:
        """Native values, ready to be compared; NaN counts as missing."""
        if self.function:
            return _OF_TIME[self.function](values)
        if pa.types.is_decimal(values.type):
            return values.cast(pa.float64())
        if pa.types.is_floating(values.type):
            return pc.if_else(pc.is_nan(values), None, values)
        return values


def applied(operand: Operand, function: str) -> Operand:
    """What a function tells of a column."""
    if not function:
        return operand
    if operand.family not in ("date", "moment") or (function == "hour" and operand.family == "date"):
        wanted = "moments" if function == "hour" else "dates"
        raise Unfit(f"{function}() tells of {wanted}, and {operand.name} is a {operand.spec.kind}")
    return Operand(operand.column, operand.spec, operand.type, None, function)


def _family(kind: pa.DataType) -> Family:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        return "moment"
    if pa.types.is_null(kind):
        return "nothing"
    return "duration" if pa.types.is_duration(kind) else "text"


def with_value(left: Operand, sign: str, said: Value) -> Test:
    """The test of a column's native values by something written out."""
    if sign != "=" and left.family in ("text", "boolean"):
        raise Unfit(f"{left.name} is a {left.spec.kind}, whose values have no order; compare it by `=` or `in`")
    value = _read(left, said)
    if left.family == "moment" and isinstance(value, date) and not isinstance(value, datetime):
        return lambda values: _SIGNS[sign](_days(values), pa.scalar(value))
    if left.family == "number":
        return lambda values: _numbers(left.of(values), sign, value)
    if sign == "=" and left.family == "text":
        _check_there(left, value)
    return lambda values: _SIGNS[sign](left.of(values), value)


def with_column(left: Operand, sign: str, right: Operand) -> Test:
    """The test of two columns' native values."""
    if left.family != right.family or left.family == "nothing":
        raise Unfit(
            f"{left.name} ({left.spec.kind}) cannot be compared with {right.name} ({right.spec.kind}); only columns of "
            "one kind can"
        )
    if sign != "=" and left.family in ("text", "boolean"):
        raise Unfit(f"{left.name} is a {left.spec.kind}, whose values have no order; compare it by `=`")
    if left.family == "moment" and (left.type.tz is None) != (right.type.tz is None):
        raise Unfit(f"one of {left.name} and {right.name} has a time zone, the other none; they cannot be compared")
    if left.family == "number":
        return lambda a, b: _SIGNS[sign](
            left.of(a).cast(pa.float64(), safe=False), right.of(b).cast(pa.float64(), safe=False)
        )
    return lambda a, b: _SIGNS[sign](left.of(a), right.of(b))


def like(left: Operand, pattern: Value) -> Test:
    """The test of a column's texts by a pattern."""
    if left.family != "text" or pattern.kind != "text":
        raise Unfit(f"`like` compares a text with a pattern in single quotes; {left.name} is a {left.spec.kind}")
    return lambda values: pc.match_like(values, pattern.text)


def _numbers(values: pa.Array, sign: str, value: float) -> pa.Array:
    small = isinstance(value, int) and abs(value) < 2**63
    if small and pa.types.is_integer(values.type) and not pa.types.is_uint64(values.type):
        return _SIGNS[sign](values.cast(pa.int64()), pa.scalar(value, pa.int64()))
    return _SIGNS[sign](_floats(values), pa.scalar(float(value)))


def _floats(numbers: pa.Array) -> pa.Array:
    return numbers.cast(pa.float64(), safe=False)


def _days(moments: pa.Array) -> pa.Array:
    """The days of moments, where their clocks stand."""
    return pc.cast(moments if moments.type.tz is None else pc.local_timestamp(moments), pa.date32(), safe=False)


def _check_there(left: Operand, value: Any) -> None:
    """A name must be one of those that there are: rows with another one would never come."""
    there = left.values
    if there is not None and not pc.any(pc.equal(there, value)).as_py():
        shown = value.as_py() if isinstance(value, pa.Scalar) else value
        raise Unfit(
            f"{left.name} has no value {shown!r} that the model makes (values that few rows share are never made)"
            f"{nearest(str(shown), map(str, there.drop_null().to_pylist()))}"
        )


def _read(left: Operand, said: Value) -> Any:
    """Something written out as a value of the column: a number, a day, or an Arrow scalar of the column's type."""
    try:
        match left.family:
            case "number":
                return _number(left, said)
            case "date" | "moment":
                return _moment(left, said)
            case "boolean" if said.kind == "boolean":
                return pa.scalar(said.text == "true")
            case "text":
                return pa.scalar(said.text, left.type)
            case "boolean" | "duration":
                return _spelled(left, said)
    except (ValueError, OverflowError, pa.ArrowException):
        pass
    wanted = f"{left.spec.true!r} or {left.spec.false!r}" if left.spec.kind == "boolean" else _LIKE[left.family]
    raise Unfit(f"{left.name} is a {left.spec.kind}, and {said.text[:40]!r} is none of its values; expected {wanted}")


def _number(left: Operand, said: Value) -> int | float:
    if said.kind == "number":
        found = float(said.text)
        value: int | float = int(said.text) if said.text.lstrip("-").isdecimal() else found
        if found in (float("inf"), float("-inf")):
            raise ValueError(said.text)
    elif said.kind == "text" and not left.function and left.spec.kind in ("number", "place"):
        read = _spelled(left, said).as_py()
        value = read if isinstance(read, int) else float(read)
    else:
        raise ValueError(said.text)
    if left.spec.kind == "category" and not left.function:
        _check_there(left, value)
    return value


def _spelled(left: Operand, said: Value) -> pa.Scalar:
    """A value as the source spells it."""
    try:
        found = native(pa.array([said.text]), left.spec)[0]
    except DataError:
        raise ValueError(said.text) from None
    if not found.is_valid:
        raise ValueError(said.text)
    return found


def _moment(left: Operand, said: Value) -> Any:
    if said.kind in ("text", "moment"):
        try:
            return (
                date.fromisoformat(said.text)
                if len(said.text) <= 10
                else _zoned(left, datetime.fromisoformat(said.text))
            )
        except ValueError:
            pass
    found = _spelled(left, said)
    return _zoned(left, found.as_py()) if left.family == "moment" else found.as_py()


def _zoned(left: Operand, moment: datetime) -> Any:
    """A moment in the column's type; one without a zone is where the column's clock stands."""
    if left.family == "date":
        raise ValueError("a day has no time")
    zone = left.type.tz
    if zone is None and moment.tzinfo is not None:
        raise ValueError("the column has no zone")
    if zone is not None and moment.tzinfo is None:
        return pc.assume_timezone(
            pa.scalar(moment, pa.timestamp("us")), zone, ambiguous="earliest", nonexistent="latest"
        )
    return pa.scalar(moment, pa.timestamp("us", zone))
