"""Folders that are there whole or not at all."""

import re

import pytest

from parhelion.errors import OutputError
from parhelion.io import atomic_folder

OURS = re.compile(r"\d\.txt")


def filled(folder, text, **options):
    with atomic_folder(folder, OURS, "numbers", **options) as made:
        (made / "1.txt").write_text(text)


def test_a_folder_appears_when_the_block_ends(tmp_path):
    with atomic_folder(tmp_path / "out", OURS, "numbers") as made:
        (made / "1.txt").write_text("one")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "1.txt").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def fails_midway(folder, fault):
    with atomic_folder(folder, OURS, "numbers", overwrite=True) as made:
        (made / "1.txt").write_text("new")
        raise fault


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OutputError, ValueError])
def test_nothing_stays_of_a_block_that_fails(tmp_path, fault):
    filled(tmp_path / "out", "old")
    with pytest.raises(fault):
        fails_midway(tmp_path / "out", fault)
    assert (tmp_path / "out" / "1.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_only_what_is_ours_is_replaced_and_only_if_said(tmp_path):
    filled(tmp_path / "out", "old")
    with pytest.raises(OutputError, match="is not empty; to replace it, say so"):
        filled(tmp_path / "out", "new")
    filled(tmp_path / "out", "new", overwrite=True)
    assert (tmp_path / "out" / "1.txt").read_text() == "new"
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds more than numbers \('mine.txt'\)"):
        filled(tmp_path / "out", "newer", overwrite=True)
    assert (tmp_path / "out" / "1.txt").read_text() == "new"


def test_what_cannot_be_written_within_is_told_of_the_folder_asked_for(tmp_path):
    with pytest.raises(OutputError) as error, atomic_folder(tmp_path / "out", OURS, "numbers") as made:
        raise OutputError(f"cannot write '{made}/1.txt'")
    assert str(error.value) == f"cannot write '{tmp_path}/out/1.txt'"
