"""The table of measured figures, as Markdown.

`python benchmarks/tables.py [--only adult,timings] [--quick] [--saved]` measures and prints; what was measured is also
saved, a file a part, in `.bench/results/` (`quick/` in it for `--quick`). `--saved` prints what was saved before,
without measuring anew.
"""

import argparse
import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from typing import Any

from bars import Bar, bars, error, number
from cart import scores as cart_scores
from data import BENCH, split
from ours import scores as our_scores
from score import figure, summary
from timings import timings

RESULTS = BENCH / "results"
PARTS = ("adult", "shoppers", "california", "diabetes130", "insurance", "heart", "timings")
SHOWN = ("shape", "trend", "xgb_c2st", "gbm_auc", "mle", "dcr_share", "mia", "domias", "copies", "unknown")
SAMPLES = 5
CART_SAMPLES = {"diabetes130": 1}  # one fit of plain CART takes ten minutes there

# part of the timings, title, figure, unit, most that it may be
LIMITS = (
    ("million_rows", "1,000,000 Adult rows to Parquet, whole process", "s", "s", 6.0),
    ("million_rows", "", "peak_gb", "GB", 1.0),
    ("ten_million_fit", "fit of a 10,000,000 x 15 Parquet file, whole process", "s", "s", 60.0),
    ("ten_million_fit", "", "peak_gb", "GB", 3.0),
    ("diabetes_fit", "Diabetes130 (101,766 x 50), fit, warm", "fit_file_s", "s", 10.0),
    ("import", "`import parhelion`", "s", "s", 0.3),
    ("help", "`parhelion --help`, whole process", "s", "s", 0.3),
    ("first_fit", "first ever fit of Adult (kernels compiled), whole process", "s", "s", 15.0),
)
ADULT_LIMITS = {"fit_file_s": 0.5, "fit_frame_s": 0.5, "sample_s": 0.1}
SECONDS = {
    "fit_file_s": "fit from the file, warm",
    "fit_frame_s": "fit from a frame, warm",
    "sample_s": "sample as many rows",
}


def measure(part: str, *, quick: bool) -> dict[str, Any]:
    if part == "timings":
        return timings()
    data, samples = split(part), 1 if quick else SAMPLES
    seconds, ours = our_scores(data, samples, repeats=1 if quick else 5)
    theirs = [cart_scores(data, seed) for seed in range(min(samples, CART_SAMPLES.get(part, SAMPLES)))]
    return {"seconds": seconds, "parhelion": summary(ours), "cart": summary(theirs)}


def set_rows(part: str, found: dict[str, Any]) -> list[Sequence[str]]:
    data, ours, cart = split(part), found["parhelion"], found["cart"]
    wanted = bars(part, data.task, cart)
    rows = [seconds_row(part, name, found) for name in SECONDS]
    rows += [score_row(name, ours, cart, wanted.get(name)) for name in SHOWN]
    rows[0] = (f"**{data.title}**", *rows[0][1:])
    return rows


def seconds_row(part: str, name: str, found: dict[str, Any]) -> Sequence[str]:
    taken = found["seconds"][name]
    limit = ADULT_LIMITS.get(name) if part == "adult" else None
    rival = found["cart"]["sample_s" if name == "sample_s" else "fit_s"]
    bar = Bar("<=", limit) if limit else None
    return (
        "",
        SECONDS[name],
        f"{bar.limit} s" if bar else "",
        f"{taken:.2f} s",
        f"{rival[0]:.1f} s",
        verdict(bar, taken, 0.0),
    )


def score_row(name: str, ours: dict[str, Any], cart: dict[str, Any], bar: Bar | None) -> Sequence[str]:
    title = f"{name} (real rows {number(ours['mle_real'][0])})" if name == "mle" else name
    rival = figure(cart[name]) if name in cart else ""
    held = verdict(bar, ours[name][0], error(name, ours))
    return "", title, str(bar or ""), figure(ours[name]), rival, held


def verdict(bar: Bar | None, mean: float, se: float) -> str:
    return "" if bar is None else "yes" if bar.held(mean, se) else "**no**"


def timing_rows(found: dict[str, Any]) -> list[Sequence[str]]:
    return [
        (title, "time" if unit == "s" else "peak memory", f"{most:g} {unit}", f"{found[part][name]:.2f} {unit}", "",
         verdict(Bar("<=", most), found[part][name], 0.0))
        for part, title, name, unit, most in LIMITS
    ]  # fmt: skip


def machine() -> str:
    version = importlib.metadata.version("parhelion")
    return f"parhelion {version}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."


def markdown(results: dict[str, dict[str, Any]]) -> str:
    """The table of what was measured: a line a figure, the bar and plain CART beside it."""
    rows: list[Sequence[str]] = [("on", "figure", "bar", "parhelion", "plain CART", "held"), ("---",) * 6]
    for part in PARTS:
        if part in results:
            rows += timing_rows(results[part]) if part == "timings" else set_rows(part, results[part])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="one sample a data set, every fit timed once")
    parser.add_argument("--saved", action="store_true", help="print the saved figures, measure nothing")
    wanted = parser.parse_args()
    wanted.only = wanted.only.split(",")
    if unknown := set(wanted.only) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    return wanted


def main() -> None:
    wanted, results = arguments(), {}
    folder = RESULTS / "quick" if wanted.quick else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    for part in wanted.only:
        kept = folder / f"{part}.json"
        if not wanted.saved:
            kept.write_text(json.dumps(measure(part, quick=wanted.quick), indent=1), encoding="utf-8")
        if kept.exists():
            results[part] = json.loads(kept.read_text(encoding="utf-8"))
    print(f"{machine()}\n\n{markdown(results)}")


if __name__ == "__main__":
    main()
