"""Classes of words: who is put together, and what is told of what follows what."""

import numpy as np
import pytest

from parhelion.text.ngram.classes import classed
from parhelion.text.ngram.learning import Stream

ANIMALS, DOINGS, ENDS = ("cat", "dog", "cow", "hen"), ("sat", "ran", "slept", "left"), (".", "!")
WORDS = ("the", "a", *ANIMALS, *DOINGS, *ENDS)


def stream_of(texts, owners=None):
    """texts: words each, of which "?" is hidden."""
    place = {word: i for i, word in enumerate(WORDS)}
    words = np.array([place.get(word, -1) for text in texts for word in text], np.int64)
    lengths = np.array([len(text) for text in texts], np.int64)
    return Stream.of(words, lengths, np.arange(len(texts)) if owners is None else np.asarray(owners), len(WORDS))


def made_texts(n, seed=0):
    rng = np.random.default_rng(seed)
    return [[rng.choice(["the", "a"]), *(rng.choice(each) for each in (ANIMALS, DOINGS, ENDS))] for _ in range(n)]


def classes_of(texts, people=1, most=4, owners=None):
    """The classes, as sets of words, and what they are."""
    classes, order, arranged = classed(stream_of(texts, owners), people, most)
    words, kinds = np.array(WORDS)[order], classes.kinds()
    assert len(arranged.words) == sum(len(text) + 2 for text in texts)
    return [{*words[kinds[:-2] == k].tolist()} for k in range(len(classes.sizes) - 2)], classes


def test_words_of_the_same_company_are_one_class():
    groups, _ = classes_of(made_texts(300))
    assert sorted(map(sorted, groups)) == sorted(map(sorted, ({"the", "a"}, ANIMALS, DOINGS, ENDS)))


def test_what_follows_adds_up_and_is_as_it_was():
    groups, classes = classes_of(made_texts(300))
    many, fits = len(classes.sizes), classes.fits()
    anywhere = np.bincount(classes.pairs % many, classes.pair_counts, many) + 0.5
    np.testing.assert_allclose(fits @ (anywhere / anywhere.sum()), 1, rtol=1e-5)
    animals, doings = groups.index({*ANIMALS}), groups.index({*DOINGS})
    article, start, end = groups.index({"the", "a"}), many - 2, many - 1
    assert fits[start * many + start].argmax() == article
    assert fits[article * many + animals].argmax() == doings
    assert fits[doings * many + groups.index({*ENDS})].argmax() == end


def test_words_are_numbered_by_their_classes():
    stream = stream_of(texts := made_texts(50))
    classes, order, arranged = classed(stream, 1, 4)
    assert [[WORDS[order[word]] for word in arranged.words[1 + i * 6 : 5 + i * 6]] for i in range(50)] == texts
    assert classes.sizes.sum() == len(WORDS) + 2
    assert arranged.words.max() == len(WORDS) + 1


def test_what_few_wrote_is_not_told():
    texts = [*made_texts(60), *[["hen", "cow", "hen"]] * 9]
    owners = [*range(60), *[60] * 5, *[61] * 4]
    for people, kept in ((2, True), (3, False)):
        groups, classes = classes_of(texts, people, 100, owners)
        many = len(classes.sizes)
        hen, cow = (next(k for k, group in enumerate(groups) if word in group) for word in ("hen", "cow"))
        assert (hen * many + cow in classes.pairs) is kept
        assert ((hen * many + cow) * many + hen in classes.triples) is kept


@pytest.mark.parametrize("texts", [[[]], [["?"]] * 4, [["?", "?", "."]] * 3])
def test_next_to_nothing_is_no_trouble(texts):
    _, classes = classes_of(texts)
    assert np.isfinite(classes.fits()).all()


def test_hidden_words_stand_in_nobodys_company():
    groups, classes = classes_of([["the", "?", "cat", "."], ["the", "dog", "?"]] * 5, most=100)
    many = len(classes.sizes)
    the, dog = (next(k for k, group in enumerate(groups) if word in group) for word in ("the", "dog"))
    assert classes.pair_counts[classes.pairs == the * many + dog].tolist() == [5]
