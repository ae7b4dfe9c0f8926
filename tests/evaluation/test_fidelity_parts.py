"""The parts of fidelity against known answers: distances, intervals, associations, charts, triples."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from parhelion.evaluation.case import Case
from parhelion.evaluation.codes import coded
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.fidelity import measure
from parhelion.evaluation.fidelity.associations import Levelled, association, ordered, ranked
from parhelion.evaluation.fidelity.charts import OTHERS
from parhelion.evaluation.fidelity.distances import step_gap, variation_gap, wasserstein
from parhelion.evaluation.fidelity.pairs import chosen, information
from parhelion.evaluation.fidelity.scales import calendar, clock, decades, labels, linear, moments
from parhelion.schema import (
    CategoryColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    NumberColumn,
    PlaceColumn,
    Table,
)

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.RNG", np.random.default_rng(0))


def one(kind, train, synthetic, holdout, **given):
    """The figures of a table of one column."""
    tables = [pa.table({"x": values}) for values in (train, synthetic, holdout)]
    column = kind if not isinstance(kind, type) else kind(name="x")
    case = Case(Table(name="t", columns=(column,)), *tables, cut=False, config=EvaluateConfig(**given))
    return measure(case).columns[0]


def test_distances_are_those_of_scipy():
    x, y = RNG.normal(size=500).round(1), RNG.gamma(2, size=300).round(1)
    both = coded(pa.array(x), pa.array(y), pa.array(x))
    p, q = (np.bincount(codes, minlength=both.size)[1:] / len(codes) for codes in both.tables[:2])
    values = both.values.to_numpy()
    assert step_gap(p, q).size == pytest.approx(stats.ks_2samp(x, y).statistic)
    assert wasserstein(p, q, values) == pytest.approx(stats.wasserstein_distance(x, y))
    for gap in (step_gap(p, q), variation_gap(p, q)):
        assert p[gap.apart].sum() - q[gap.apart].sum() == pytest.approx(gap.size)


def test_a_distance_lies_in_its_interval_as_often_as_said():
    """Of samples from two laws at a known distance."""
    inside = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        real, made = rng.random(1000) < 0.5, rng.random(1000) < 0.6
        column = one(
            CategoryColumn,
            pa.array(real).cast(pa.int8()),
            pa.array(made).cast(pa.int8()),
            pa.array(real).cast(pa.int8()),
        )
        inside.append(column.interval[0] <= 0.1 <= column.interval[1])
    assert 0.9 <= np.mean(inside) <= 0.99


def test_the_unit_of_a_distance_is_the_column_s():
    days = pa.array([0, 10, 20], pa.int32()).cast(pa.date32())
    later = pa.array([3, 13, 23], pa.int32()).cast(pa.date32())
    column = one(DateColumn, days, later, days)
    assert (column.unit, column.wasserstein.value, column.wasserstein.reference) == ("days", pytest.approx(3), 0)
    micros = pa.array([0, 7_000_000], pa.timestamp("us"))
    column = one(DatetimeColumn, micros, pa.array([500_000, 7_500_000], pa.timestamp("us")), micros)
    assert (column.unit, column.wasserstein.value) == ("seconds", pytest.approx(0.5))
    money = NumberColumn(name="x", suffix=" EUR")
    assert one(money, pa.array([1, 2]), pa.array([2, 3]), pa.array([1, 2])).unit == "EUR"


def test_infinite_values_are_left_out_of_distances_in_units():
    column = one(NumberColumn, pa.array([1.0, np.inf]), pa.array([2.0, -np.inf]), pa.array([1.0, np.inf]))
    assert column.wasserstein.value == 1
    assert column.distance.value == 0.5


def test_to_train_is_of_all_known_values():
    column = one(NumberColumn, pa.array([1, 2, None, None]), pa.array([1, 2, 2, 2]), pa.array([1]))
    assert column.to_train == pytest.approx(0.25)
    assert column.missing.train == 0.5


def test_coverage_of_ranges_and_categories():
    column = one(NumberColumn, pa.array([0, 100]), pa.array([25, 150]), pa.array([0, 50]))
    assert (column.coverage.synthetic, column.coverage.holdout) == (0.75, 0.5)
    assert (column.unseen.value, column.unseen.reference) == (0.5, 0)
    column = one(CategoryColumn, pa.array(["a", "b"]), pa.array(["a", "c"]), pa.array(["b", "a"]))
    assert (column.coverage.synthetic, column.coverage.holdout) == (0.5, 1)


def test_associations_are_those_of_scipy():
    x, noise = RNG.normal(size=2000), RNG.normal(size=2000)
    y = np.exp(x + noise)
    ranks = [ranked(each, int(each.max()) + 1) for each in (coded(*[pa.array(v)] * 3).train for v in (x, y))]
    assert association(*ranks) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert association(ordered(x), ordered(y)) == pytest.approx(stats.pearsonr(x, y).statistic)
    first, second = np.digitize(x, [-1, 0, 1]), np.digitize(y, [0.5, 2])
    table = np.zeros((4, 3), int)
    np.add.at(table, (first, second), 1)
    v = association(Levelled(first + 1, 5), Levelled(second + 1, 4))
    assert v == pytest.approx(stats.contingency.association(table), abs=0.01)


def test_associations_of_independent_columns_are_near_0_however_many_categories():
    many = Levelled(RNG.integers(1, 51, 300).astype(np.uint8), 51)
    other = Levelled(RNG.integers(1, 51, 300).astype(np.uint8), 51)
    assert association(many, other) < 0.15
    assert association(ordered(RNG.normal(size=300)), many) < 0.3
    assert information(RNG.integers(0, 100, 1000), 10, 10) < 0.02


def test_associations_use_rows_where_both_are_known():
    x = np.array([1.0, 2, 3, np.nan, np.nan])
    assert association(ordered(x), ordered(np.array([2.0, 4, 6, -9, 9]))) == pytest.approx(1)
    groups = Levelled(np.array([1, 1, 2, 0, 2], np.uint8), 3)
    assert association(ordered(np.array([0.0, 0, 5, 99, 5])), groups) == pytest.approx(1)


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2, 2], [np.nan, np.nan]])
def test_what_does_not_vary_has_no_association(values):
    x = ordered(np.array(values))
    assert association(x, x) is None
    assert association(x, Levelled(np.ones(len(values), np.uint8), 2)) is None


def test_pairs_are_drawn_without_repeating_any():
    names = [f"c{i}" for i in range(40)]
    drawn = chosen(names, 700, np.random.default_rng(0))
    assert len(set(drawn)) == 700
    assert all(names.index(first) < names.index(second) for first, second in drawn)
    assert set(chosen(names, 779, np.random.default_rng(0))) < set(chosen(names, 780, np.random.default_rng(0)))


def test_a_triple_that_only_three_columns_tell_is_found():
    """Any two of the three are independent; each is told by the other two."""

    def rows(rng, *, wrong):
        a, b = rng.integers(0, 2, (2, 2000))
        c = rng.integers(0, 2, 2000) if wrong else a ^ b
        columns = {"a": a, "b": b, "c": c, **{f"n{i}": rng.normal(size=2000) for i in range(4)}}
        return pa.table(columns)

    kinds = {name: CategoryColumn if name in "abc" else NumberColumn for name in rows(RNG, wrong=False).column_names}
    table = Table(name="t", columns=tuple(kind(name=name) for name, kind in kinds.items()))
    tables = [rows(np.random.default_rng(seed), wrong=seed == 1) for seed in range(3)]
    figures = measure(Case(table, *tables, cut=False, config=EvaluateConfig()))
    worst = figures.triples[0]
    assert set(worst.columns) == {"a", "b", "c"}
    assert worst.distance.value == pytest.approx(0.5, abs=0.03)
    assert worst.distance.reference < 0.06
    assert all(pair.distance.excess < 0.05 for pair in figures.pairs)


def test_a_heavy_tail_is_drawn_in_decades():
    gains = [pa.array(np.where(RNG.random(3000) < 0.5, 0, RNG.lognormal(6, 2, 3000)).astype(int)) for _ in range(3)]
    chart = one(NumberColumn, *gains).chart
    assert chart.edges[0] == 0
    assert {10.0, 100.0, 1000.0} <= set(chart.edges)
    assert max(chart.train[1:]) > 0.05
    assert "1,000" in chart.labels


def test_equal_steps_where_nothing_is_heavy():
    ages = [pa.array(RNG.integers(18, 80, 3000)) for _ in range(3)]
    chart = one(NumberColumn, *ages).chart
    assert set(np.diff(chart.edges)) == {2.0}
    assert len(chart.labels) == len(chart.edges) == len(chart.train) + 1
    assert [sum(chart.train), sum(chart.synthetic), sum(chart.holdout)] == pytest.approx([1, 1, 1])


def test_no_extreme_of_the_real_rows_is_an_edge_of_a_chart():
    values = np.append(RNG.normal(size=2000), [-987.654, 1234.567])
    chart = one(NumberColumn, *[pa.array(values)] * 3).chart
    assert -20 < chart.edges[0] < chart.edges[-1] < 20
    assert sum(chart.train) == pytest.approx(1)


def test_few_real_rows_have_no_chart():
    rows = [pa.array([1.5, 2.5, 3.5])] * 3
    assert one(NumberColumn, *rows).chart is None
    assert one(NumberColumn, *rows, protect=1).chart is not None


def test_rare_categories_are_not_named():
    train = pa.array(["often"] * 500 + ["seldom"] * 9 + ["once"])
    chart = one(CategoryColumn, train, pa.array(["seldom"] * 10), pa.array(["often"] * 10)).chart
    assert chart.labels == ("often", OTHERS)
    assert chart.synthetic == (0, 1)
    chart = one(CategoryColumn, train, pa.array(["seldom"] * 10), pa.array(["often", "seldom"])).chart
    assert chart.labels == ("often", "seldom", OTHERS)  # ten real rows share it


def test_the_twelve_most_frequent_categories_are_named():
    train = pa.array([f"c{value:02}" for value in np.repeat(np.arange(20), np.arange(60, 40, -1))])
    chart = one(CategoryColumn, train, train, train).chart
    assert chart.labels == (*(f"c{i:02}" for i in range(12)), OTHERS)


@pytest.mark.parametrize(
    ("edges", "least", "most"),
    [
        (linear(0, 1), 10, 30), (linear(17, 90, whole=True), 10, 45), (linear(-3e9, 8e9), 10, 40),
        (linear(0.001, 0.0013), 10, 40), (decades(0, 99_999, 100), 8, 40), (decades(-1e9, 1e9, 1e-9), 10, 80),
        (clock(0, 90), 10, 30), (clock(0, 86_400), 10, 30), (clock(0, 1e9), 10, 40),
        (calendar(0, 20), 10, 30), (calendar(15_000, 16_000), 10, 40), (calendar(-100_000, 100_000), 10, 40),
        (moments(0, 3600), 10, 40), (moments(1e9, 1.2e9), 10, 40), (moments(0, 0.5), 10, 30),
    ],
)  # fmt: skip
def test_edges_rise_and_are_not_too_many(edges, least, most):
    assert (np.diff(edges) > 0).all()
    assert least <= len(edges) - 1 <= most


def test_labels_read_as_people_write():
    day = float((date(2020, 1, 1) - date(1970, 1, 1)).days)
    assert labels("date", [day, day + 366]) == ("2020", "2021")
    assert labels("date", [day, day + 7]) == ("2020-01-01", "2020-01-08")
    noon = datetime(2020, 1, 1, 12, tzinfo=UTC).timestamp()
    assert labels("datetime", [noon, noon + 1800]) == ("2020-01-01 12:00", "2020-01-01 12:30")
    assert labels("duration", [0, 86_400]) == ("0 d", "1 d")
    assert labels("duration", [-90, 0]) == ("-90 s", "0 s")
    assert labels("place", [-0.5, 0]) == ("-0.5", "0")


def test_places_are_compared_in_degrees():
    places = PlaceColumn(name="x", part="latitude")
    column = one(places, *[pa.array(RNG.uniform(45, 48, 500)) for _ in range(3)])
    assert (column.unit, column.measure) == ("degrees", "Kolmogorov-Smirnov")


def test_durations_are_drawn_on_the_clock():
    took = [pa.array(RNG.integers(0, 7200, 1000)).cast(pa.duration("s")) for _ in range(3)]
    assert one(DurationColumn, *took).chart.labels[:3] == ("0:00", "0:05", "0:10")
