"""Each verb on real files."""

import csv
import gzip
import io
import json
import os
import re

import pyarrow.parquet
import pytest

import parhelion as ph
from parhelion.schema import Schema


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def test_schema_is_yaml_on_stdout_and_guesses_on_stderr(call, people):
    said = call("schema", people, "--kind", "city=text")
    table = Schema.from_yaml(said.out).table("people")
    assert [column.kind for column in table.columns] == ["identifier", "number", "number", "text", "boolean"]
    assert table.column("city").sure == 1
    for column in table.guesses():
        assert f"{column.name} " in said.err


def test_schema_that_was_edited_is_passed_back(call, people, tmp_path):
    assert call("schema", people, "-o", "people.yaml").out == ""
    text = (tmp_path / "people.yaml").read_text()
    edited = re.sub(r"name: age\n    kind: number.*\n    decimals: 0\n", "name: age\n    kind: category\n", text)
    (tmp_path / "people.yaml").write_text(edited)
    assert call("fit", people, "-o", "m.parhelion", "--schema", "people.yaml").status == 0
    assert ph.load(tmp_path / "m.parhelion").table.column("age").kind == "category"


def test_schema_as_json(call, people):
    facts = call("schema", people, "--json").json
    assert Schema.from_dict(facts["schema"]).table("people").names == ("id", "age", "income", "city", "retired")
    assert set(facts["guesses"]) <= {"id", "age", "income", "city", "retired"}


def test_schema_of_columns_and_kinds_that_are_not(call, people):
    said = call("schema", people, "--kind", "aeg=number", "--kind", "city=catgory")
    assert said.status == 2
    assert "'aeg', which is no column of people; did you mean 'age'?" in said.err
    assert "'catgory', which is no kind; did you mean 'category'?" in said.err


def test_fit_writes_a_model_and_says_so(call, people, tmp_path):
    said = call("fit", people, "-o", "m.parhelion", "--target", "retired", "--seed", "3")
    assert (said.status, said.out) == (0, "")
    assert "m.parhelion: learned from 400 of 400 rows" in said.err
    assert ph.load(tmp_path / "m.parhelion").table.target == "retired"


def test_fit_as_json_tells_what_the_model_holds(call, people, model):
    made, shown = (call(*words, "--json").json for words in (["fit", people, "-o", "m.parhelion"], ["show", model]))
    assert made["output"] == "m.parhelion"
    assert made["bytes"] > 1000
    assert made["rows"] == shown["rows"] == 400
    assert [column["name"] for column in shown["columns"]] == ["id", "age", "income", "city", "retired"]
    assert shown["target"] == "retired"


def test_options_of_fit_arrive(call, people, tmp_path):
    words = ["--rows", "2000", "--protect", "20", "--memory", "500MB", "--min-rows", "10", "--kind", "city=text"]
    assert call("fit", people, "-o", "m.parhelion", *words).status == 0
    model = ph.load(tmp_path / "m.parhelion")
    assert (model.protect, model.table.column("city").kind) == (20, "text")


def test_a_target_that_is_no_column(call, people, tmp_path):
    for words in (["fit", people, "-o", "m.parhelion"], ["twin", people, "-o", "twin", "--quick"]):
        said = call(*words, "--target", "retird")
        assert said.status == 2
        assert "target is 'retird', which is no column of people; did you mean 'retired'?" in said.err
    assert list(tmp_path.iterdir()) == []


def test_too_few_rows_are_refused_unless_insisted_on(call, tmp_path):
    (tmp_path / "few.csv").write_text("a,b\n" + "1,x\n2,y\n" * 5)
    said = call("fit", "few.csv", "-o", "few.parhelion")
    assert said.status == 2
    assert "--min-rows 10" in said.err
    assert not (tmp_path / "few.parhelion").exists()
    assert call("fit", "few.csv", "-o", "few.parhelion", "--min-rows", "10").status == 0


def test_an_output_that_exists_is_replaced_only_if_asked_for(call, people, model, tmp_path):
    jobs = {
        "m.parhelion": ["fit", people], "s.yaml": ["schema", people], "t.csv": ["sample", model, "-n", "5"],
        "t.parquet": ["sample", model, "-n", "5"], "twin": ["twin", people, "--quick"],
    }  # fmt: skip
    for output, words in jobs.items():
        assert call(*words, "-o", output).status == 0
        before = (tmp_path / output).stat().st_ino
        said = call(*words, "-o", output)
        assert said.status == 2
        assert "--overwrite" in said.err
        assert (tmp_path / output).stat().st_ino == before
        assert call(*words, "-o", output, "--overwrite").status == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(jobs)


@pytest.mark.parametrize("output", ["no/where/m.parhelion", "/proc/m.parhelion"])
def test_an_output_that_cannot_be_is_known_before_anything_is_read(call, output):
    said = call("fit", "no.csv", "-o", output)
    assert said.status == 2
    assert f"cannot write {output!r}" in said.err


def test_a_disk_that_is_full(call, people, model, mounted):
    disk = mounted("size=4k")
    for words in (["fit", people], ["twin", people, "--quick"], ["sample", model, "-n", "90000"]):
        said = call(*words, "-o", disk / "made.parhelion" if words[0] == "fit" else disk / "made")
        assert said.status == 2
        assert "No space left on device" in said.err
        assert list(disk.iterdir()) == []


def test_a_disk_that_is_read_only(call, people, model, mounted):
    disk = mounted("ro")
    for words in (["fit", people], ["twin", people, "--quick"], ["schema", people], ["sample", model]):
        said = call(*words, "-o", disk / "made.parhelion" if words[0] == "fit" else disk / "made")
        assert said.status == 2
        assert "Read-only file system" in said.err


def test_samples_in_every_format(call, model, tmp_path):
    for name in ("t.csv", "t.csv.gz", "t.parquet", "t.arrow", "t.jsonl", "folder", "slash/"):
        said = call("sample", model, "-o", name, "-n", "7")
        assert said == (0, "", f"{name}: 7 rows of 5 columns\n")
    assert len(rows_of((tmp_path / "t.csv").read_text())) == 8
    assert gzip.decompress((tmp_path / "t.csv.gz").read_bytes()) == (tmp_path / "t.csv").read_bytes()
    assert pyarrow.parquet.read_table(tmp_path / "folder").num_rows == 7
    assert [each.name for each in (tmp_path / "slash").iterdir()] == ["part-00000.parquet"]


def test_samples_on_stdout_are_those_of_a_file(call, model, tmp_path):
    said = call("sample", model, "-o", "-", "-n", "50", "--seed", "4")
    assert call("sample", model, "-o", "t.csv", "-n", "50", "--seed", "4").status == 0
    assert said == (0, (tmp_path / "t.csv").read_text(), "")
    assert said.out != call("sample", model, "-o", "-", "-n", "50", "--seed", "5").out


def test_samples_are_as_many_as_were_learned_from(call, model):
    assert call("sample", model, "-o", "t.csv", "--json").json == {
        "output": "t.csv", "rows": 400, "columns": ["id", "age", "income", "city", "retired"], "seed": 0,
    }  # fmt: skip


@pytest.mark.parametrize("left", [0, 10, 0.5, 0.99])
def test_a_model_file_that_is_cut_off(call, model, tmp_path, left):
    whole = model.read_bytes()
    (tmp_path / "cut.parhelion").write_bytes(whole[: int(left * len(whole)) if left < 1 else left])
    for words in (["show", "cut.parhelion"], ["sample", "cut.parhelion", "-o", "t.csv"]):
        said = call(*words, "--json")
        assert said.status == 2
        assert said.json["error"]["type"] == "ModelFileError"
    assert not (tmp_path / "t.csv").exists()


def test_a_table_is_no_model(call, people):
    assert call("show", people).status == 2


def test_show_tells_the_model_and_its_columns(call, model):
    said = call("show", model)
    assert said.status == 0
    lines = said.out.splitlines()
    assert any(line.split() == ["target", "retired"] for line in lines)
    assert any(line.split()[:2] == ["city", "category"] for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_twin_tells_how_near_it_is_and_where_the_files_are(call, people, tmp_path):
    said = call("twin", people, "-o", "twin", "--target", "retired", "--quick")
    assert said.status == 0
    assert "\x1b" not in said.out
    for word in ("column", "age", "income", "city", "retired", "Pairs", "400 synthetic rows"):
        assert word in said.out
    files = sorted(each.name for each in (tmp_path / "twin").iterdir())
    assert files == ["data.csv", "model.parhelion", "report.html", "report.json"]
    assert said.out.splitlines()[-4:] == [f"twin/{name}" for name in files]
    assert len(rows_of((tmp_path / "twin" / "data.csv").read_text())) == 401


def test_twin_as_json_holds_all_figures(call, people, tmp_path):
    facts = call("twin", people, "-o", "twin", "-n", "100", "--json", "--quick").json
    assert facts["report"] == json.loads((tmp_path / "twin" / "report.json").read_text())
    assert facts["rows"] == 100
    assert facts["files"] == [f"twin/{name}" for name in ("data.csv", "model.parhelion", "report.html", "report.json")]


def test_quiet_says_nothing_but_the_result(call, people, model):
    assert call("twin", people, "-o", "twin", "--quiet", "--quick") == (0, "", "")
    assert "synthetic rows" in call("twin", people, "--quiet", "--quick").out
    assert call("fit", people, "-o", "m.parhelion", "--quiet") == (0, "", "")
    assert call("sample", model, "-o", "t.csv", "--quiet") == (0, "", "")
    assert call("schema", people, "-o", "s.yaml", "--quiet") == (0, "", "")
    said = call("schema", people, "--quiet")
    assert (said.err, said.out[:1]) == ("", "#")


def test_notes_of_a_model_are_told(call, people):
    said = call("fit", people, "-o", "m.parhelion", "--kind", "city=text")
    assert "note: people.city: " in said.err
    facts = call("show", "m.parhelion", "--json").json
    assert facts["notes"][0].startswith("people.city: ")


def test_names_of_every_sort(call, tmp_path):
    names = ["名前", "a b", "x" * 500, "'; drop table people; --", "[red]bold[/]", ":smile:", "\x1b[31mred"]
    lines = [",".join(f'"{name}"' for name in names)] + [
        ",".join(str(r * c % 9) for c in range(1, 8)) for r in range(80)
    ]
    (tmp_path / "odd.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = call("twin", "odd.csv", "--quick")
    assert said.status == 0
    assert "\x1b" not in said.out
    assert "[red]bold[/]" in said.out
    assert ":smile:" in said.out
    assert "名前" in said.out


def test_a_stdout_that_has_not_all_signs(run, tmp_path):
    lines = ["größe,名"] + [f"{row % 7},{row % 3}" for row in range(80)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    said = run("twin", "--quick", "t.csv", env=env)
    assert (said.status, said.err) == (0, "")
    assert "gr??e" in said.out
    assert said.out.isascii()
    assert run("twin", "--quick", "t.csv", "--json", env=env).json["report"]["fidelity"]["columns"][0]["name"] in (
        "größe",
        "名",
    )
    said = run("schema", "t.csv", env=env)
    assert said.status == 2
    assert "stdout is in the encoding ascii, which has no '\\xf6'; write to a file with -o" in said.err
