"""The charts: what is drawn of which figures, and that odd figures are drawn at all."""

import math
import re

import made_report
import pytest
from made_numbers import score
from page_parts import Page

from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.report import grids, pictures, words
from parhelion.report.charts import Curve, Mark, Row, calibration, distribution, dots, heat, roc, strip

HOSTILE = "</text><script>"
ODD = (None, math.nan, math.inf, -math.inf, 0.0, 1e-300, 1e300)


def drawn(chart):
    """A chart, read strictly; no length in it is infinite or unknown."""
    found = Page(chart)
    assert not re.search(r'"[^"]*\b(nan|inf)\b[^"]*"', re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", chart))
    return found


def bars(*shares, labels=("a", HOSTILE)):
    return Distribution(labels=labels, train=shares, holdout=shares, synthetic=shares)


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("unit", ["AUC", "share", "bits"])
@pytest.mark.parametrize("better", ["lower", "higher", "reference"])
def test_a_scale_is_drawn_of_any_score(value, unit, better):
    for reference in (None, 0.5, value):
        made = score("a.b", HOSTILE, value, reference, (0.1, 0.9), unit=unit, better=better, ideal=0.5)
        drawn(strip(made))


def test_a_scale_has_the_score_its_interval_and_the_reference():
    found = drawn(strip(score("a.b", "Told", 0.6, 0.5, (0.55, 0.65), unit="AUC", ideal=0.5)))
    looks = [attributes.get("class") for _, attributes in found.tags]
    assert {"mark-real", "mark-synthetic", "band"} <= set(looks)
    assert "0.5 · best" in found.text
    untold = drawn(strip(score("a.b", "Told", None)))
    assert "mark-synthetic" not in [attributes.get("class") for _, attributes in untold.tags]
    assert "not told" in untold.text


@pytest.mark.parametrize("value", ODD)
def test_dots_are_drawn_of_any_value(value):
    drawn(dots("t", [Row(HOSTILE, (Mark("real", value, (0.0, 1.0)), Mark("third", 0.5)))], stems=True))
    drawn(dots("t", []))


def test_the_looks_of_dots_differ_in_shape():
    rows = [Row("a", (Mark("synthetic", 0.1), Mark("real", 0.2), Mark("third", 0.3)))]
    found = drawn(dots("t", rows))
    marks = [(tag, attributes["class"]) for tag, attributes in found.tags if "class" in attributes]
    assert {("circle", "dot-synthetic"), ("circle", "dot-real"), ("line", "mark-third")} <= set(marks)
    assert "a filled dot, a ring, an upright line" in found.text


@pytest.mark.parametrize("edges", [(0.0, 1.0, 2.0), (0.0, 0.0, 0.0), (-1e300, 0.0, 1e300), (5.0, 5.0, 6.0)])
def test_steps_are_drawn_over_any_edges(edges):
    chart = Distribution(
        edges=edges, labels=("1", "2", HOSTILE), train=(0.5, 0.5), holdout=(1.0, 0.0), synthetic=(0.0, 0.0)
    )
    drawn(distribution(HOSTILE, chart))


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.0, 0.0), (1.0, 0.0)])
def test_bars_are_drawn_of_any_shares(shares):
    assert "script" in drawn(distribution("c", bars(*shares))).text


def test_few_bars_are_drawn_and_the_others_counted():
    labels = tuple(map(str, range(12)))
    found = drawn(distribution("c", bars(*[1 / 12] * 12, labels=labels)))
    assert "and 4 more, in the figures" in found.text
    assert len(grids.distribution(bars(*[1 / 12] * 12, labels=labels)).rows) == 12


def test_no_bins_and_no_categories_are_drawn():
    drawn(distribution("c", bars(labels=())))
    drawn(distribution("c", Distribution(edges=(1.0,), labels=("1",), train=(), holdout=(), synthetic=())))


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("points", [(), ((0.0, 0.0),), ((0.0, math.nan), (1.0, 1.0)), ((0.0, 0.0), (1.0, 1.0))])
def test_curves_are_drawn_through_any_points(log, points):
    drawn(roc(HOSTILE, [Curve(HOSTILE, points, "synthetic")], log=log))
    drawn(roc("t", []))


def test_calibration_has_a_dot_for_each_bin():
    found = drawn(calibration("t", [Curve("a", [(0.1, 0.2), (0.5, 0.6)], "real")]))
    assert len([tag for tag, attributes in found.tags if attributes.get("class") == "dot-real"]) == 2


def test_a_heat_map_tells_what_is_negative_by_more_than_colour():
    found = drawn(heat("t", ["a", "b", "c"], {("a", "b"): 0.5, ("c", "a"): -0.5}))
    looks = [attributes.get("class") for _, attributes in found.tags]
    assert [looks.count(look) for look in ("cell-plus", "cell-minus", "dash", "cell-none")] == [1, 1, 1, 1]
    assert "a and c: −0.5" in found.text


def test_a_heat_map_of_many_columns_shows_those_of_the_worst_pairs():
    report = made_report.wide()
    crossed = pictures.crossed(report.fidelity.pairs)
    assert len(crossed) == pictures.DRAWN
    assert crossed[0] in {report.fidelity.pairs[0].first, report.fidelity.pairs[0].second}
    assert len(pictures.crossed(report.fidelity.pairs[:20])) <= pictures.SHOWN


def test_a_table_leaves_out_columns_in_which_nothing_is_told():
    report = made_report.full()
    every = grids.columns(report.fidelity.columns)
    known = grids.columns(report.fidelity.columns[:3])
    assert "Copied values" in every.head
    assert "Copied values" not in known.head
    assert {len(row) for row in known.rows} == {len(known.head)}


def test_every_table_has_as_many_cells_as_heads():
    report = made_report.full()
    (first, second), fairness = report.utility.tasks, report.fairness.attributes[0].groups
    for grid in (
        grids.columns(report.fidelity.columns), grids.pairs(report.fidelity.pairs),
        grids.triples(report.fidelity.triples), grids.tests(report.detection.tests),
        grids.clues(report.detection.clues), grids.predictions(first.models), grids.predictions(second.models),
        grids.calibrations(first.models), grids.importances(first.importances),
        grids.coefficients(first.coefficients), grids.memberships(report.privacy.membership),
        grids.guesses(report.privacy.guesses), grids.at_risk(report.privacy.at_risk),
        grids.uniqueness(report.privacy.uniqueness), grids.groups(fairness), grids.rules(report.rules.rules),
    ):  # fmt: skip
        assert grid.rows
        assert {len(row) for row in grid.rows} == {len(grid.head)}
        assert set(grid.texts) <= set(range(len(grid.head)))


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (-0.0, "0"), (1234.5, "1,230"), (math.inf, "–"), (-1e-9, "−1 × 10⁻⁹"), (1e15, "1 × 10¹⁵")],
)
def test_numbers_are_said_in_three_digits(value, said):
    assert words.number(value).replace(words.SPACE, " ") == said


@pytest.mark.parametrize("value", [0.00004, 0.99996, -0.00004, 0.9996, 1.0, 0.0, -0.5, 2.5])
def test_a_share_that_is_not_all_or_nothing_is_never_said_to_be(value):
    said = words.share(value)
    assert (said == f"0{words.SPACE}%") == (value == 0)
    assert (said == f"100{words.SPACE}%") == (value == 1)
