"""Columns of every kind and every awkward sort, for the contract test."""

from decimal import Decimal
from itertools import cycle, islice

import numpy as np
import pyarrow as pa

from parhelion.schema.columns import (
    BooleanColumn,
    CategoryColumn,
    Column,
    ConstantColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    PlaceColumn,
    TextColumn,
)

ROWS = 3_000
_rng = np.random.default_rng(20)


def _some(values: pa.Array, share: float = 0.1) -> pa.Array:
    """The values, some of them missing."""
    return pa.array(values.to_pylist(), values.type, mask=_rng.random(len(values)) < share)


def _floats_of_all_sorts() -> pa.Array:
    values = _rng.normal(size=ROWS)
    values[:200], values[200:250], values[250:300], values[300:320] = np.nan, np.inf, -np.inf, -0.0
    return pa.array(values, mask=_rng.random(ROWS) < 0.1)


def _repeated(*values: object) -> list[object]:
    return list(islice(cycle(values), ROWS))


_days = np.sort(_rng.choice(np.r_[0:300, 4000:4300], ROWS)).astype(np.int32)
_heavy = _rng.pareto(1.1, ROWS) * 1000
_spike = np.where(_rng.random(ROWS) < 0.7, 0, _rng.lognormal(8, 2, ROWS).astype(np.int64))
_ids = _rng.choice(10**7, ROWS, replace=False)

QUANTITIES: dict[str, tuple[pa.Array, Column]] = {
    "small integers": (pa.array(_rng.integers(17, 90, ROWS)), NumberColumn(name="x", decimals=0)),
    "int8": (pa.array(_rng.integers(-128, 128, ROWS), pa.int8()), NumberColumn(name="x", decimals=0)),
    "all int64": (pa.array(_rng.integers(-(2**63), 2**63 - 1, ROWS)), NumberColumn(name="x", decimals=0)),
    "int64's ends": (pa.array(_repeated(-(2**63), 2**63 - 1, 0), pa.int64()), NumberColumn(name="x")),
    "all uint64": (pa.array(_rng.integers(0, 2**64 - 1, ROWS, dtype=np.uint64)), NumberColumn(name="x", decimals=0)),
    "uint64's end": (pa.array(_repeated(2**64 - 1, 2**64 - 3, None), pa.uint64()), NumberColumn(name="x")),
    "integers of 100 bits": (
        pa.array([Decimal(int(i)) * 2**40 for i in _rng.integers(0, 2**60, ROWS)], pa.decimal128(38, 0)),
        NumberColumn(name="x", decimals=0),
    ),
    "negative decimals": (
        _some(pa.array([Decimal(int(i)).scaleb(-2) for i in _rng.integers(-9999, 9999, ROWS)], pa.decimal128(9, 2))),
        NumberColumn(name="x", decimals=2),
    ),
    "decimal256": (
        _some(pa.array([Decimal(int(i)) * 10**40 for i in _rng.integers(-99, 99, ROWS)], pa.decimal256(60, 0))),
        NumberColumn(name="x"),
    ),
    "tenths": (pa.array(np.round(_rng.normal(20, 300, ROWS), 1)), NumberColumn(name="x", decimals=1)),
    "float32 cents": (
        _some(pa.array(np.round(_rng.gamma(2, 50, ROWS), 2).astype(np.float32))),
        NumberColumn(name="x", decimals=2),
    ),
    "float16": (pa.array(_rng.normal(size=ROWS).astype(np.float16)), NumberColumn(name="x")),
    "float32": (pa.array(_rng.normal(size=ROWS).astype(np.float32)), NumberColumn(name="x")),
    "a heavy tail": (pa.array(_heavy), NumberColumn(name="x")),
    "a spike at zero": (pa.array(_spike), NumberColumn(name="x", decimals=0)),
    "huge floats": (pa.array(_rng.normal(size=ROWS) * 1e307), NumberColumn(name="x")),
    "tiny floats": (pa.array(_rng.random(ROWS) * 5e-320), NumberColumn(name="x")),
    "NaN, infinities, -0.0 and missing": (_floats_of_all_sorts(), NumberColumn(name="x")),
    "integers with NaN": (
        pa.array(np.r_[np.full(100, np.nan), np.arange(2900) % 40]),
        NumberColumn(name="x", decimals=0),
    ),
    "numbers of type null": (pa.nulls(50), NumberColumn(name="x")),
    "latitude": (pa.array(_rng.normal(48, 2, ROWS).round(5)), PlaceColumn(name="x", part="latitude", decimals=5)),
    "dates with a gap": (pa.array(_days, pa.date32()), DateColumn(name="x")),
    "date64": (_some(pa.array(_days.astype(np.int64) * 86_400_000, pa.date64())), DateColumn(name="x")),
    "half hours": (
        _some(pa.array(_rng.integers(0, 10**5, ROWS) * 1800 * 10**9, pa.timestamp("ns", "Europe/Berlin"))),
        DatetimeColumn(name="x"),
    ),
    "moments": (pa.array(_rng.integers(0, 2**50, ROWS), pa.timestamp("us")), DatetimeColumn(name="x")),
    "durations": (_some(pa.array(_rng.integers(-(10**6), 10**6, ROWS), pa.duration("ms"))), DurationColumn(name="x")),
    "times of day": (pa.array(_rng.integers(0, 1440, ROWS) * 60_000_000, pa.time64("us")), DurationColumn(name="x")),
    "time32": (
        _some(pa.array(_rng.integers(0, 86400, ROWS).astype(np.int32), pa.time32("s"))),
        DurationColumn(name="x"),
    ),
}

CATEGORIES: dict[str, tuple[pa.Array, Column]] = {
    "words": (_some(pa.array(_repeated("a", "b", "b", "ü", ""))), CategoryColumn(name="x")),
    "rare words": (pa.array([f"w{i}" for i in (_rng.pareto(0.8, ROWS) * 3).astype(int)]), CategoryColumn(name="x")),
    "large strings": (pa.array(_repeated("a", "b", None), pa.large_string()), CategoryColumn(name="x")),
    "postcodes": (_some(pa.array(_rng.choice([1000, 1010, 90210], ROWS), pa.int32())), CategoryColumn(name="x")),
    "floats as codes": (pa.array(_repeated(1.5, float("nan"), float("inf"), None)), CategoryColumn(name="x")),
    "dates as codes": (pa.array(_repeated(1, 2, None), pa.int32()).cast(pa.date32()), CategoryColumn(name="x")),
    "decimals as codes": (pa.array(_repeated(Decimal("1.50"), None), pa.decimal128(5, 2)), CategoryColumn(name="x")),
    "bytes as codes": (pa.array(_repeated(b"\x00", b"a", None)), CategoryColumn(name="x")),
    "all words rare": (pa.array([f"w{i}" for i in range(ROWS)]), CategoryColumn(name="x")),
    "all integers rare": (_some(pa.array(range(ROWS))), CategoryColumn(name="x")),
    "true and false": (_some(pa.array(_repeated(True, False, False))), BooleanColumn(name="x")),
    "hardly ever true": (pa.array([True] * 3 + [False] * (ROWS - 3)), BooleanColumn(name="x")),
    "ones and zeros": (pa.array(_repeated(0, 1, None), pa.int8()), BooleanColumn(name="x")),
    "a constant": (pa.array(["same"] * ROWS), ConstantColumn(name="x")),
    "a constant or missing": (pa.array(_repeated(7, None)), ConstantColumn(name="x")),
    "always missing": (pa.nulls(ROWS, pa.float64()), ConstantColumn(name="x")),
}

MADE: dict[str, tuple[pa.Array, Column]] = {
    "running numbers": (pa.array(range(1, ROWS + 1)), IdentifierColumn(name="x")),
    "running tens, some missing": (_some(pa.array(range(0, 10 * ROWS, 10)), 0.01), IdentifierColumn(name="x")),
    "scattered numbers": (_some(pa.array(_ids)), IdentifierColumn(name="x")),
    "numbers as texts": (_some(pa.array([str(i) for i in _ids])), IdentifierColumn(name="x")),
    "numbers that repeat": (pa.array(_ids[_rng.integers(0, 300, ROWS)]), IdentifierColumn(name="x", unique=False)),
    "numbers with a check digit": (
        pa.array(_ids + 10**9),
        IdentifierColumn(name="x", pattern="9999999999", check="luhn"),
    ),
    "patterned": (_some(pa.array([f"INV-{i:07d}" for i in _ids])), IdentifierColumn(name="x", pattern="INV-9999999")),
    "of many widths": (pa.array([f"№{i}" for i in range(ROWS)], pa.large_string()), IdentifierColumn(name="x")),
    "names": (_some(pa.array(["Ada"] * ROWS)), PersonalColumn(name="x", what="name", locale="de")),
    "phones as integers": (pa.array(range(ROWS)), PersonalColumn(name="x", what="phone", locale="fr")),
    "texts": (_some(pa.array(["a long story"] * ROWS)), TextColumn(name="x")),
    "texts, all there": (pa.array(["a long story"] * ROWS, pa.large_string()), TextColumn(name="x")),
}

CASES = QUANTITIES | CATEGORIES | MADE
