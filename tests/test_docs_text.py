"""Everything that the page on text tells people to type is typed, and what it shows is what comes of it."""

import shutil
from pathlib import Path

import pytest

from docs_blocks import Reader, blocks_of

ROOT = Path(__file__).parents[1]
NEEDED = {
    "it needs minutes, or a GPU", "it needs a pretrained model", "it needs Ollama",
    "it needs presidio and a model of spaCy", "other texts come with another version",
}  # fmt: skip


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """Somebody in a folder that has the examples."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # waiting threads cost more than they give, here
        monkeypatch.setenv(name, "1")
    with Reader(tmp_path, swaps={}) as reader:
        yield reader


def test_text_does_what_its_page_says(newcomer):
    page = ROOT / "docs" / "text.md"
    found = [(block.line, newcomer.do(block)) for block in blocks_of(page.read_text(encoding="utf-8"))]
    wrong = "\n".join(f"{page.name}, line {line}: {what}" for line, what in found if what)
    assert not wrong, wrong
    assert {*newcomer.left_out} == NEEDED
