"""The verdict as JUnit XML, which every build server shows: a test case a threshold."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from parhelion.evaluation.report import Report
from parhelion.evaluation.shown import shown
from parhelion.evaluation.verdicts import Judged, Verdict

# What XML 1.0 cannot hold, however it is escaped.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def junit(report: Report, *, at: datetime = _UNDATED) -> str:
    """The verdict as JUnit XML that both Ant's and Jenkins' schema accept.

    What keeps the data from passing is a failure; what is untold, or unsure where thresholds are not strict, is
    skipped. at: when it was judged; the schemas want a moment, and 1970 stands for none.
    """
    root = ET.Element("testsuites")
    root.append(_suite(report, at))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, at: datetime) -> ET.Element:
    """What is compared, the test cases, and the verdict in a sentence: in this order, as the schemas want it."""
    verdict = report.verdict
    failures = len(verdict.against)
    skipped = len(verdict.judged) - failures - len(verdict.of("held"))
    suite = _element(
        "testsuite", name="parhelion", package="parhelion", id="0", hostname="localhost",
        timestamp=at.strftime("%Y-%m-%dT%H:%M:%S"), time="0", errors="0",
        tests=str(len(verdict.judged)), failures=str(failures), skipped=str(skipped),
    )  # fmt: skip
    properties = ET.SubElement(suite, "properties")
    properties.extend(_element("property", name=name, value=value) for name, value in _properties(report))
    suite.extend(_case(one, verdict) for one in verdict.judged)
    ET.SubElement(suite, "system-out").text = _clean(verdict.sentence)
    ET.SubElement(suite, "system-err")
    return suite


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    compared = report.compared
    yield "parhelion", report.parhelion
    halves = compared.counts.holdout if compared.cut else 0
    yield "real", f"{compared.real} ({compared.counts.train + halves} rows)"
    yield "synthetic", f"{compared.synthetic} ({compared.counts.synthetic} rows)"
    yield "holdout", "none" if compared.holdout is None else f"{compared.holdout} ({compared.counts.holdout} rows)"
    yield "seed", str(compared.seed)
    yield "quick", str(compared.quick).lower()
    yield "strict", str(report.verdict.strict).lower()


def _case(one: Judged, verdict: Verdict) -> ET.Element:
    """Named by its key: a title may change from data to data, and build servers follow a case by its name."""
    case = _element("testcase", name=one.score, time="0", classname=f"parhelion.{one.score.partition('.')[0]}")
    if one in verdict.against:
        failure = _element("failure", type=one.outcome, message=_got(one))
        failure.text = _clean("\n".join(_details(one)))
        case.append(failure)
    elif one.outcome != "held":
        case.append(_element("skipped", message=f"{one.outcome}: {_got(one)}"))
    return case


def _got(one: Judged) -> str:
    return f"{one.title}: {one.untold or _figure(one.value, one.unit)}; expected {one.expected}"


def _details(one: Judged) -> Iterator[str]:
    yield f"{one.title}: {one.outcome}"
    yield f"expected: {one.expected}"
    yield f"got: {_figure(one.value, one.unit)}"
    yield f"reference: {_figure(one.reference, one.unit)}"
    if one.why:
        yield f"why: {one.why}"


def _figure(value: float | None, unit: str) -> str:
    return "untold" if value is None else shown(value, unit)


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: _clean(value) for name, value in attributes.items()})


def _clean(text: str) -> str:
    """
    >>> _clean("a\\x00b\\ud800<")
    'a\ufffdb\ufffd<'
    """
    return _UNSAYABLE.sub("\ufffd", text)
