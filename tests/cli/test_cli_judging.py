"""`parhelion evaluate` and `parhelion thresholds`: reports, gates, cards."""

import json
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.csv
import pytest
import yaml
from cli_tables import people_table

import parhelion as ph


@pytest.fixture(scope="session")
def judged(tmp_path_factory):
    """Real, synthetic and held-out rows, and a copy of the real ones with a note on who made it."""
    folder = tmp_path_factory.mktemp("judged")
    rows = people_table(900)
    pyarrow.csv.write_csv(rows.slice(0, 500), folder / "real.csv")
    pyarrow.csv.write_csv(rows.slice(500), folder / "unseen.csv")
    pyarrow.csv.write_csv(ph.fit(rows.slice(0, 500)).sample(500, seed=3), folder / "twin.csv")
    return folder


def test_a_report_in_every_form(call, judged, tmp_path):
    words = ["evaluate", judged / "real.csv", judged / "twin.csv", "--holdout", judged / "unseen.csv", "--quick"]
    said = call(*words, "-o", "r.html", "-o", "r.json", "-o", "r.xml", "--target", "retired")
    assert said.status == 0
    assert said.out.splitlines()[-3:] == ["r.html", "r.json", "r.xml"]
    assert "500 synthetic rows, beside 500 real rows and 400 that were not learned from" in said.out
    report = ph.Report.from_json((tmp_path / "r.json").read_bytes())
    assert report.compared.target == ("retired",)
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    assert len(ET.parse(tmp_path / "r.xml").findall(".//testcase")) == len(report.verdict.judged)


def test_json_is_the_report(call, judged):
    facts = call("evaluate", judged / "real.csv", judged / "twin.csv", "--quick", "--json").json
    assert facts["files"] == []
    assert ph.Report.from_json(json.dumps(facts["report"])).compared.cut


def test_check_ends_with_1_where_a_threshold_is_missed(call, judged, tmp_path):
    (tmp_path / "harsh.yaml").write_text("thresholds:\n- {score: detection.unseen, at_most: 0.1, why: harsh}\n")
    words = ["evaluate", judged / "real.csv", judged / "twin.csv", "--quick"]
    assert call(*words, "--thresholds", "harsh.yaml").status == 0
    said = call(*words, "--thresholds", "harsh.yaml", "--check", "-o", "r.xml")
    assert said.status == 1
    assert "Do not release" in said.out
    assert ET.parse(tmp_path / "r.xml").find("testsuite").get("failures") == "1"


def test_a_copy_of_the_real_rows_does_not_pass(call, judged):
    words = ["evaluate", judged / "real.csv", judged / "real.csv", "--holdout", judged / "unseen.csv", "--quick"]
    said = call(*words, "--check")
    assert said.status == 1
    assert "Do not release" in said.out


def test_a_card_lies_beside_the_data(call, judged, tmp_path):
    (tmp_path / "twin.csv").write_bytes((judged / "twin.csv").read_bytes())
    said = call("evaluate", judged / "real.csv", "twin.csv", "--quick", "--card")
    assert said.status == 0
    assert json.loads((tmp_path / "twin.croissant.json").read_text())["@type"] == "sc:Dataset"
    assert (tmp_path / "twin.card.md").read_text().startswith("---\n")
    assert call("evaluate", judged / "real.csv", "twin.csv", "--quick", "--card").status == 2


def test_a_twin_has_a_card_if_asked_for(call, people, tmp_path):
    assert call("twin", people, "-o", "twin", "--quick", "--card").status == 0
    names = {each.name for each in (tmp_path / "twin").iterdir()}
    assert {"data.croissant.json", "data.card.md"} < names
    said = call("twin", people, "--card")
    assert (said.status, said.err) == (2, "parhelion: --card is written beside the data; say where with -o DIR\n")


def test_thresholds_are_yaml_to_edit_and_pass_back(call, judged, tmp_path):
    said = call("thresholds")
    assert {each["score"] for each in yaml.safe_load(said.out)["thresholds"]} > {"privacy.membership", "rules.kept"}
    assert call("thresholds", "-o", "t.yaml", "--quiet") == (0, "", "")
    assert (tmp_path / "t.yaml").read_text().rstrip() == said.out.rstrip()
    assert call("evaluate", judged / "real.csv", judged / "twin.csv", "--quick", "--thresholds", "t.yaml").status == 0
    assert call("thresholds", "--json").json["thresholds"]["version"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no.csv", "twin.csv"], "there is no file 'no.csv'"),
        (["real.csv"], "SYNTHETIC is missing"),
        (["real.csv", "twin.csv", "-o", "r.pdf"], "'r.pdf' ends in '.pdf'; a report ends in .html"),
        (["real.csv", "twin.csv", "-o", "no/r.html"], "cannot write 'no/r.html': the folder"),
        (
            ["real.csv", "twin.csv", "--target", "retird"],
            "target is 'retird', which is no column of real; did you mean",
        ),
        (["real.csv", "twin.csv", "--thresholds", "no.yaml"], "no.yaml"),
        (["real.csv", "other.csv"], "the synthetic rows have no column 'income'"),
        (["real.csv", "twin.csv", "--seed", "x"], "--seed is 'x'"),
    ],
)
def test_wrong_use_says_what_is_wrong(call, judged, tmp_path, words, message):
    for name in ("real.csv", "twin.csv"):
        (tmp_path / name).write_bytes((judged / name).read_bytes())
    pyarrow.csv.write_csv(pa.table({"age": [1, 2]}), tmp_path / "other.csv")
    before = sorted(tmp_path.iterdir())
    said = call("evaluate", *words)
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_report_that_exists_is_replaced_only_if_asked_for(call, judged, tmp_path):
    (tmp_path / "r.json").write_text("mine")
    words = ["evaluate", judged / "real.csv", judged / "twin.csv", "--quick", "-o", "r.json"]
    said = call(*words)
    assert said.status == 2
    assert "--overwrite" in said.err
    assert (tmp_path / "r.json").read_text() == "mine"
    assert call(*words, "--overwrite").status == 0
