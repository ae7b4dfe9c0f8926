"""When a server says it may be asked again: the many ways in which servers write it, as seconds from now."""

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SPAN = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+")
_IN_WORDS = re.compile(r'(?:(?:try again|retry) in|retryDelay"?:) *"?((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)', re.IGNORECASE)
LONGEST = 86_400.0  # a server that says more means: not today


def wait(headers: Mapping[str, str], text: str) -> float | None:
    """The seconds to wait: from Retry-After, else from the limits that are used up, else from the message's words.

    >>> wait({"retry-after": "7"}, ""), wait({}, "Rate limit reached. Please try again in 1m2.5s.")
    (7.0, 62.5)
    >>> wait({"x-ratelimit-reset-requests": "120ms", "x-ratelimit-reset-tokens": "6m0s",
    ...       "x-ratelimit-remaining-tokens": "0", "x-ratelimit-remaining-requests": "9"}, "")
    360.0
    >>> wait({"retry-after": "soon"}, "slow down") is None
    True
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    now = _moment(lowered.get("date", "")) or time.time()
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if (asked := _seconds(lowered.get(name, ""), now, unit)) is not None:
            return asked
    if (reset := _reset(lowered, now)) is not None:
        return reset
    words = _IN_WORDS.search(text)
    return _seconds(words[1], now) if words else None


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """From `x-ratelimit-reset-tokens` and its like: of the limits that have nothing left, the last to reset."""
    used_up: list[float] = []
    others: list[float] = []
    for name, value in headers.items():
        if "ratelimit" in name and "reset" in name and (seconds := _seconds(value, now)) is not None:
            left = headers.get(name.replace("reset", "remaining"), "").strip()
            (used_up if left == "0" else others).append(seconds)
    return max(used_up) if used_up else min(others, default=None)


def _seconds(text: str, now: float, unit: float = 1.0) -> float | None:
    """Seconds out of `7`, `1m2.5s`, a moment since 1970 in seconds or milliseconds, an HTTP date, or ISO 8601."""
    text = text.strip()
    try:
        found = float(text) * unit
        if found > 1e11:
            found = found / 1000 - now
        elif found > 1e9:
            found -= now
    except ValueError:
        if _SPAN.fullmatch(text):
            found = sum(float(number) * _UNITS[each] for number, each in _PART.findall(text))
        else:
            moment = _moment(text)
            found = math.nan if moment is None else moment - now
    return None if math.isnan(found) else min(max(found, 0.0), LONGEST)


def _moment(text: str) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None
