"""Small charts of our own: pure functions from figures to SVG, readable in light and dark."""

from parhelion.report.charts.curves import Curve, calibration, roc
from parhelion.report.charts.distribution import distribution
from parhelion.report.charts.dots import Mark, Row, dots
from parhelion.report.charts.heat import heat
from parhelion.report.charts.ranks import ranks
from parhelion.report.charts.strip import strip

__all__ = ["Curve", "Mark", "Row", "calibration", "distribution", "dots", "heat", "ranks", "roc", "strip"]
