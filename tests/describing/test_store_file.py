"""The file: killed, damaged, full, of another, in use."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from parhelion.describing.contract import Place, Row
from parhelion.describing.store import Cell, open_store
from parhelion.errors import OutputError, ProjectError

WORKER = """
import sys
from pathlib import Path
from parhelion.describing.contract import Place, Row
from parhelion.describing.rows.nearness import Nearness
from parhelion.describing.store import Cell, open_store
from parhelion.llm.contract import Reply, Usage
with open_store(Path(sys.argv[1])) as store:
    store.begin("r", "goal: x")
    near = Nearness(store, "r", 0.9)
    for slot in range(store.counts("r").candidates, 100_000):
        number = store.journal.opened(f"k{slot:06}:0", field="f", model="m", endpoint="e", reserved=100)
        print("opened", slot, flush=True)
        store.journal.closed(number, cost=10, reply=Reply("text", Usage(1, 2), "e"))
        store.keep_cell(Cell(f"k{slot:06}", "f", "text" * 100, endpoint="e"))
        with store.writing():
            store.put_row("r", Row(Place(slot, 0), "accepted", {"f": slot}, cells=(f"k{slot:06}",)))
            near.add(Place(slot, 0), f"{slot:06}" * 3)
        print("accepted", slot, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from parhelion.describing.store import open_store
with open_store(Path(sys.argv[1])) as store:
    store.set("who", "first")
    print("in", flush=True)
    sys.stdin.readline()
"""
KILLED = """
import os, sys
from pathlib import Path
from parhelion.describing.store import open_store
with open_store(Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def test_a_kill_loses_and_doubles_nothing(tmp_path):
    known = opened = 0
    for kill in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as worker:
            said = [worker.stdout.readline() for _ in range(101 + 13 * kill)]
            worker.send_signal(signal.SIGKILL)
            said += worker.stdout.readlines()
        known += sum(line.startswith("accepted") for line in said)
        opened += sum(line.startswith("opened") for line in said)
        with open_store(tmp_path) as store:
            slots = [row.place.slot for row in store.rows("r", "accepted")]
            assert slots == list(range(len(slots)))
            assert known <= len(slots) <= known + 1 + kill
            ledger = store.ledger()[0]
            assert store.spent() == ledger.cost == 10 * (ledger.calls - ledger.lost) + 100 * ledger.lost
            assert opened <= ledger.calls <= opened + 1 + kill
            assert ledger.lost <= kill + 1
            texts, bands = (store.db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("texts", "bands"))
            assert texts == len(slots)
            assert bands % max(texts, 1) == 0
            assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_process_is_refused_or_waits(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "in\n"
        with pytest.raises(ProjectError, match=f"in use by process {holder.pid}; wait"), open_store(tmp_path):
            pass
        threading.Thread(target=lambda: (time.sleep(0.3), holder.stdin.close())).start()
        with open_store(tmp_path, wait=True) as store:
            assert store.get("who") == "first"
            assert (tmp_path / "project.lock").read_text() == str(os.getpid())


def test_a_killed_process_holds_no_lock(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    with open_store(tmp_path):
        pass


def test_the_same_process_cannot_open_it_twice(tmp_path):
    with open_store(tmp_path), pytest.raises(ProjectError, match=str(os.getpid())), open_store(tmp_path):
        pass


def made(folder, statement):
    with open_store(folder):
        pass
    with sqlite3.connect(folder / "project.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def test_a_later_version_is_told(tmp_path):
    made(tmp_path, "PRAGMA user_version = 7")
    with pytest.raises(ProjectError, match=r"later parhelion \(format 7, this one knows 1\)"), open_store(tmp_path):
        pass


def test_the_file_of_another_program_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "project.sqlite") as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    before = (tmp_path / "project.sqlite").read_bytes()
    with pytest.raises(ProjectError, match="another program"), open_store(tmp_path):
        pass
    assert (tmp_path / "project.sqlite").read_bytes() == before


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "project.sqlite").write_text("this is no database, however long it may be " * 100)
    with pytest.raises(ProjectError, match="damaged"), open_store(tmp_path):
        pass


def filled(folder):
    with open_store(folder) as store:
        store.begin("r", "goal")
        for slot in range(300):
            store.keep_cell(Cell(f"k{slot}", "f", "v" * 200, endpoint="e"))
            store.put_row("r", Row(Place(slot, 0), "accepted", {"f": "v" * 200}, cells=(f"k{slot}",)))
    return folder / "project.sqlite"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off(tmp_path, part):
    path = filled(tmp_path)
    os.truncate(path, int(path.stat().st_size * part))
    with pytest.raises(ProjectError, match="damaged"), open_store(tmp_path) as store:
        read_all(store)


def test_a_file_with_noise_in_it(tmp_path):
    path = filled(tmp_path)
    data = bytearray(path.read_bytes())
    for at in range(8192, len(data), 4096):
        data[at : at + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(ProjectError, match="damaged"), open_store(tmp_path) as store:
        read_all(store)


def read_all(store):
    store.counts("r")
    store.ledger()
    list(store.rows("r"))
    for slot in range(300):
        store.cell(f"k{slot}")
    store.open_places("r", 300)


@pytest.mark.parametrize("kind", ["limit", "disk"])
def test_a_full_disk_keeps_what_was_kept(tmp_path, kind, request):
    folder = tmp_path if kind == "limit" else request.getfixturevalue("mounted")("size=1m")
    kept = 0
    with open_store(folder) as store:
        store.begin("r", "goal")
        if kind == "limit":
            store.db.execute(f"PRAGMA max_page_count = {store.db.execute('PRAGMA page_count').fetchone()[0] + 20}")
        with pytest.raises(OutputError, match=r"project\.sqlite.*kept.*free some space"):  # noqa: PT012 (until it is full)
            while True:
                store.put_row("r", Row(Place(kept, 0), "accepted", {"f": os.urandom(3000).hex()}))
                kept += 1
        assert kept > 5
        assert store.counts("r").accepted == kept
    if kind == "limit":
        with open_store(folder) as store:
            assert len([*store.rows("r")]) == kept
            store.put_row("r", Row(Place(kept, 0), "accepted", {}))


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"), open_store(tmp_path / "file" / "project"):
        pass


def test_a_disk_that_is_read_only(tmp_path, mounted):
    folder = mounted("size=2m")
    with open_store(folder):
        pass
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    with pytest.raises(OutputError, match="cannot write"), open_store(folder):
        pass


def test_no_fault_of_sqlite_leaves_the_store(tmp_path):
    with open_store(tmp_path) as store:
        store.begin("r", "goal")
        with ThreadPoolExecutor(1) as other, pytest.raises(ProjectError, match="thread"):
            other.submit(store.counts, "r").result()
    with pytest.raises(ProjectError, match="closed"):
        store.counts("r")
