"""Topics: which texts are of one, and how they are drawn."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from parhelion.text.transformer.topics import no_topics, topics_of
from parhelion.text.transformer.vocabulary import Words


def found(texts, codes=None, owners=None, least=5):
    owners = np.arange(len(texts)) if owners is None else np.asarray(owners)
    codes = np.zeros((len(texts), 0), np.int32) if codes is None else np.asarray(codes, np.int32)
    return topics_of(Words(texts, owners), codes, owners, least, np.random.default_rng(0))


def test_texts_of_the_same_words_are_of_one_topic():
    texts = ["my card is lost", "please send money home"] * 20
    topics, of_text = found(texts)
    assert set(of_text[::2]).isdisjoint(of_text[1::2])
    assert topics.counts.tolist() == [20, 20]


def test_topics_are_of_one_label_and_of_enough_owners():
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(["a", "b", "c", "d", "e", "f"], 5)) for _ in range(600)]
    codes, owners = rng.integers(3, size=(600, 2)), rng.integers(200, size=600)
    topics, of_text = found(texts, codes, owners)
    assert len(topics.groups) > 6
    np.testing.assert_array_equal(topics.groups[of_text], codes[:, 0])
    np.testing.assert_array_equal(topics.counts, np.bincount(of_text))
    assert all(len(set(owners[of_text == topic])) >= 15 for topic in range(len(topics.groups)))


@pytest.mark.parametrize("texts", [["a"], ["same words"] * 100, ["😀"] * 3, [f"text{i}" for i in range(60)]])
def test_texts_that_tell_no_topics(texts):
    topics, of_text = found(texts)
    assert topics.counts.sum() == len(texts)
    assert len(of_text) == len(texts)


def test_the_shares_of_the_topics_of_a_row_are_one():
    topics, _ = found(["my card is lost", "please send money home"] * 20, [[0], [1]] * 20)
    codes = np.array([[1], [0], [5], [1]], np.int32)
    total = np.zeros(4)
    for rows, _, share in topics.each(codes):
        np.add.at(total, rows, share)
    np.testing.assert_allclose(total, 1)


def test_without_topics_none_is_drawn():
    none, codes = no_topics(2)[0], np.array([[0], [3]])
    assert none.drawn(codes, np.random.default_rng(0)).tolist() == [0, 0]
    assert [share.tolist() for _, _, share in none.each(codes)] == [[1, 1]]
