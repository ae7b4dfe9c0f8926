"""Near-duplicates: found when they are, and never for a text that is none."""

import random

import pytest

from parhelion.describing.contract import Place, Row
from parhelion.describing.rows.nearness import Nearness, bands_for, normalised, shingles, signature, similarity
from parhelion.describing.store import open_store
from parhelion.errors import ConfigError

WORDS = [
    f"{a}{b}{c}" for a in ("ka", "lo", "mi", "ru") for b in ("n", "st", "v", "rt") for c in ("a", "ede", "or", "ip")
]


def sentence(rng, words=40):
    return " ".join(rng.choices(WORDS, k=words))


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as made:
        made.begin("r", "")
        made.begin("other", "")
        yield made


def test_a_text_that_differs_in_case_and_punctuation_is_a_twin(store):
    near = Nearness(store, "r", 0.8)
    near.add(Place(3, 1), "What is a wheel? It is a ZIP archive.")
    assert near.twin_of("what is a WHEEL -- it is a zip archive!!") == Place(3, 1)
    assert near.twin_of("what is a sdist -- it is a tarball of sources!!") is None


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.95])
def test_twins_are_found_and_are_twins(store, threshold):
    rng, near = random.Random(1), Nearness(store, "r", threshold)
    texts, found, should = [], 0, 0
    for slot in range(250):
        words = (texts[rng.randrange(len(texts))] if texts and rng.random() < 0.6 else sentence(rng)).split()
        for _ in range(rng.randrange(8)):
            words[rng.randrange(len(words))] = rng.choice(WORDS)
        text = " ".join(words)
        own = shingles(normalised(text))
        true = {i for i, other in enumerate(texts) if similarity(own, shingles(normalised(other))) >= threshold}
        twin = near.twin_of(text)
        assert twin is None or twin.slot in true
        found, should = found + (twin is not None), should + bool(true)
        near.add(Place(slot, 0), text)
        texts.append(text)
    assert should > 30
    assert found >= 0.95 * should


def test_the_same_text_is_a_twin_at_every_threshold(store):
    for number, threshold in enumerate((0.05, 0.3, 0.999, 1.0)):
        store.begin(str(number), "")
        near = Nearness(store, str(number), threshold)
        near.add(Place(0, 0), "the quick brown fox jumps over the lazy dog")
        assert near.twin_of("The quick brown fox jumps over the lazy dog.") == Place(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("C++", "C#", False), ("c++", "C++ ", True), ("?", "!", False), ("", "", True), ("", "a", False),
        ("कि", "का", False), ("日本語のパッケージ", "日本語のパッケージ!", True), ("🎉🎉🎉🎉🎉", "🎈🎈🎈🎈🎈", False),
        ("yes", "no", False), ("Yes", "yes", True), ("x = a + b * c", "x = a ^ b < c", False),
        ("ﬁne-tuning", "fine tuning", True),
    ],
)  # fmt: skip
def test_short_and_foreign_texts(store, one, other, same):
    near = Nearness(store, "r", 0.8)
    near.add(Place(0, 0), one)
    assert (near.twin_of(other) is not None) is same


def test_runs_do_not_see_each_other(store):
    Nearness(store, "r", 0.8).add(Place(0, 0), "a text of some length")
    assert Nearness(store, "other", 0.8).twin_of("a text of some length") is None


def test_a_restart_remembers_and_another_threshold_too(tmp_path):
    with open_store(tmp_path) as store:
        store.begin("r", "")
        Nearness(store, "r", 0.8).add(Place(0, 0), "a text of some length")
    for threshold in (0.8, 0.5, 0.9):
        with open_store(tmp_path) as store:
            assert Nearness(store, "r", threshold).twin_of("a text of some length") == Place(0, 0)


def test_a_row_that_is_no_longer_accepted_is_compared_with_no_more(store):
    near = Nearness(store, "r", 0.8)
    row = Row(Place(0, 0), "accepted", {})
    store.put_row("r", row)
    near.add(row.place, "a text of some length")
    store.put_row("r", Row(Place(0, 0), "rejected", {}, "", "no good"))
    assert near.twin_of("a text of some length") is None
    assert store.db.execute("SELECT count(*) FROM bands").fetchone() == (0,)


def test_many_texts_that_are_somewhat_alike_do_not_hide_a_twin(store):
    rng, near = random.Random(2), Nearness(store, "r", 0.8)
    base = sentence(rng, 45)
    texts = [f"{base} {sentence(rng, 18)}" for _ in range(300)]
    for slot, text in enumerate(texts):
        near.add(Place(slot, 0), text)
    assert sum(near.twin_of(text.upper()) == Place(slot, 0) for slot, text in enumerate(texts)) >= 297


def test_lone_surrogates_and_a_megabyte(store):
    near = Nearness(store, "r", 0.8)
    long = sentence(random.Random(3), 60_000)
    near.add(Place(0, 0), "half \ud800 a character, and some more")
    near.add(Place(1, 0), long)
    assert near.twin_of("half \ud800 a character, and some more") == Place(0, 0)
    assert near.twin_of(long[:-50]) == Place(1, 0)


def test_signatures_estimate_the_similarity():
    rng = random.Random(4)
    errors = []
    for _ in range(60):
        words = sentence(rng, 60).split()
        other = words[:20] + sentence(rng, 40).split()
        one, two = " ".join(words), " ".join(other)
        estimate = (signature(one) == signature(two)).mean()
        errors.append(estimate - similarity(shingles(one), shingles(two)))
    assert abs(sum(errors) / len(errors)) < 0.02
    assert max(map(abs, errors)) < 0.2


def test_signatures_stay_what_they_are():
    assert signature("a text of some length")[:3].tolist() == [59808793, 83996196, 408484436]
    assert bands_for(0.8) == (16, 8)


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_a_threshold_that_is_none(store, threshold):
    with pytest.raises(ConfigError, match="threshold"):
        Nearness(store, "r", threshold)
