"""Everything that the documents of describe tell people to type is typed, and what they show is what comes of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs_blocks import Reader, blocks_of
from docs_model import Model
from tools.ports import free_port
from tools.scripted import Rule, Script, Scripted

ROOT = Path(__file__).parents[1]
TOLD = "http://localhost:11434/v1"  # where the documents have a model
HOST, PORT = "192.168.1.10", "4222"  # where they have a network
NEEDED = {
    "it needs Ollama and the internet", "it needs people.parhelion, from parhelion fit",
}  # fmt: skip


@pytest.fixture
def server():
    script = Script(models=("llama3.2",), rules=(Rule(reply=Model()),))
    with Scripted(script) as running:
        yield running


def done(document, folder, swaps):
    """What is amiss with each block, and what was left out."""
    blocks = blocks_of(document.read_text(encoding="utf-8"))
    with Reader(folder, swaps) as reader:
        found = [(block.line, reader.do(block)) for block in blocks]
    if any(wrong for _, wrong in found):
        found.append((0, reader.said()))
    return "\n".join(f"{document.name}, line {line}: {wrong}" for line, wrong in found if wrong), {*reader.left_out}


def test_describe_does_what_its_page_says(tmp_path, server):
    wrong, left_out = done(ROOT / "docs" / "describe.md", tmp_path, {TOLD: server.url})
    assert not wrong, wrong
    assert left_out == NEEDED


def test_the_example_makes_a_data_set(tmp_path, server):
    (tmp_path / "notes").mkdir()
    page = next(
        each for each in blocks_of((ROOT / "docs" / "describe.md").read_text("utf-8")) if "# Boiling" in each.text
    )
    (tmp_path / "notes" / "page.md").write_text(page.text, "utf-8")
    run = [sys.executable, ROOT / "examples" / "describe_notes.py", tmp_path / "notes", tmp_path / "qa"]
    told = subprocess.run(run, env={**os.environ, "OPENAI_BASE_URL": server.url}, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr.decode()
    assert "rows, " in told.stdout.decode()
    assert (tmp_path / "qa" / "data.jsonl").is_file()


@pytest.mark.skipif(shutil.which("nats-server") is None, reason="nats-server is not installed")
def test_a_network_does_what_its_page_says(tmp_path, server):
    swaps = {TOLD: server.url, HOST: "127.0.0.1", PORT: str(free_port())}
    wrong, left_out = done(ROOT / "docs" / "network.md", tmp_path, swaps)
    assert not wrong, wrong
    assert left_out == {"it needs the internet"}
