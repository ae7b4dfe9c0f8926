"""Figures as people read them."""


def shown(value: float, unit: str = "") -> str:
    """A figure to four digits, in its unit: shares as per cent, an AUC bare.

    >>> shown(0.52341, "AUC"), shown(0.0005, "share"), shown(12345.6, "days"), shown(2.0, "times")
    ('0.5234', '0.05 %', '12,346 days', '2 times')
    """
    if unit == "share":
        return f"{_number(100 * value)} %"
    return _number(value) if unit in ("", "AUC", "R2", "R²") else f"{_number(value)} {unit}"


def gap(value: float, unit: str = "") -> str:
    """A difference of two figures of this unit.

    >>> gap(0.02, "AUC"), gap(0.02, "share"), gap(0.01, "share")
    ('0.02', '2 percentage points', '1 percentage point')
    """
    if unit != "share":
        return shown(value, unit)
    number = _number(100 * value)
    return f"{number} percentage point" + ("" if number == "1" else "s")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{round(value, 4):.4g}"


def percent(share: float) -> str:
    """A share in a sentence; what is not quite nothing, or not quite all, is never told as such.

    >>> percent(0), percent(0.00004), percent(0.0123), percent(0.5), percent(0.9999), percent(1)
    ('0 %', '< 0.01 %', '1.2 %', '50 %', '> 99.9 %', '100 %')
    """
    if 0 < share < 0.0001:
        return "< 0.01 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    digits = 2 if share < 0.01 else 1
    return f"{100 * share:.{digits}f}".rstrip("0").rstrip(".") + " %"
