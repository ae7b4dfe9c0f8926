"""Real files, and the program to run on them: within this process, where that is quicker, or in one of its own."""

import json
import os
import signal
import subprocess
import sys
from typing import NamedTuple

import pyarrow.csv
import pytest
from cli_tables import people_table

import parhelion as ph
from parhelion.cli import main


class Said(NamedTuple):
    """What a run of the program came to."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        lines = self.out.splitlines()
        assert len(lines) == 1
        return json.loads(lines[0], parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people.csv"
    pyarrow.csv.write_csv(people_table(400), path)
    return path


@pytest.fixture(scope="session")
def model(people):
    path = people.with_suffix(".parhelion")
    ph.fit(people, target="retired").save(path)
    return path


@pytest.fixture
def call(capfdbinary, tmp_path, monkeypatch):
    """The program within this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        status = main([str(word) for word in words])
        out, err = capfdbinary.readouterr()
        return Said(status, out.decode(), err.decode())

    return call


def _as_started_by_a_shell():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path):
    """The program in a process of its own, in an empty folder; whatever still runs at the end is killed."""
    begun = []

    def start(*words, **options):
        process = subprocess.Popen(
            [sys.executable, "-m", "parhelion", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            **{"env": {**os.environ, "COLUMNS": "100"}, "preexec_fn": _as_started_by_a_shell, **options},
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start):
    """The same, waited for."""

    def run(*words, **options):
        process = start(*words, **options)
        out, err = process.communicate(timeout=600)
        return Said(process.returncode, out.decode(), err.decode())

    return run
