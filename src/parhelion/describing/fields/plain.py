"""Values as JSON can hold them."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A value of a table as JSON can hold it: dates as ISO 8601, durations as seconds, what is no number as None.

    >>> plain({"day": date(2024, 1, 31), "sum": Decimal("1.50"), "n": np.int64(3), "rate": float("nan")})
    {'day': '2024-01-31', 'sum': 1.5, 'n': 3, 'rate': None}
    """
    if isinstance(value, np.generic):
        value = value.item()
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return plain(int(value) if value == value.to_integral_value() else float(value))
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | np.ndarray():
            return [plain(inner) for inner in value]
        case _:
            return str(value)
