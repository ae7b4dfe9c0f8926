"""The page: one HTML file that needs nothing else, made of the figures of a report."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from parhelion.evaluation.report import Report
from parhelion.report import grids, pictures, texts, words
from parhelion.report.charts import distribution, strip

if TYPE_CHECKING:
    from jinja2 import Environment


def html(report: Report, *, title: str | None = None) -> str:
    """The report as one page: no other file, no network; it can be read without JavaScript, and printed.

    title: its heading; else the question whether the synthetic rows can stand in for the real ones.
    """
    page = (
        _environment()
        .get_template("page.html.j2")
        .render(report=report, title=title, told=_told(report), chief=_chief(report))
    )
    # Half a surrogate pair, and NUL, have no place in a file of UTF-8, whatever a column is called.
    return page.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _chief(report: Report) -> set[str]:
    """The keys of the scores that are shown at length: those that are read first, and those that are judged."""
    return {one.key for one in report.headline} | {one.score for one in report.verdict.judged}


def _told(report: Report) -> dict[str, str]:
    """What became of the thresholds of each part: the worst outcome, by the part's name."""
    order = ("missed", "unsure", "held", "untold")
    found: dict[str, str] = {}
    for judged in report.verdict.judged:
        part = judged.score.partition(".")[0]
        found[part] = min(judged.outcome, found.get(part, "untold"), key=order.index)
    return found


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (not needed by --help)

    made = Environment(
        loader=PackageLoader("parhelion.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    script = _asset("page.js")
    made.globals |= {
        "words": words, "grids": grids, "pictures": pictures, "texts": texts, "strip": strip,
        "distribution": distribution, "style": _asset("page.css"), "script": script, "script_hash": _hash(script),
    }  # fmt: skip
    return made


def _asset(name: str) -> Markup:
    return Markup(files("parhelion.report").joinpath("templates", name).read_text("utf-8"))  # noqa: S704 (a file of ours)


def _hash(script: str) -> str:
    """By which a browser knows the page's own script: it runs no other, even if one were smuggled in."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
