"""What the scores must reach, and whether they do.

A bar is held when the mean over the samples is within one standard error of it. The membership attacks have a standard
error of their own, from the number of rows asked about, which counts where it is larger.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from score import Figure

Means = Mapping[str, Figure]
Better = Literal["<=", ">="]


@dataclass(frozen=True)
class Bar:
    """A limit: `better` says on which side of it a value must lie. `se` is the limit's own standard error."""

    better: Better
    limit: float
    se: float = 0.0

    def held(self, mean: float, se: float) -> bool:
        """
        >>> Bar("<=", 0.52).held(0.524, se=0.005), Bar("<=", 0.52).held(0.524, se=0.003)
        (True, False)
        """
        slack = math.hypot(se, self.se)
        return mean <= self.limit + slack if self.better == "<=" else mean >= self.limit - slack

    def __str__(self) -> str:
        return f"{'≤' if self.better == '<=' else '≥'} {number(self.limit)}"


FIXED: dict[str, dict[str, Bar]] = {
    "adult": {
        "shape": Bar("<=", 0.005),
        "trend": Bar("<=", 0.010),
        "xgb_c2st": Bar(">=", 0.95),
        "gbm_auc": Bar("<=", 0.535),
        "mle": Bar(">=", 0.927),
        "dcr_share": Bar("<=", 0.53),
        "mia": Bar("<=", 0.52),
        "domias": Bar("<=", 0.525),
    },
    "shoppers": {
        "trend": Bar("<=", 0.0116),
        "gbm_auc": Bar("<=", 0.52),
        "mle": Bar(">=", 0.934),
        "mia": Bar("<=", 0.525),
    },
}

# An AUC or a share below a half is chance, not virtue: no bar asks for less.
HALVES = ("gbm_auc", "dcr_share", "mia")
MOST_MIA = 0.525


def bars(name: str, task: str, cart: Means) -> dict[str, Bar]:
    """The bars of a data set: fixed ones, or being no worse than plain CART."""
    return FIXED[name] if name in FIXED else against(task, cart)


def against(task: str, cart: Means) -> dict[str, Bar]:
    """No score worse than the rival's, and `mia` at most 0.525 where the rival's is above that.

    >>> shown = against("regression", {"mle": (50000.0, 100.0), "mia": (0.57, 0.01), "gbm_auc": (0.49, 0.01)})
    >>> {name: str(bar) for name, bar in shown.items()}
    {'gbm_auc': '≤ 0.5000', 'mle': '≤ 50000', 'mia': '≤ 0.5250'}
    """
    better: dict[str, Better] = {
        "shape": "<=", "trend": "<=", "xgb_c2st": ">=", "gbm_auc": "<=",
        "mle": "<=" if task == "regression" else ">=", "dcr_share": "<=", "mia": "<=",
    }  # fmt: skip
    return {name: rival(name, side, cart[name]) for name, side in better.items() if name in cart}


def rival(name: str, better: Better, figure: Figure) -> Bar:
    limit, se = figure
    if name == "mia" and limit > MOST_MIA:
        return Bar("<=", MOST_MIA)
    return Bar(better, max(limit, 0.5) if name in HALVES else limit, se or 0.0)


def error(name: str, means: Means) -> float:
    """The standard error that counts.

    >>> error("mia", {"mia": (0.51, 0.002), "mia_se": (0.0075, 0.0)})
    0.0075
    """
    spread = means[name][1] or 0.0
    return max(spread, means[f"{name}_se"][0]) if f"{name}_se" in means else spread


def number(value: float) -> str:
    """
    >>> number(0.0125), number(46058.76)
    ('0.0125', '46059')
    """
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.0f}"
