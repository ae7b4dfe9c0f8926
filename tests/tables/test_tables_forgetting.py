"""Learning, and deleting what was learned from: only when the model is safe, with a record that says what is gone."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from table_cases import people

import parhelion as ph
from parhelion.errors import ConfigError, DataError, ModelFileError, OutputError
from parhelion.tables import fit_and_forget, forget

TABLE = people(200)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in" / "people.csv"
    path.parent.mkdir()
    pyarrow.csv.write_csv(TABLE, path)
    return path


@pytest.fixture
def parts(tmp_path):
    folder = tmp_path / "in" / "parts"
    folder.mkdir(parents=True)
    for place in range(4):
        pyarrow.parquet.write_table(TABLE.slice(place * 50, 50), folder / f"part-{place}.parquet")
    return folder


@pytest.fixture
def output(tmp_path):
    return tmp_path / "people.parhelion"


def record(output):
    return json.loads((output.parent / f"{output.name}.forgotten.json").read_text())


def test_the_file_is_gone_and_the_record_says_what_it_was(source, output):
    digest, size = hashlib.sha256(source.read_bytes()).hexdigest(), source.stat().st_size
    model, manifest = fit_and_forget(source, output, target="city", protect=20)
    assert not source.exists()
    assert ph.load(output).sample(5).equals(model.sample(5))
    said = record(output)
    assert said == manifest.model_dump(mode="json")
    assert said["status"] == "complete"
    (gone,) = said["deletions"]
    assert (gone["path"], gone["bytes"], gone["sha256"]) == (str(source), size, digest)
    assert gone["deleted"] >= said["began"]
    assert said["model"]["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert said["learned_from"]["rows"] == 200
    assert sum(said["learned_from"]["counts"]["city"].values()) == 200
    assert len(said["learned_from"]["dates"]["since"]) == 2
    assert said["options"]["protect"] == 20
    assert "is deleted" in said["in_words"]


def test_the_record_holds_no_value_that_the_model_protects(source, output):
    rare = TABLE.set_column(5, "city", pa.array(["Atlantis", *TABLE["city"].to_pylist()[1:]]))
    pyarrow.csv.write_csv(rare, source)
    fit_and_forget(source, output, target="city")
    text = json.dumps(record(output))
    assert "Bern" in text
    assert "Atlantis" not in text
    assert "real.person" not in text


def test_texts_are_told_of(tmp_path, output):
    rng = np.random.default_rng(0)
    words = {"late": ["my", "parcel", "is", "late", "where"], "praise": ["great", "service", "thank", "you"]}
    label = rng.choice(list(words), 300)
    mails = pa.table({"label": label, "body": [" ".join(rng.choice(words[each], 8)) for each in label]})
    pyarrow.parquet.write_table(mails, tmp_path / "mails.parquet")
    chosen = {"text": "body", "label": "label", "text_engine": "ngram"}
    model, manifest = fit_and_forget(tmp_path / "mails.parquet", output, **chosen)
    assert sum(manifest.learned_from["counts"]["label"].values()) == 300
    assert any("ngram engine has learned of the texts of body" in each for each in manifest.the_model_holds)
    assert "transformer" not in manifest.options
    assert model.sample(4, each="label").num_rows == 8


def test_a_folder_of_parts_goes_with_its_parts(parts, output):
    _, manifest = fit_and_forget(parts, output)
    assert not parts.exists()
    assert [each.what for each in manifest.deletions] == ["file"] * 4 + ["folder"]


def test_temporary_files_go_too(source, output):
    before = os.environ.get("TMPDIR")
    _, manifest = fit_and_forget(source, output)
    folder = manifest.temporary_files.split("own, ")[1].split(",")[0]
    assert not Path(folder).exists()
    assert os.environ.get("TMPDIR") == before


def _link(path):
    real = path.with_name("real.csv")
    path.rename(real)
    path.symlink_to(real)


def _hard_link(path):
    os.link(path, path.with_name("other.csv"))


@pytest.mark.parametrize(("spoil", "says"), [(_link, "it is a link"), (_hard_link, "2 names")])
def test_what_would_not_do_away_with_the_data_is_refused(source, output, spoil, says):
    spoil(source)
    before = sorted(source.parent.iterdir())
    with pytest.raises(DataError, match=says):
        fit_and_forget(source, output)
    assert sorted(source.parent.iterdir()) == before
    assert not output.exists()


@pytest.mark.parametrize("other", ["notes.md", ".hidden", "_meta", "more"])
def test_a_folder_that_holds_anything_else_is_refused(parts, output, other):
    (parts / other).mkdir() if other == "more" else (parts / other).touch()
    with pytest.raises(DataError, match=f"no part of the table: {other}"):
        fit_and_forget(parts, output)
    assert len(list(parts.iterdir())) == 5


def test_a_link_among_the_parts_or_to_them_is_refused(parts, output, tmp_path):
    (parts / "part-9.parquet").symlink_to(parts / "part-0.parquet")
    with pytest.raises(DataError, match=r"part-9\.parquet: it is a link"):
        fit_and_forget(parts, output)
    (parts / "part-9.parquet").unlink()
    (tmp_path / "way").symlink_to(parts)
    with pytest.raises(DataError, match="a link to a folder"):
        fit_and_forget(tmp_path / "way", output)


def test_a_model_among_the_parts_is_refused(parts):
    with pytest.raises(DataError, match="which is to be deleted"):
        fit_and_forget(parts, parts / "m.parhelion")


@pytest.mark.parametrize("source", ["postgresql://host/db", "/dev/stdin", "/dev/null"])
def test_what_is_no_file_is_refused(source, output):
    with pytest.raises(DataError):
        fit_and_forget(source, output)
    assert not output.exists()


def test_an_engine_that_keeps_texts_is_refused(source, output):
    with pytest.raises(ConfigError, match="keeps texts"):
        fit_and_forget(source, output, text_engine="prompt", text=["note"], prompt={"shots": "real"})
    assert source.exists()


def test_a_folder_that_cannot_be_written_is_known_before_learning(mounted, output):
    disk = mounted("size=2m")
    pyarrow.csv.write_csv(TABLE, disk / "people.csv")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(DataError, match="may not be written to"):
        fit_and_forget(disk / "people.csv", output)
    assert not output.exists()


def test_a_file_that_changes_while_it_is_learned_from_stays(source, output):
    def meddle(stage, done, total):
        if stage == "learning" and done == total:
            with source.open("a") as file:
                file.write("\n")

    with pytest.raises(OutputError, match="it has changed since it was read"):
        fit_and_forget(source, output, progress=meddle)
    assert source.exists()
    said = record(output)
    assert said["status"] == "incomplete"
    assert said["deletions"][0]["deleted"] is None
    assert "NOT deleted" in said["in_words"]
    with pytest.raises(OutputError, match="it has changed"):
        forget(output, source)


def test_what_cannot_be_deleted_is_told_and_can_be_finished(parts, output, mounted):
    disk = mounted("size=2m")
    folder = disk / "parts"
    shutil.move(parts, folder)

    def lock(stage, done, total):  # a mount within the folder: it can be emptied, and not removed
        if stage == "learning" and done == total:
            subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)

    try:
        with pytest.raises(OutputError, match="not all that it was learned from is deleted"):
            fit_and_forget(folder, output, progress=lock)
        assert list(folder.iterdir()) == []
        said = record(output)
        assert [each["deleted"] is None for each in said["deletions"]] == [False] * 4 + [True]
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert forget(output, folder).status == "complete"
    assert not folder.exists()
    assert record(output)["status"] == "complete"


def test_a_record_that_has_no_room_stops_the_deleting(parts, tmp_path, mounted):
    disk = mounted("size=600k")
    model = disk / "m.parhelion"

    ph.fit(parts).save(tmp_path / "same.parhelion")
    pages = -(-(tmp_path / "same.parhelion").stat().st_size // 4096)

    def fill(inputs):
        free = os.statvfs(disk)
        (disk / "ballast").write_bytes(b"0" * (free.f_bavail * free.f_frsize - 4096 * pages))

    with pytest.raises(OutputError, match=r"Nothing is deleted yet.*could not be written down"):
        fit_and_forget(parts, model, announce=fill)
    assert ph.load(model).rows == 200
    assert len(list(parts.iterdir())) == 4
    (disk / "ballast").unlink()
    assert fit_and_forget(parts, model, overwrite=True)[1].status == "complete"


KILLED = """
import sys
from parhelion.tables import fit_and_forget
import parhelion.tables.inputs as inputs
deleted = []
def slowly(event, args):
    if event == "os.remove" and str(args[0]).endswith(".parquet"):
        deleted.append(args[0])
        if len(deleted) == 3:
            print("begun", flush=True)
            sys.stdin.readline()
sys.addaudithook(slowly)
fit_and_forget(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_forgetting_that_is_broken_off_goes_on(parts, output, number):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, parts, output], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        process.communicate(timeout=600)
    finally:
        process.kill()
        process.communicate()
    said = record(output)
    assert said["status"] == "pending"
    there = [each for each in said["deletions"] if Path(each["path"]).exists()]
    assert there == [each for each in said["deletions"] if each["deleted"] is None]
    assert len(there) == 3
    with pytest.raises(OutputError, match="is not complete"):
        fit_and_forget(parts, output, overwrite=True)
    assert forget(output, parts).status == "complete"
    assert not parts.exists()


def test_only_what_is_named_is_deleted(source, output, tmp_path):
    fit_and_forget(source, output)
    path = output.parent / f"{output.name}.forgotten.json"
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    said = record(output)
    forged = {**said["deletions"][0], "path": str(victim), "deleted": None}
    forged["sha256"] = hashlib.sha256(b"mine").hexdigest()
    path.write_text(json.dumps({**said, "status": "pending", "deletions": [forged]}))
    with pytest.raises(DataError, match="nothing was deleted"):
        forget(output, source)
    assert victim.exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x"}', "\0"])
def test_a_record_that_is_none(source, output, text):
    fit_and_forget(source, output)
    (output.parent / f"{output.name}.forgotten.json").write_text(text)
    with pytest.raises(DataError, match="is no record"):
        forget(output, source)


def test_without_the_model_nothing_goes_on(parts, output):
    fit_and_forget(parts, output)
    output.write_bytes(b"PK")
    with pytest.raises(ModelFileError):
        forget(output, parts)
    output.unlink()
    with pytest.raises(DataError):
        forget(output, parts)


def test_a_second_forgetting_must_be_said_to_replace_the_first(source, output):
    kept = source.read_bytes()
    fit_and_forget(source, output)
    source.write_bytes(kept)
    with pytest.raises(OutputError, match="exists"):
        fit_and_forget(source, output)
    assert source.exists()
    assert fit_and_forget(source, output, overwrite=True)[1].status == "complete"
