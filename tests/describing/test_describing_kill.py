"""Runs that are killed, stopped, refused or out of space: nothing is lost, and the next one goes on."""

import json
import random
import signal
import subprocess

import pytest

import parhelion as ph
from tools.killing import begin, kill_after, look, until, write_plan
from tools.scripted import Fault, Latency, Scripted

PATIENCE = 300  # seconds


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def server():
    with Scripted(latency=Latency(0.02), process=True) as running:
        yield running


def with_hanging(server, calls):
    """From now on it answers so many calls and no more: no run comes to its end, however late it is stopped."""
    server.change(faults=(Fault("hang", calls=(calls + 1, 1_000_000)),))


def test_a_run_that_is_killed_again_and_again_loses_no_row_and_makes_none_twice(tmp_path, server):
    plan, rng = write_plan(tmp_path / "trains", server.url, rows=60, slots=8), random.Random(1)
    kept, done = {}, 0
    for _ in range(3):
        calls = rng.randint(20, 50)
        with_hanging(server, calls + 20)
        assert kill_after(begin(plan), server, calls, rng.uniform(0, 0.03))
        now = look(plan.parent).accepted
        assert now.items() >= kept.items()
        assert not [*plan.parent.glob("data.*")]
        kept, done = now, done + 1
    server.change(faults=())
    process = begin(plan, "--json")
    told = json.loads(process.communicate()[0])
    assert (process.returncode, told["rows"], told["stop"]) == (0, 60, "complete")
    after, stats = look(plan.parent), server.stats()
    assert after.accepted.items() >= kept.items()
    assert sorted(after.accepted) == list(range(60))
    rows = lines(plan.parent / "data.jsonl")
    assert [row["complaint"] for row in rows] == [json.loads(after.accepted[n])["complaint"] for n in range(60)]
    assert len({row["complaint"] for row in rows}) == 60
    assert after.twice == 0
    assert after.lost <= done * 8
    assert stats.repeated <= after.lost + after.hedged


def test_a_run_that_is_interrupted_says_how_to_go_on_and_goes_on(tmp_path, server):
    plan = write_plan(tmp_path / "trains", server.url, rows=60, slots=8)
    with_hanging(server, 60)
    process = begin(plan)
    assert until(lambda: server.stats().calls > 60, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert "what was made is kept; the same command goes on" in err
    assert "Traceback" not in err
    assert {file.name for file in plan.parent.iterdir()} == {"plan.yaml", "project.sqlite", "project.lock"}
    kept = look(plan.parent)
    assert kept.accepted
    server.change(faults=())
    assert ph.describe(plan).rows == 60
    after = look(plan.parent)
    assert after.accepted.items() >= kept.accepted.items()
    assert (after.twice, after.lost) == (0, 0)


def test_a_second_process_is_refused_or_waits(tmp_path, server):
    plan = write_plan(tmp_path / "trains", server.url, rows=40, slots=4)
    server.change(latency=Latency(2.0))  # the first is not done before the second is refused
    first = begin(plan, "--json")
    assert until(lambda: server.stats().calls > 0, first)
    second = begin(plan)
    _, err = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2
    assert f"in use by process {first.pid}" in err
    server.change(latency=Latency(0.02))
    waiting = begin(plan, "--wait", "--json")
    assert json.loads(first.communicate(timeout=PATIENCE)[0])["rows"] == 40
    calls = server.stats().calls
    assert json.loads(waiting.communicate(timeout=PATIENCE)[0])["rows"] == 40
    assert server.stats().calls == calls


def test_a_full_disk_is_told_of_and_the_run_goes_on_when_there_is_space(mounted, server):
    disk = mounted("size=4m")
    plan = write_plan(disk / "trains", server.url, rows=100, slots=8)
    with pytest.raises(ph.OutputError, match="free some space, and run it again to go on"):
        ph.describe(plan)
    kept = look(plan.parent)
    assert kept.accepted
    assert {file.name.split("-")[0] for file in plan.parent.iterdir()} <= {
        "plan.yaml",
        "project.sqlite",
        "project.lock",
    }
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
    assert ph.describe(plan).rows == 100
    after = look(plan.parent)
    assert after.accepted.items() >= kept.accepted.items()
    assert after.twice == 0
