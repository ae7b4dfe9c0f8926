"""The verdict as JUnit XML: a test case a threshold, read by any build server."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from judged_report import MEMBERSHIP, judged_report

from parhelion.report.junit import junit

# In the order that the schemas of Ant and Jenkins want them in.
CHILDREN = ["properties", *["testcase"] * 17, "system-out", "system-err"]
REQUIRED = {"name", "package", "id", "hostname", "timestamp", "tests", "failures", "errors", "time"}


def suite(report, **more):
    root = ET.fromstring(junit(report, **more).encode())
    assert root.tag == "testsuites"
    (found,) = root
    return found


def cases(found):
    return {case.get("name"): case for case in found.iter("testcase")}


def test_its_shape_is_that_of_the_schemas():
    found = suite(judged_report({"age": "number"}), at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert [child.tag for child in found] == CHILDREN
    assert set(found.attrib) == {*REQUIRED, "skipped"}
    assert found.get("timestamp") == "2026-01-02T03:04:05"
    for case in found.iter("testcase"):
        assert set(case.attrib) == {"name", "classname", "time"}
        assert len(case) <= 1
    assert all(set(each.attrib) == {"name", "value"} for each in found.iter("property"))


@pytest.mark.parametrize("strict", [False, True])
def test_its_counts_are_those_of_the_cases(strict):
    found = suite(judged_report({"age": "number"}, strict=strict))
    for counted, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
        assert int(found.get(counted)) == len(list(found.iter(tag)))


def test_a_failure_tells_expected_got_and_reference():
    failure = cases(suite(judged_report({"age": "number"})))["utility.predict"].find("failure")
    assert failure.get("type") == "missed"
    assert failure.get("message") == "Prediction: 0.6; expected at least 0.86 (its reference 0.91, less 0.05)"
    for line in ("expected: at least 0.86", "got: 0.6", "reference: 0.91", "why: a model learned from it"):
        assert line in failure.text


def test_doubt_is_skipped_and_fails_where_thresholds_are_strict():
    lax, strict = (cases(suite(judged_report({"age": "number"}, strict=strict))) for strict in (False, True))
    assert (
        lax["privacy.tpr"].find("skipped").get("message")
        == "untold: Surest guesses: no hold-out was given; expected at most 0.03"
    )
    assert lax["detection.unseen"].find("skipped").get("message") == "unsure: Detection: 0.9; expected at most 0.85"
    assert strict["privacy.tpr"].find("failure").get("type") == "untold"
    assert strict["detection.unseen"].find("failure").get("type") == "unsure"
    assert len(lax["privacy.membership"]) == len(strict["privacy.membership"]) == 0


def test_it_fails_exactly_where_the_verdict_does():
    good = MEMBERSHIP.model_copy(update={"key": "utility.predict", "value": 0.9, "reference": 0.9, "better": "higher"})
    for report in (judged_report({"a": "number"}), judged_report({"a": "number"}, scores=[good])):
        assert (suite(report).get("failures") == "0") == report.verdict.passed
    assert judged_report({"a": "number"}, scores=[good]).verdict.passed


def test_hostile_names_are_escaped():
    hostile = "a<b>&\"'\x00\x1b[31m\x85\ud800\uffff]]>\n\t😀"
    bad = MEMBERSHIP.model_copy(update={"title": hostile, "value": 0.9, "interval": None})
    found = suite(judged_report({"age": "number"}, scores=[bad], synthetic=hostile))
    case = cases(found)["privacy.membership"]
    message = case.find("failure").get("message")
    assert message.startswith("a<b>&\"'\ufffd\ufffd[31m")
    assert "😀" in message
    assert case.find("failure").text.startswith("a<b>&")
    assert found.find("system-out").text.startswith('Do not release: "a<b>&')
    assert any("\ufffd[31m" in each.get("value") for each in found.iter("property"))


def test_the_same_report_gives_the_same_text():
    assert junit(judged_report({"age": "number"})) == junit(judged_report({"age": "number"}))
