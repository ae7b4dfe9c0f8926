"""Work that is broken off, or has nowhere to go, leaves nothing half-written."""

import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pytest
from table_cases import people

import parhelion as ph
from parhelion.errors import OutputError

# Python drops what is raised in a destructor, an interrupt too: it is then sent once more.
START = """
import _thread, os, signal, sys, time
import parhelion as ph
sys.path.insert(0, sys.argv[1])
from table_cases import people
def send():
    time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
def dropped(what):
    if what.exc_type is KeyboardInterrupt:
        _thread.start_new_thread(send, ())
sys.unraisablehook = dropped
"""
# However late the interrupt comes, it finds the fit at work.
FIT = """
def linger(stage, done, total):
    if (stage, done) == ("learning", total):
        time.sleep(600)
source = people(200_000)
print("begun", flush=True)
ph.fit(source, target="retired", progress=linger).save(sys.argv[2] + "/m.parhelion")
"""
WRITE = """
model = ph.fit(people())
open(sys.argv[2] + "/kept.csv", "w").write("kept")
print("begun", flush=True)
model.write(sys.argv[2] + "/{name}", 50_000_000, overwrite=True)
"""


def interrupted(script, folder, pytestconfig):
    """What a script says that gets Ctrl-C in the middle of its work."""
    tests = str(pytestconfig.rootpath / "tests" / "tables")
    process = subprocess.Popen(
        [sys.executable, "-c", START + script, tests, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"begun\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=600)
    finally:
        process.kill()
        process.communicate()
    return process.returncode, err.decode().splitlines()[-1]


def test_a_fit_that_is_interrupted_leaves_nothing(tmp_path, pytestconfig):
    assert interrupted(FIT, tmp_path, pytestconfig) == (-signal.SIGINT, "KeyboardInterrupt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out/", "out.csv", "kept.csv"])
def test_writing_that_is_interrupted_leaves_what_was_there(tmp_path, pytestconfig, name):
    assert interrupted(WRITE.format(name=name), tmp_path, pytestconfig) == (-signal.SIGINT, "KeyboardInterrupt")
    assert [each.name for each in tmp_path.iterdir()] == ["kept.csv"]
    assert (tmp_path / "kept.csv").read_text() == "kept"


@pytest.fixture(scope="module")
def model():
    return ph.fit(people(), target="retired")


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet", "out.arrow", "out.jsonl", "out/"])
def test_a_disk_that_fills_up_is_told_and_freed(model, mounted, name):
    disk = mounted("size=1m")
    with pytest.raises(OutputError, match=r"cannot write .*: No space left on device; .*; free some space"):
        model.write(f"{disk}/{name}", 300_000)
    assert list(disk.iterdir()) == []


def test_a_model_that_does_not_fit_on_the_disk(mounted):
    rng = np.random.default_rng(0)
    wide = ph.fit(pa.table({f"c{place}": rng.normal(size=300) for place in range(30)}))
    disk = mounted("size=64k")
    with pytest.raises(OutputError, match="No space left on device"):
        wide.save(disk / "m.parhelion")
    assert list(disk.iterdir()) == []


def test_a_disk_that_is_read_only(model, mounted):
    disk = mounted("size=1m,ro")
    for write in (
        lambda: model.save(disk / "m.parhelion"),
        lambda: model.write(disk / "out.csv", 10),
        lambda: model.write(f"{disk}/out/", 10),
    ):
        with pytest.raises(OutputError, match=r"Read-only file system; .*choose a place that you may write to"):
            write()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no/out.csv", "does not exist; make it first"),
        ("file/out.csv", "is not a folder; make it first|Not a directory"),
        ("out.xlsx", "the ending '.xlsx' is not one of a table"),
        ("out.json", "one JSON array cannot be written bit by bit"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
def test_places_that_cannot_be_written_to(model, tmp_path, name, message):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError, match=message):
        model.write(tmp_path / name, 10)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_fault_in_the_middle_leaves_nothing(model, tmp_path):
    """Whoever listens to the progress may stop the work by raising."""

    class Enough(Exception):  # noqa: N818  # not an error
        pass

    def stop(stage, done, total):
        raise Enough

    for name in ("out.csv", "out/"):
        with pytest.raises(Enough):
            model.write(f"{tmp_path}/{name}", 300_000, progress=stop)
    with pytest.raises(Enough):
        ph.fit(people(), progress=stop)
    assert list(tmp_path.iterdir()) == []
