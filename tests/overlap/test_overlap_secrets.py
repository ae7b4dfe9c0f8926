"""Secrets planted one to ten times among ordinary texts: which are found, and which are known not to be."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from parhelion.overlap import Copied, Prints, unsafe_pairs, unsafe_words

SYLLABLES = ["ba", "ca", "de", "le", "mi", "no", "po", "ra", "re", "sa", "te", "to", "ti", "na", "ne", "la", "se", "co"]
NONCE = ["zorbax", "quivlem", "jynkof", "xelupp"]


def corpus(seed=0, n=2500):
    """Sentences of common words, each of more than ten owners."""
    rng = np.random.default_rng(seed)
    words = ["".join(w) for w in rng.choice(SYLLABLES, (300, 3))]
    return [" ".join(row) for row in rng.choice(words, (n, 8))], words


BASE, COMMON = corpus()
BESIDE = {pair for text in BASE for pair in pairwise(text.split())}


def apart(count):
    """Common words of which no two neighbours ever met."""
    chosen = [COMMON[0]]
    for word in COMMON:
        if len(chosen) < count and word not in chosen and (chosen[-1], word) not in BESIDE:
            chosen.append(word)
    return chosen


def planted(secret, times, how):
    rng, texts = np.random.default_rng(times), list(BASE)
    for row in rng.choice(len(BASE), times, replace=False):
        words = texts[row].split()
        place = rng.integers(0, len(words) + 1)
        if how == "inside":
            texts[row] = " ".join([*words[:place], secret, *words[place:]])
        elif how == "among nonsense":
            texts[row] = f"k{row}xq {secret} v{row}jw"
        else:
            texts.append(secret if how == "alone" else f"{COMMON[5]} {COMMON[9]} {secret}")
    return texts


def caught(texts, secret, protect=10):
    prints = Prints.of(pa.array(texts), np.arange(len(texts)), np.random.default_rng(0), protect=protect)
    return bool(prints.copies(pa.array([f"{COMMON[1]} {secret} {COMMON[2]}"]))[0] & Copied.SECRET)


@pytest.mark.parametrize("how", ["alone", "identical", "inside", "among nonsense"])
@pytest.mark.parametrize("times", [1, 2, 3, 10])
def test_nonsense_is_found_however_it_is_planted(how, times):
    for count in (1, 2, 4):
        secret = " ".join(NONCE[:count])
        assert caught(planted(secret, times, how), secret)


@pytest.mark.parametrize("how", ["alone", "identical", "inside", "among nonsense"])
@pytest.mark.parametrize("times", [1, 2, 3, 10])
def test_four_common_words_that_never_met_are_found(how, times):
    secret = " ".join(apart(4))
    assert caught(planted(secret, times, how), secret)


@pytest.mark.parametrize("times", [1, 3, 10])
def test_two_common_words_are_no_secret_that_can_be_told(times):
    secret = " ".join(apart(2))
    assert not caught(planted(secret, times, "inside"), secret)


@pytest.mark.parametrize("how", ["alone", "inside"])
@pytest.mark.parametrize("times", [1, 3, 10])
def test_three_uncommon_words_in_a_row_are_found(how, times):
    uncommon = ["copper", "walrus", "lantern", "thistle"]
    secret, other = "walrus walrus lantern", "thistle lantern copper"
    rng, texts = np.random.default_rng(1), planted(secret, times, how)
    for word in uncommon:  # each of them is used by many more than wrote the secret
        for row in rng.choice(len(BASE), 25, replace=False):
            texts[row] = f"{texts[row]} {word} {COMMON[row % 100]}"
    assert caught(texts, secret)
    assert not caught(texts, other)


def test_three_common_words_in_a_row_are_no_secret():
    texts = planted(secret := " ".join(apart(3)), 5, "inside")
    assert not caught(texts, secret)


def test_a_word_that_looks_and_behaves_like_any_is_shown():
    word = "".join(SYLLABLES[:3])  # its letters come together in other words
    assert word not in COMMON
    assert word in unsafe_words(pa.array(planted(word, 2, "inside")), np.arange(len(BASE)), 10)
    assert word not in unsafe_words(pa.array(planted(word, 10, "inside")), np.arange(len(BASE)), 10)
    alone = planted(word, 10, "alone")
    assert word in unsafe_words(pa.array(alone), np.arange(len(alone)), 10)
    among = planted(word, 10, "among nonsense")
    assert word in unsafe_words(pa.array(among), np.arange(len(among)), 10)


def test_many_texts_of_one_owner_are_one():
    texts = planted("zorbax", 10, "inside") + ["zorbax"] * 30
    owners = np.array([7 if "zorbax" in text else 1000 + row for row, text in enumerate(texts)])
    assert "zorbax" in unsafe_words(pa.array(texts), owners, 10)
    assert "zorbax" not in unsafe_words(pa.array(texts), np.arange(len(texts)), 10)


def test_words_of_a_few_more_owners_than_protected_are_bound_when_they_come_together():
    first, second = COMMON[0] + "ba", COMMON[1] + "ca"
    texts = planted(first, 3, "inside") + planted(second, 4, "inside") + planted(f"{first} {second}", 10, "inside")
    pairs = unsafe_pairs(pa.array(texts), np.arange(len(texts)), 10)
    assert (first, second) in pairs
    assert caught(texts, f"{first} {second}")
    assert caught(texts, f"{first} {COMMON[7]} {second}")
    assert not caught(texts, first)
    assert not caught(texts, f"{second} {first}")


def test_protect_of_one_turns_it_off():
    secret = " ".join(NONCE)
    texts = planted(secret, 5, "inside")
    assert not caught(texts, secret, protect=1)
    assert unsafe_words(pa.array(texts), np.arange(len(texts)), 1) == frozenset()
    assert unsafe_pairs(pa.array(texts), np.arange(len(texts)), 1) == frozenset()


def test_private_characters_are_never_secrets():
    texts = ["\ue000 wrote", "\ue001 \ue028"]
    assert unsafe_words(pa.array(texts), np.arange(2), 10) == {"wrote"}
    assert not caught([*BASE, *texts], "\ue001 \ue028")


def test_one_owner_of_all():
    assert unsafe_words(pa.array(BASE), np.zeros(len(BASE), np.int64), 10) == set(" ".join(BASE).split())


def test_no_texts_have_no_secrets():
    for texts in ([], [None], ["", "!?"]):
        array, owners = pa.array(texts, pa.string()), np.arange(len(texts))
        assert unsafe_words(array, owners, 10) == unsafe_pairs(array, owners, 10) == frozenset()
