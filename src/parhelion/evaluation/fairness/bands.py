"""Numbers in a few bands that people understand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_AGES = (25.0, 45.0, 65.0)


def cuts(values: Floats, *, age: bool) -> tuple[float, ...]:
    """Where the bands of known values begin, but the first: of ages as statistics offices cut them; else near the
    quartiles, rounded. Empty where all values are the same.

    >>> cuts(np.arange(18.0, 90), age=True), cuts(np.arange(1000.0), age=False)
    ((25.0, 45.0, 65.0), (250.0, 500.0, 750.0))
    """
    if not len(values):
        return ()
    if age and values.min() >= 0 and values.max() <= 130:
        return tuple(cut for cut in _AGES if values.min() < cut <= values.max())
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    step = _nice((high - low) / 5)
    rounded = {
        float(np.round(np.round(each / step) * step, 10)) if step else float(each) for each in (low, middle, high)
    }
    return tuple(sorted(cut for cut in rounded if values.min() < cut <= values.max()))


def _nice(step: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is no larger; 0 of 0.

    >>> _nice(7.0), _nice(0.03), _nice(100.0)
    (5.0, 0.02, 100.0)
    """
    if not np.isfinite(step) or step <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(step))
    return float(max(times * power for times in (1, 2, 5) if times * power <= step * (1 + 1e-9)))


def names(at: Sequence[float], *, whole: bool) -> list[str]:
    """What the bands are called. whole: all values are whole numbers.

    >>> names((25.0, 45.0, 65.0), whole=True), names((0.5,), whole=False)
    (['under 25', '25-44', '45-64', '65+'], ['under 0.5', '0.5+'])
    """
    if not at:
        return ["all values"]
    between = [
        f"{low:.10g}-{high - 1:.10g}" if whole and low >= 0 else f"{low:.10g} to under {high:.10g}"
        for low, high in pairwise(at)
    ]
    return [f"under {at[0]:.10g}", *between, f"{at[-1]:.10g}+"]


def banded(values: Floats, at: Sequence[float]) -> npt.NDArray[np.int64]:
    """0: missing; else 1 + the band: those below the first cut are in band 0."""
    return np.where(np.isnan(values), 0, np.searchsorted(np.asarray(at, np.float64), values, side="right") + 1)
