"""Reports as files: the ending says what kind, and one is written whole or not at all."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from judged_report import judged_report
from page_parts import Page

import parhelion.report
from parhelion.errors import OutputError
from parhelion.evaluation.report import Report
from parhelion.report import check_report, html, open_reports, write_report

PUBLIC = {"CardFacts", "card", "check_report", "html", "junit", "open_reports", "write_card", "write_report"}


@pytest.fixture
def report():
    return judged_report({"age": "number"})


def test_the_public_names_are_these():
    assert set(parhelion.report.__all__) == PUBLIC
    assert all(hasattr(parhelion.report, name) for name in PUBLIC)


def test_the_ending_says_what_is_written(report, tmp_path):
    page, data, verdict = (write_report(report, tmp_path / name) for name in ("a.html", "a.JSON", "a.xml"))
    assert page.read_text(encoding="utf-8") == html(report)
    assert "real.csv" in Page(page.read_text(encoding="utf-8")).text
    assert Report.from_json(data.read_text(encoding="utf-8")) == report
    assert ET.parse(verdict).getroot().tag == "testsuites"


def test_a_verdict_in_a_file_is_dated(report, tmp_path):
    before = datetime.now(UTC).replace(microsecond=0)
    suite = ET.parse(write_report(report, tmp_path / "a.xml")).find("testsuite")
    told = datetime.fromisoformat(suite.get("timestamp")).replace(tzinfo=UTC)
    assert before <= told <= datetime.now(UTC)


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.htm", "html"])
def test_other_endings_are_refused_with_those_there_are(name, report, tmp_path):
    with pytest.raises(OutputError, match=r"\.html \(a page\), \.json \(all figures\) or \.xml"):
        check_report(tmp_path / name)
    with pytest.raises(OutputError, match="ends in"):
        write_report(report, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["html", "json", "xml"])
def test_what_is_there_stays_unless_it_may_be_overwritten(ending, report, tmp_path):
    path = tmp_path / f"report.{ending}"
    path.write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        write_report(report, path)
    assert path.read_text() == "mine"
    assert write_report(report, path, overwrite=True) == path
    assert path.read_text(encoding="utf-8") != "mine"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_several_are_opened_before_there_is_anything_to_write(report, tmp_path):
    taken = tmp_path / "taken.json"
    taken.write_text("mine")
    with pytest.raises(OutputError, match="exists"), open_reports([tmp_path / "a.html", taken]):
        pytest.fail("it cannot be written")
    assert [one.name for one in tmp_path.iterdir()] == ["taken.json"]
    with open_reports([tmp_path / "a.html", tmp_path / "b.json"]) as write:
        assert write(report) == [tmp_path / "a.html", tmp_path / "b.json"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.html", "b.json", "taken.json"]


def test_nothing_is_left_where_there_is_no_report(tmp_path):
    with pytest.raises(KeyboardInterrupt), open_reports([tmp_path / "a.html", tmp_path / "b.xml"]):
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
