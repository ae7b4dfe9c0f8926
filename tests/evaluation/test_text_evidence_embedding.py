"""Texts as a model sees them: a tiny one that is built here, and folders that hold none."""

import shutil

import numpy as np
import pytest
from texts_drawn import replaced, texts

from parhelion.errors import ConfigError
from parhelion.evaluation.reading import case_of
from parhelion.evaluation.text import measure
from parhelion.evaluation.text.embedding import Embedder, frechet, inside
from parhelion.schema import CategoryColumn, Table, TextColumn

transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
torch = pytest.importorskip("torch")

TABLE = Table(name="mails", columns=(TextColumn(name="body"), CategoryColumn(name="about")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A BERT of random weights over the words of the texts."""
    made = tmp_path_factory.mktemp("tiny")
    spell = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="[UNK]"))
    spell.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.WordLevelTrainer(special_tokens=["[UNK]", "[PAD]"])
    spell.train_from_iterator(texts(300, 1)["body"].to_pylist(), trainer)
    transformers.PreTrainedTokenizerFast(tokenizer_object=spell, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(
        made
    )
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=spell.get_vocab_size(), hidden_size=24, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, initializer_range=0.5,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(made, safe_serialization=True)
    return made


def judged(synthetic, folder):
    case = case_of(texts(150, 1), synthetic, texts(150, 3), TABLE, quick=True, embedder=str(folder))
    return {score.key: score for score in measure(case).scores}


def test_other_meanings_are_farther_away_than_real_ones(folder):
    good, bad = judged(texts(150, 2), folder), judged(replaced(texts(150, 2), ["login login login"] * 150), folder)
    assert good["text.embedding"].value < 2 * good["text.embedding"].reference
    assert bad["text.embedding"].value > 2 * good["text.embedding"].value
    assert bad["text.recall"].value < 0.5 < good["text.recall"].value
    assert good["text.precision"].value == pytest.approx(good["text.precision"].reference, abs=0.1)


def test_points_are_of_length_1_and_a_text_has_one_wherever_it_stands(folder):
    embedder = Embedder(str(folder))
    points = embedder.points(["my parcel", "!!!", "", "my parcel", "my parcel " * 1_000])
    assert np.isfinite(points).all()
    assert np.array_equal(points[0], points[3])
    assert np.linalg.norm(points[0]) == pytest.approx(1)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="there is no folder"):
        Embedder(str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="cannot be read"):
        Embedder(str(tmp_path))


def test_weights_that_are_no_safetensors_are_refused(folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "model.safetensors").write_bytes(b"no weights at all")
    with pytest.raises(ConfigError, match="cannot be read"):
        Embedder(str(broken))


def test_clouds():
    cloud = np.random.default_rng(0).normal(size=(60, 4))
    assert inside(cloud, cloud).share == 1
    assert inside(cloud + 50, cloud).share == 0
    assert frechet(cloud, 2 * cloud) > frechet(cloud, 1.1 * cloud) > 0
