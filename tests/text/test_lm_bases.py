"""Where a base lies, and that no model file can make us take another."""

import json
import os
import shutil

import pytest

pytest.importorskip("huggingface_hub")

from parhelion.errors import ConfigError
from parhelion.text.lm import LmConfig
from parhelion.text.lm.bases import ELSEWHERE, Base, fingerprint, found, named


@pytest.fixture
def base(tmp_path):
    """Files that look like a base; nothing here parses weights."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv(ELSEWHERE, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def cached(tmp_path, base, name="owner/tiny", commit="c" * 40):
    """The base as if it had been fetched from Hugging Face."""
    folder = tmp_path / "cache" / ("models--" + name.replace("/", "--"))
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(commit)
    shutil.copytree(base, folder / "snapshots" / commit)
    return folder / "snapshots" / commit


def test_a_folder_is_known_by_its_whole_path_and_its_files(base, monkeypatch):
    monkeypatch.chdir(base.parent)
    folder, known = named(LmConfig(base="base"))
    assert known == Base(name=str(base.resolve()), revision=None, print=fingerprint(base))
    assert found(known) == base.resolve() == folder.resolve()


def test_a_base_must_be_named():
    with pytest.raises(ConfigError, match="needs a pretrained model as its `base`: a folder"):
        named(LmConfig())


@pytest.mark.parametrize("wrong", ["./nowhere", "/nowhere/at/all", "a/b/c", "owner/../x", "...", "-x/y", "o/n\n"])
def test_what_is_neither_folder_nor_id_is_said(wrong):
    with pytest.raises(ConfigError, match="no such folder"):
        named(LmConfig(base=wrong))


def test_an_id_that_is_not_here_cannot_be_fetched_without_a_network():
    with pytest.raises(
        ConfigError, match="'owner/none' is neither a folder nor in the cache, and could not be fetched"
    ):
        named(LmConfig(base="owner/none"))


def test_an_id_in_the_cache_is_taken_from_there_with_its_commit(tmp_path, base):
    folder = cached(tmp_path, base)
    at, known = named(LmConfig(base="owner/tiny"))
    assert (at, known.name, known.revision) == (folder, "owner/tiny", "c" * 40)
    assert found(known) == folder


@pytest.mark.parametrize(
    ("gone", "said"), [("config.json", "no config.json"), ("model.safetensors", "not in safetensors files$")]
)
def test_a_folder_must_hold_a_base(base, gone, said):
    (base / gone).unlink()
    with pytest.raises(ConfigError, match=said):
        named(LmConfig(base=str(base)))


def test_pickles_are_not_read(base):
    (base / "model.safetensors").rename(base / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="others are not read, as they may run code; convert them"):
        named(LmConfig(base=str(base)))


@pytest.mark.parametrize("index", ["", "[]", '{"weight_map": {"a": "../../secret"}}', '{"weight_map": {"a": "gone"}}'])
def test_an_index_of_weights_must_name_files_beside_it(base, index):
    (base / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ConfigError, match="safetensors"):
        named(LmConfig(base=str(base)))


def test_weights_in_parts_all_count(base):
    (base / "model.safetensors").rename(base / "model-1.safetensors")
    (base / "model-2.safetensors").write_bytes(b"more")
    parts = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (base / "model.safetensors.index.json").write_text(json.dumps(parts))
    _, known = named(LmConfig(base=str(base)))
    (base / "model-2.safetensors").write_bytes(b"MORE")
    with pytest.raises(ConfigError, match="another model"):
        found(known)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
def test_another_base_in_the_same_place_is_refused(base, file):
    _, known = named(LmConfig(base=str(base)))
    (base / file).write_text("another")
    with pytest.raises(ConfigError, match=rf"what is there now is another model.*{ELSEWHERE}=FOLDER"):
        found(known)


def test_a_large_file_of_weights_is_known_by_pieces_of_it(base):
    weights = base / "model.safetensors"
    size = 20_000_000
    with weights.open("wb") as file:
        file.truncate(size)
    before = fingerprint(base)
    with weights.open("r+b") as file:
        file.seek(size - 1)
        file.write(b"x")
    assert fingerprint(base) != before


def test_a_base_that_moved_is_found_where_the_user_says(base, tmp_path, monkeypatch):
    _, known = named(LmConfig(base=str(base)))
    moved = base.rename(tmp_path / "moved")
    with pytest.raises(ConfigError, match=rf"it is not there; say where it is now: {ELSEWHERE}=FOLDER$"):
        found(known)
    monkeypatch.setenv(ELSEWHERE, os.pathsep.join([str(tmp_path), "owner/none", str(moved)]))
    assert found(known) == moved


def test_an_id_of_a_model_file_is_looked_for_in_the_cache_alone(tmp_path, base):
    known = Base(name="owner/tiny", revision="c" * 40, print=fingerprint(base))
    with pytest.raises(ConfigError, match=f"hf download owner/tiny --revision {'c' * 40}$"):
        found(known)
    cached(tmp_path, base)
    assert found(known).name == "c" * 40


@pytest.mark.parametrize(
    "name", ["base", "./base", "//host/share", "\\\\host\\share", "~/base", "../../etc", "/dev/null"]
)
def test_a_strangers_name_opens_nothing(base, name, monkeypatch):
    monkeypatch.chdir(base.parent)
    with pytest.raises(ConfigError, match="it is not there"):
        found(Base(name=name, revision=None, print=fingerprint(base)))


def test_a_folder_whose_files_are_not_those_of_the_model_file_is_not_read(base):
    with pytest.raises(ConfigError, match="another model"):
        found(Base(name=str(base), revision=None, print="0" * 64))
