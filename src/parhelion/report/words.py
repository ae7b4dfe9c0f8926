"""Figures in plain words: three significant digits, shares as per cent, and how a score stands beside its reference."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from parhelion.evaluation.scores import Better, Figure, Interval, Score, Three
from parhelion.evaluation.verdicts import Outcome, Verdict

NONE = "–"
SPACE = "\N{NO-BREAK SPACE}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIRECTIONS: dict[Better, str] = {
    "lower": "lower is better",
    "higher": "higher is better",
    "reference": "nearer to real rows is better",
}
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "held": ("✓", "held"),
    "unsure": ("≈", "unsure"),
    "missed": ("✕", "missed"),
    "untold": ("?", "not told"),
}


class Ruling(NamedTuple):
    """The verdict in a word, with a sign, and the style of its colour."""

    style: str
    sign: str
    said: str


def ruling(verdict: Verdict) -> Ruling:
    """Rows may miss no threshold, and yet leave open what matters most: whether they give anybody away.

    >>> ruling(Verdict(passed=True, sentence="")).said, ruling(Verdict(passed=False, sentence="")).said
    ('Passed', 'Not passed')
    """
    if not verdict.passed:
        return Ruling("failed", "✕", "Not passed")
    return Ruling("undecided", "?", "Undecided") if verdict.undecided else Ruling("passed", "✓", "Passed")


def number(value: float | None) -> str:
    """Three significant digits, thousands apart.

    >>> print(number(0.012345), number(1234567), number(12.0), number(-3.14159), number(0.0000123), number(None))
    0.0123 1,230,000 12 −3.14 1.23 × 10⁻⁵ –
    >>> print(number(float("nan")), number(0.0), number(0.09999), sep=", ")
    –, 0, 0.1
    """
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    short = float(f"{value:.3g}")
    size = math.floor(math.log10(abs(short)))
    if size < -4 or size > 11:
        factor = f"{short / 10.0**size:.3g}"
        return f"{factor}{SPACE}×{SPACE}10{str(size).translate(_SUPERSCRIPT)}".replace("-", "−", 1)
    text = f"{short:,.{max(0, 2 - size)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def count(value: int) -> str:
    """
    >>> count(32561)
    '32,561'
    """
    return f"{value:,}"


def many(value: int, one: str, more: str = "") -> str:
    """
    >>> print(many(1, "row"), many(2000, "row"), many(0, "entry", "entries"), sep=", ")
    1 row, 2,000 rows, 0 entries
    """
    return f"{value:,}{SPACE}{one if value == 1 else more or one + 's'}"


def share(value: float | None) -> str:
    """A share as per cent, at most two decimals; what is not quite nothing, or not quite all, is never shown as such.

    >>> print(*map(share, (0.12345, 0.0123, 0.0, 0.00001, 1.0, 0.99999, None)), sep=", ")
    12.3 %, 1.23 %, 0 %, <0.01 %, 100 %, >99.99 %, –
    """
    if value is None or not math.isfinite(value):
        return NONE
    if 0 < abs(value) < 0.0001:
        return f"{'<' if value > 0 else '>−'}0.01{SPACE}%"
    if 0.9999 < value < 1:
        return f">99.99{SPACE}%"
    if 0.9995 <= value < 1:
        return f"{value * 100:.2f}{SPACE}%"
    return f"{number(round(value * 100, 2))}{SPACE}%"


def change(value: float) -> str:
    """
    >>> print(change(0.25), change(-0.1), change(0.0), sep=", ")
    +25 %, −10 %, 0 %
    """
    return ("+" if value > 0 else "") + share(value)


def signed(value: float) -> str:
    """
    >>> signed(0.0123), signed(-0.5)
    ('+0.0123', '−0.5')
    """
    return ("+" if value > 0 else "") + number(value)


def auc(value: float | None) -> str:
    """
    >>> auc(0.5), auc(None)
    ('0.500', '–')
    """
    return NONE if value is None or not math.isfinite(value) else f"{value:.3f}".replace("-", "−")


def amount(value: float | None, unit: str = "") -> tuple[str, str]:
    """A value, and the word of its unit, if it has one, as `Score.unit` names it.

    >>> amount(0.51234, "AUC"), amount(3.0, "years"), amount(None, "years")
    (('0.512', ''), ('3', 'years'), ('–', ''))
    >>> print(amount(0.5, "share")[0], amount(1.5, "times")[0])
    50 % 1.5 ×
    """
    match unit:
        case "share":
            return share(value), ""
        case "AUC":
            return auc(value), ""
        case "times":
            return number(value) if number(value) == NONE else f"{number(value)}{SPACE}×", ""
        case "" | "R2":
            return number(value), ""
    return number(value), "" if number(value) == NONE else unit


def measured(value: float | None, unit: str = "") -> str:
    """A value in its unit.

    >>> print(measured(0.5, "share"), measured(3.0, "years"), measured(float("nan"), "years"), sep=", ")
    50 %, 3 years, –
    """
    return SPACE.join(filter(None, amount(value, unit)))


def interval(ends: Interval | None, unit: str = "") -> str:
    """
    >>> print(interval((0.1, 0.2), "share"), interval((0.51, 0.55), "AUC"), interval((1, 2), "bits"), sep=", ")
    10 % to 20 %, 0.510 to 0.550, 1 to 2 bits
    """
    return NONE if ends is None else f"{amount(ends[0], unit)[0]} to {measured(ends[1], unit)}"


def times(figure: Figure | None) -> str:
    """How many times the reference a figure is.

    >>> print(*(times(Figure(value=value, reference=0.02)) for value in (0.02, 0.5)), times(None), sep=", ")
    1.0 ×, 25 ×, –
    """
    if figure is None or figure.ratio is None:
        return NONE
    return f"{figure.ratio:,.{1 if figure.ratio < 9.95 else 0}f}{SPACE}×"


def direction(score: Score) -> str:
    """Which way is better, and what is best.

    >>> direction(Score(key="a.b", title="AUC", value=0.5, better="lower", ideal=0.5, unit="AUC", meaning=""))
    'lower is better; best 0.500'
    """
    best = "" if score.ideal is None else f"; best {measured(score.ideal, score.unit)}"
    return _DIRECTIONS[score.better] + best


def standing(score: Score) -> str:
    """How a score stands beside its reference.

    >>> auc = Score(key="a.b", title="", value=0.6, reference=0.5, interval=(0.59, 0.61), unit="AUC", meaning="")
    >>> standing(auc)
    'worse than real rows by 0.100'
    >>> standing(auc.model_copy(update={"interval": (0.48, 0.7)}))
    'within its uncertainty of real rows'
    >>> standing(auc.model_copy(update={"value": 0.5}))
    'no worse than real rows'
    """
    gap = score.worse_by
    if gap is None or not math.isfinite(gap):
        return ""
    if gap <= 0:
        return "no worse than real rows"
    if score.interval and score.reference is not None and score.interval[0] <= score.reference <= score.interval[1]:
        return "within its uncertainty of real rows"
    away = "away from" if score.better == "reference" else "worse than"
    return f"{away} real rows by {_gap(gap, score.unit)}"


def _gap(value: float, unit: str) -> str:
    """
    >>> print(_gap(0.02, "share"), _gap(0.01, "share"), _gap(0.02, "AUC"), sep=", ")
    2 percentage points, 1 percentage point, 0.020
    """
    if unit != "share":
        return measured(value, unit)
    points = number(value * 100)
    return f"{points}{SPACE}percentage point" + ("" if points == "1" else "s")


def spreads(scores: Iterable[Score]) -> list[str]:
    """Where the intervals of scores come from, each way told once."""
    found: dict[str, list[str]] = {}
    for score in scores:
        if score.interval and score.spread:
            found.setdefault(score.spread, []).append(score.title)
    return [f"95 % interval of {', '.join(titles)}: {spread}" for spread, titles in found.items()]


def sentence(text: str) -> str:
    """Text that ends as a sentence does.

    >>> sentence("only 3 rows"), sentence("Is it?")
    ('only 3 rows.', 'Is it?')
    """
    return text if text.endswith((".", "?", "!")) else f"{text}."


def short(text: str, most: int = 60) -> str:
    """Text of a length that a page can bear, its end kept: names that are alike often differ there.

    >>> short("a" * 10 + "_last", 9)
    'aaaa…last'
    >>> short("fits", 9), short("two\\nlines", 20)
    ('fits', 'two lines')
    """
    line = " ".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split()) or "(no name)"
    head = (most - 1) // 2
    return line if len(line) <= most else f"{line[:head]}…{line[-(most - 1 - head) :]}"


def known(three: Three) -> list[float]:
    """What can be told of the three tables."""
    return [value for value in (three.train, three.holdout, three.synthetic) if value is not None]
