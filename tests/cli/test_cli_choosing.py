"""The flags that choose rows, and those that delete what was learned from."""

import csv
import json
import shutil
from collections import Counter


def rows_of(text):
    return list(csv.DictReader(text.splitlines()))


def test_rows_that_hold_a_condition_of_each_value(call, model):
    said = call(
        "sample", model, "-o", "-", "-n", "4", "--each", "city", "--where", "age > 60 and income is not missing"
    )
    assert said.status == 0
    rows = rows_of(said.out)
    assert Counter(row["city"] for row in rows) == {"Bern": 4, "Genf": 4, "Basel": 4}
    assert all(int(row["age"]) > 60 for row in rows)


def test_balanced_rows_in_a_file(call, model, tmp_path):
    said = call("sample", model, "-o", "b.csv", "-n", "9", "--balance", "city", "--json")
    assert (said.status, said.json["rows"], said.json["balance"]) == (0, 9, ["city"])
    assert set(Counter(row["city"] for row in rows_of((tmp_path / "b.csv").read_text())).values()) == {3}


def test_a_condition_that_is_wrong_is_told(call, model, tmp_path):
    said = call("sample", model, "-o", "b.csv", "--where", "city = 'Brn'")
    assert (said.status, said.out) == (2, "")
    assert "did you mean 'Bern'?" in said.err
    assert list(tmp_path.iterdir()) == []


def test_fit_forgets_and_says_so(call, people, tmp_path):
    shutil.copy(people, tmp_path / "mine.csv")
    said = call("fit", "mine.csv", "-o", "m.parhelion", "--forget")
    assert said.status == 0
    lines = said.err.splitlines()
    assert f"to be deleted when the model is safe: {tmp_path / 'mine.csv'}" in lines[0]
    assert f"deleted: {tmp_path / 'mine.csv'}" in lines
    assert not (tmp_path / "mine.csv").exists()
    assert json.loads((tmp_path / "m.parhelion.forgotten.json").read_text())["status"] == "complete"


def test_fit_forgets_for_programs(call, people, tmp_path):
    shutil.copy(people, tmp_path / "mine.csv")
    said = call("fit", "mine.csv", "-o", "m.parhelion", "--forget", "--json")
    assert (said.status, said.err) == (0, "")
    assert said.json["forgotten"]["deletions"][0]["path"] == str(tmp_path / "mine.csv")


def test_what_cannot_be_forgotten_is_kept(call, people, tmp_path):
    (tmp_path / "link.csv").symlink_to(people)
    said = call("fit", "link.csv", "-o", "m.parhelion", "--forget")
    assert (said.status, people.exists()) == (2, True)
    assert "it is a link" in said.err
    assert [each.name for each in tmp_path.iterdir()] == ["link.csv"]


def test_a_forgetting_goes_on(call, people, tmp_path):
    kept = tmp_path / "mine.csv"
    shutil.copy(people, kept)
    assert call("fit", kept, "-o", "m.parhelion", "--forget").status == 0
    record = tmp_path / "m.parhelion.forgotten.json"
    said = json.loads(record.read_text())
    said["deletions"][0]["deleted"], said["status"] = None, "incomplete"
    record.write_text(json.dumps(said))
    kept.write_text("other,data\n1,2\n")
    told = call("forget", "m.parhelion", kept)
    assert (told.status, kept.exists()) == (2, True)
    assert "it has changed since it was read" in told.err
    shutil.copy(people, kept)
    told = call("forget", "m.parhelion", kept)
    assert (told.status, kept.exists()) == (0, False)
    assert f"deleted: {kept}" in told.err
    assert call("forget", "m.parhelion", "other.csv").status == 2
