"""Quantities: exactness, protection, grids, bins."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parhelion.codecs import Draw, Protection, observe
from parhelion.codecs.search import Search
from parhelion.codecs.spread import Spread, pack
from parhelion.errors import DataError
from parhelion.schema.columns import DateColumn, DatetimeColumn, NumberColumn


def codec_of(values, rows=10, decimals=None, kind=NumberColumn):
    spec = kind(name="x") if decimals is None else kind(name="x", decimals=decimals)
    return observe(values, spec).codec(Protection(rows=rows))


def again(codec, values, seed=0):
    codes = codec.encode(values)
    return codec.decode(codes, Draw(np.random.default_rng(seed), seed, 0, len(values)))


integers = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=300)


@given(integers, st.integers(1, 12))
@settings(deadline=None, max_examples=150)
def test_integers_stay_in_their_bin_and_on_their_grid(numbers, rows):
    values = pa.array(numbers, pa.int64())
    codec = codec_of(values, rows)
    made = again(codec, values)
    assert min(numbers) <= min(made.to_pylist()) <= max(made.to_pylist()) <= max(numbers)
    assert (codec.encode(made) == codec.encode(values)).all()
    step = codec.step or 1
    assert all((x - numbers[0]) % step == 0 for x in made.to_pylist())


@given(integers)
@settings(deadline=None, max_examples=100)
def test_without_protection_few_values_come_back_exactly(numbers):
    values = pa.array(numbers, pa.int64())
    assert again(codec_of(values, rows=1), values).equals(values)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=30, max_size=300), st.integers(0, 6), st.booleans())
@settings(deadline=None, max_examples=150)
def test_decimals_keep_their_grid(counted, decimals, narrow):
    decimals = min(decimals, 2) if narrow else decimals
    values = pa.array(np.array(counted) / 10**decimals, pa.float32() if narrow else pa.float64())
    made = again(codec_of(values, decimals=decimals), values)
    assert made.type == values.type
    for x in np.asarray(made):
        nearest = type(x)(round(float(x) * 10**decimals) / 10**decimals)
        assert x == nearest


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=200), st.integers(1, 12))
@example([0.0, 1.0, 5e-324, -1.0], 2)
@example([0.0, 0.3, 0.1 + 0.2, 1.0], 2)
@settings(deadline=None, max_examples=150)
def test_floats_of_all_sorts_make_a_codec_that_knows_its_own_values(numbers, rows):
    values = pa.array(numbers, pa.float64())
    codec = codec_of(values, rows)
    made = again(codec, values)
    assert (codec.encode(made) == codec.encode(values)).all()


@given(
    st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=100), st.integers(1, 12), st.sampled_from([0, 3, 7])
)
@settings(deadline=None, max_examples=60)
def test_very_large_integers_are_exact(numbers, rows, scale):
    values = pa.array([Decimal(x).scaleb(-scale) for x in numbers], pa.decimal128(38, scale))
    codec = codec_of(values, rows)
    made = again(codec, values)
    assert min(values.to_pylist()) <= min(made.to_pylist()) <= max(made.to_pylist()) <= max(values.to_pylist())
    assert (codec.encode(made) == codec.encode(values)).all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=400), st.integers(1, 12))
@settings(deadline=None, max_examples=200)
def test_bins_are_disjoint_ascending_and_hold_enough_rows(numbers, rows):
    spread = Spread.of(np.array(numbers))
    bins = pack(spread, rows)
    assert (bins.low <= bins.high).all()
    assert (bins.high[:-1] < bins.low[1:]).all()
    counts = np.bincount(Search.between(bins.low, bins.high).find(np.array(numbers), 0), minlength=len(bins.low))
    alone = (counts < rows) & (bins.low == bins.high)
    gap = np.diff(bins.low, prepend=bins.low[0], append=bins.low[-1])
    assert len(numbers) < rows or (np.minimum(gap[:-1], gap[1:])[alone] <= 2 * spread.step).all()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=60, unique=True), st.data())
@settings(deadline=None, max_examples=150)
def test_a_value_goes_to_the_nearest_bin(bounds, data):
    bounds = np.sort(np.array(bounds[: len(bounds) // 2 * 2])) + 0.0
    low, high = bounds[::2], bounds[1::2]
    x = np.array(data.draw(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))) + 0.0
    found = Search.between(low, high).find(x, 0)
    with np.errstate(over="ignore"):
        away = np.maximum(np.maximum(low - x[:, None], x[:, None] - high), 0)
    assert (away[np.arange(len(x)), found] * (1 - 1e-9) <= away.min(axis=1)).all()


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e290])
def test_long_columns_are_searched_as_short_ones(scale):
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(size=50_000), rng.lognormal(0, 4, 50_000), -rng.lognormal(0, 3, 50_000), 0.0] * scale
    codec = codec_of(pa.array(x))
    codes = codec.encode(pa.array(x))
    assert (codes == np.concatenate([codec.encode(pa.array(part)) for part in np.array_split(x, 50)])).all()


def test_long_columns_of_large_integers_are_searched_exactly():
    x = np.random.default_rng(0).integers(2**53, 2**53 + 5_000_000, 130_000) * 2
    codec = codec_of(pa.array(x))
    codes = codec.encode(pa.array(x))
    bounds = list(zip(codec.low, codec.high, strict=True))
    inside = [
        bounds[code][0] <= value <= bounds[code][1] for value, code in zip(x.tolist(), codes.tolist(), strict=True)
    ]
    # all but those that the protected ends clip
    assert len(x) - sum(inside) <= 18


def test_the_salary_of_the_one_billionaire_never_appears():
    salaries = pa.array([*range(20_000, 60_000, 20), 10**9])
    codec = codec_of(salaries)
    assert codec.high[-1] == sorted(salaries.to_pylist())[-10]
    assert codec.low[0] == sorted(salaries.to_pylist())[9]
    assert max(again(codec, salaries).to_pylist()) < 60_000


def test_the_ends_are_no_spikes():
    values = pa.array(np.random.default_rng(0).normal(size=500))
    made = np.asarray(again(codec_of(values), values))
    assert np.unique(made, return_counts=True)[1].max() == 1


def test_unprotected_ends_are_the_real_ones():
    values = pa.array([*range(20_000), 10**9])
    assert (codec_of(values, rows=1).low[0], codec_of(values, rows=1).high[-1]) == (0, 10**9)


def test_a_frequent_value_is_an_atom_among_bins():
    rng = np.random.default_rng(1)
    values = np.where(rng.random(50_000) < 0.6, 0, rng.lognormal(8, 2, 50_000))
    codec = codec_of(pa.array(values))
    made = np.asarray(again(codec, pa.array(values)))
    assert (made == 0).sum() == (values == 0).sum()
    assert 300 < codec.size < 1_100
    codes = codec.encode(pa.array(values))
    assert np.bincount(codes)[1:].max() < 3 * len(values) / 1000


def test_bins_do_not_bridge_a_void():
    rng = np.random.default_rng(2)
    values = np.r_[rng.uniform(0, 1, 30_000), rng.uniform(1000, 1001, 30_015)]
    made = np.asarray(again(codec_of(pa.array(values)), pa.array(values)))
    assert not ((made > 1.001) & (made < 999.999)).any()


def test_dates_keep_their_gaps():
    days = [date(2020, 1, 1 + i % 28) for i in range(2_000)] + [date(2024, 6, 1 + i % 28) for i in range(2_000)]
    made = again(codec_of(pa.array(days), kind=DateColumn), pa.array(days)).to_pylist()
    assert {d.year for d in made} == {2020, 2024}


def test_half_hours_stay_half_hours_and_the_zone_stays():
    kind = pa.timestamp("ns", "America/New_York")
    slots = np.random.default_rng(3).integers(0, 20_000, 9_000) * 1800 * 10**9 + 900 * 10**9
    values = pa.array(slots, kind)
    made = again(codec_of(values, kind=DatetimeColumn), values)
    assert made.type == kind
    assert set((np.asarray(made.cast(pa.int64())) % (1800 * 10**9)).tolist()) == {900 * 10**9}


def test_rare_infinities_become_the_ends_and_rare_nan_missing():
    values = pa.array([float(i % 100) for i in range(5_000)] + [float("inf"), float("-inf"), float("nan"), None])
    codec = codec_of(values)
    assert codec.marks == (True, False, False, False)
    codes = codec.encode(values)[-4:].tolist()
    assert codes == [codec.size - 1, 1, 0, 0]


def test_missing_that_was_never_seen_gets_the_usual_value():
    codec = codec_of(pa.array(range(101)), rows=1)
    assert codec.encode(pa.array([None], pa.int64())).tolist() == [50]


def test_other_types_are_encoded_on_the_learned_scale():
    codec = codec_of(pa.array([1, 2, 3] * 20, pa.int8()))
    assert codec.encode(pa.array([2.4, 3e9, -7.0, None])).tolist() == [1, 2, 0, 1]
    assert codec.encode(pa.array([2**63], pa.uint64())).tolist() == [2]
    with pytest.raises(DataError, match="learned from int8, and now holds string"):
        codec.encode(pa.array(["a"]))


def test_words_are_no_quantity():
    with pytest.raises(DataError, match="got string"):
        observe(pa.array(["a"]), NumberColumn(name="x"))


def test_parts_of_different_types_merge():
    spec = NumberColumn(name="x", decimals=0)
    ints = observe(pa.array([1, 2] * 20, pa.int8()), spec)
    wide = observe(pa.array([2**40] * 20), spec)
    huge = observe(pa.array([Decimal(10**30)] * 20, pa.decimal128(38, 0)), spec)
    floats = observe(pa.array([0.5] * 20), NumberColumn(name="x"))
    codec = ints.merge(wide).codec(Protection())
    assert (codec.type, codec.low) == ("int64", (1, 2, 2**40))
    assert ints.merge(floats).codec(Protection()).low == (0.5, 1.0, 2.0)
    assert wide.merge(huge).codec(Protection()).low == (2**40, 10**30)
    with pytest.raises(DataError, match="one part of the column holds"):
        ints.merge(observe(pa.array([date(2020, 1, 1)]), DateColumn(name="x")))


def test_grids_of_parts_become_one():
    spec = NumberColumn(name="x", decimals=2)
    tens = observe(pa.array([0.1, 0.3] * 20), spec)
    shifted = observe(pa.array([0.25] * 20), spec)
    assert tens.codec(Protection()).step == 20
    assert tens.merge(shifted).codec(Protection()).step == 5
    assert shifted.codec(Protection()).step == 0


def test_a_part_that_leaves_the_grid_takes_the_column_with_it():
    spec = NumberColumn(name="x", decimals=2)
    codec = observe(pa.array([0.25] * 20), spec).merge(observe(pa.array([1e300] * 20), spec)).codec(Protection())
    assert (codec.decimals, codec.low) == (None, (0.25, 1e300))


@pytest.mark.parametrize("parts", [1, 8])
def test_long_columns_are_summed_up_within_the_stated_error(parts):
    rng = np.random.default_rng(4)
    x = np.where(rng.random(400_000) < 0.1, 7.5, rng.pareto(1, 400_000) * 10)
    spec = NumberColumn(name="x")
    merged, *others = (observe(pa.array(part), spec) for part in np.array_split(x, parts))
    for other in others:
        merged = merged.merge(other)
    spread = merged.spread
    assert len(spread.high) <= 65_536
    assert spread.rows == len(x)
    real = np.searchsorted(np.sort(x), spread.high, side="right")
    assert np.abs(np.cumsum(spread.count) - real).max() <= len(x) / 8192 * max(parts - 1, 0)
    codec = merged.codec(Protection())
    assert codec.low[0] == np.sort(x)[9]
    assert codec.high[-1] == np.sort(x)[-10]
    counts = np.bincount(codec.encode(pa.array(x)), minlength=codec.size)
    assert counts.min() >= 10
    assert np.sort(counts)[-2] < 3 * len(x) / 1000
    atom = int(codec.encode(pa.array([7.5]))[0])
    assert codec.low[atom] == codec.high[atom] == 7.5


def test_decoded_values_spread_evenly_over_a_bin():
    codec = codec_of(pa.array(np.arange(20_000)))
    widest = max(range(codec.size), key=lambda at: codec.high[at] - codec.low[at])
    codes = np.full(50_000, widest, np.int32)
    made = np.asarray(codec.decode(codes, Draw(np.random.default_rng(0), 0, 0, len(codes))))
    values, counts = np.unique(made, return_counts=True)
    assert values.tolist() == list(range(codec.low[widest], codec.high[widest] + 1))
    assert counts.min() > 0.8 * counts.mean()
