"""The program in a process of its own: signals, pipes, terminals."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pyarrow.parquet
import pytest
from cli_tables import people_table

MANY = ["-n", "50_000_000"]
PATIENCE = 600  # seconds: on a machine that has all to compile, and other work


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def begun(folder):
    return any(each.name.startswith(".parhelion-") for each in folder.iterdir())


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_samples_that_are_stopped_leave_nothing(start, model, tmp_path, number, status):
    process = start("sample", model, *MANY, "-o", "out/")
    wait_for(lambda: begun(tmp_path), process)
    time.sleep(0.5)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (status, b"")
    assert err == b"parhelion: interrupted; nothing half-written was left\n"
    assert list(tmp_path.iterdir()) == []


def test_a_second_interrupt_does_not_stop_the_clearing_away(start, model, tmp_path):
    process = start("sample", model, *MANY, "-o", "out.csv")
    wait_for(lambda: begun(tmp_path), process)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """More rows than can be learned from in the moments until a signal comes."""
    path = tmp_path_factory.mktemp("many") / "many.parquet"
    pyarrow.parquet.write_table(people_table(600_000), path)
    return path


@pytest.mark.parametrize(("verb", "output"), [("fit", "m.parhelion"), ("twin", "twin")])
def test_learning_that_is_stopped_leaves_nothing(start, tmp_path, many, verb, output):
    os.link(many, tmp_path / "many.parquet")
    process = start(verb, "many.parquet", "-o", output, "--json")
    wait_for(lambda: begun(tmp_path), process)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, b"")
    assert out == b'{"error": {"type": "Interrupted", "message": "interrupted; nothing half-written was left"}}\n'
    assert [each.name for each in tmp_path.iterdir()] == ["many.parquet"]


def test_judging_that_is_stopped_leaves_nothing(start, tmp_path):
    pyarrow.parquet.write_table(people_table(60_000), tmp_path / "many.parquet")
    process = start("evaluate", "many.parquet", "many.parquet", "-o", "r.html", "-o", "r.json", "--json")
    wait_for(lambda: begun(tmp_path), process)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, b"")
    assert json.loads(out)["error"]["type"] == "Interrupted"
    assert [each.name for each in tmp_path.iterdir()] == ["many.parquet"]


def test_signals_that_the_caller_ignores_stay_ignored(start, model, tmp_path):
    def nohup():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = start("sample", model, "-n", "3_000_000", "-o", "out.parquet", preexec_fn=nohup)
    wait_for(lambda: begun(tmp_path), process)
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["out.parquet"]


def test_main_leaves_the_signals_of_its_caller_as_they_were(call):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    call("--version")
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


def test_a_reader_that_goes_away_is_no_error(start, model):
    process = start("sample", model, *MANY, "-o", "-")
    assert process.stdout.readline() == b"id,age,income,city,retired\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(PATIENCE) == 141


def test_a_reader_that_goes_away_from_help(start):
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen([sys.executable, "-m", "parhelion", "--help"], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert process.communicate(timeout=PATIENCE) == (None, b"")
    assert process.returncode == 141


def on_terminal(*words, folder, columns="80"):
    """What a terminal of so many columns is shown."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": columns, "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "parhelion", *map(str, words)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(PATIENCE) == 0
    return shown.decode()


def test_progress_is_shown_on_a_terminal_unless_quiet(model, tmp_path):
    assert "drawing" in on_terminal("sample", model, "-n", "600000", "-o", "t.parquet", folder=tmp_path)
    assert on_terminal("sample", model, "-n", "600000", "-o", "u.parquet", "--quiet", folder=tmp_path) == ""


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_of_a_twin_fits_the_terminal(people, tmp_path, columns):
    import re

    shown = on_terminal("twin", people, "--quick", folder=tmp_path, columns=str(columns))
    table = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown[shown.index("column") :])
    lines = table.replace("\r", "").splitlines()
    assert all(len(line) <= columns for line in lines)
    assert any(line.startswith("income ") for line in lines)
