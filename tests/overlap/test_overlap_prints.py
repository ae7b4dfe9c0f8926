"""Fingerprints: no copy is missed, few innocent texts are refused, and files from strangers are read with care."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.errors import ModelFileError
from parhelion.overlap import Copied, Prints, ValuePrints, normal, words

ALPHABETS = ["ab", "abcdefghijklmnopqrstuvwxyz ", "東京都大阪府の人が言う。", "אבגד הוז", "😀😁e\u0301 "]


def fit(texts, owners=None, seed=0, **more):
    owners = np.arange(len(texts)) if owners is None else np.array(owners)
    return Prints.of(pa.array(texts, pa.string()), owners, np.random.default_rng(seed), **more)


def found(prints, text):
    return Copied(int(prints.copies(pa.array([text], pa.string()))[0]))


def sentences(n, seed, vocabulary=20_000, length=20):
    rng = np.random.default_rng(seed)
    return [" ".join(f"w{w}" for w in row) for row in rng.integers(0, vocabulary, (n, length))]


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_every_shared_span_of_fifty_characters_is_found(data):
    letters = data.draw(st.sampled_from(ALPHABETS))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    original, other = ("".join(rng.choice(list(letters), size)) for size in rng.integers(50, 200, 2))
    start, place = rng.integers(0, len(original) - 49), rng.integers(0, len(other))
    copy = other[:place] + original[start : start + rng.integers(50, 80)] + other[place:]
    whole, piece = normal(pa.array([original, copy])).to_pylist()
    shared = any(whole[i : i + 50] in piece for i in range(len(whole) - 49))  # white space at an end may have gone
    assert not shared or Copied.SPAN in found(fit(["an other text", original]), copy)


def test_few_spans_of_less_than_forty_characters_are_found():
    originals, others = sentences(500, 1), sentences(500, 2)
    copies = [o[:30] + original[20:56] + o[30:] for o, original in zip(others, originals, strict=True)]
    assert np.mean(fit(originals).copies(pa.array(copies)) & Copied.SPAN > 0) < 0.02


@pytest.mark.parametrize("span", [22, 30, 100])
def test_other_lengths_of_spans_hold_too(span):
    originals, others = sentences(100, 1), sentences(100, 2)
    copies = [o[:30] + original[20 : 20 + span] + o[30:] for o, original in zip(others, originals, strict=True)]
    assert np.all(fit(originals, span=span).copies(pa.array(copies)) & Copied.SPAN)


def test_whole_texts_are_found_however_they_are_written():
    prints = fit(["Ok!", "See you – soon", "東京", "😀"])
    for text in ("ok!", "  OK!", "see  you -\nSOON", "東京", "😀"):
        assert Copied.VERBATIM in found(prints, text)
    for text in ("ok", "see you", "東", "😁", "", " \n", None):
        assert Copied.VERBATIM not in found(prints, text)


def test_sequences_are_found_that_few_owners_wrote():
    shared = "please tell me how this works"
    texts = [f"{shared} {end}" for end in ("a b c d e f", "g h", "i j")]
    prints = fit(texts)
    assert Copied.SEQUENCE not in found(prints, f"now {shared}")
    assert Copied.SEQUENCE in found(prints, "and tell me how this works g")
    assert Copied.SEQUENCE in found(prints, "a b c d e f")
    assert Copied.SEQUENCE not in found(prints, "b c d e f g")
    assert Copied.SEQUENCE in found(fit(texts, [1, 2, 2]), f"now {shared}")  # one owner counts once
    assert Copied.SEQUENCE in found(fit(texts, rare=4), f"now {shared}")
    assert Copied.SEQUENCE not in found(fit(texts, rare=1), texts[0])


def test_owners_count_wherever_their_texts_stand():
    texts = ["one two three four five six"] * 6
    assert Copied.SEQUENCE in found(fit(texts, [5, -3, 5, -3, 5, -3]), texts[0])
    assert Copied.SEQUENCE not in found(fit(texts, [5, -3, 5, 9, 5, -3]), texts[0])


def test_about_one_innocent_text_in_a_hundred_is_refused():
    innocent = fit(sentences(20_000, 1), protect=1).copies(pa.array(sentences(20_000, 2)))
    assert 0 < np.mean(innocent > 0) < 0.015
    secrets = fit([f"{a} {b}" for a, b in zip(sentences(3000, 1, 10**6, 1), sentences(3000, 2), strict=True)])
    novel = secrets.copies(pa.array([f"word{i}" for i in range(20_000)]))
    assert np.mean(novel & Copied.SECRET > 0) < 0.008


def test_fingerprints_take_less_room_than_the_originals():
    texts = sentences(3000, 1)
    assert sum(array.nbytes for array in fit(texts).arrays().values()) < sum(map(len, texts))


def test_one_seed_one_result_and_another_salt_for_another():
    texts = sentences(200, 1)
    first, same, other = fit(texts), fit(texts), fit(texts, seed=1)
    assert first.state() == same.state()
    assert all(np.array_equal(array, same.arrays()[name]) for name, array in first.arrays().items())
    assert first.state()["salt"] != other.state()["salt"]
    assert not np.array_equal(first.arrays()["whole"], other.arrays()["whole"])


def test_pieces_and_slices_do_not_matter(monkeypatch):
    texts = [*sentences(300, 1), None, "", "😀" * 500]
    prints = fit(texts[:150])
    whole = prints.copies(pa.array(texts))
    monkeypatch.setattr("parhelion.overlap.pieces.PIECE", 700)
    assert np.array_equal(prints.copies(pa.array(texts)), whole)
    assert np.array_equal(prints.copies(pa.array(texts).slice(100, 100)), whole[100:200])
    assert len(prints.copies(pa.array([], pa.string()))) == 0


@pytest.mark.parametrize("texts", [[], [None], ["", " "], ["a\0b"], ["x" * 10**6], ["!?", "😀"]])
def test_any_originals_will_do(texts):
    prints = fit(texts)
    again = Prints.from_parts(json.loads(json.dumps(prints.state())), prints.arrays())
    asked = pa.array([*texts, "one quiet sentence that nobody has ever written to anybody", "", None], pa.string())
    flags = again.copies(asked)
    assert np.array_equal(flags, prints.copies(asked))
    assert [bool(f & Copied.VERBATIM) for f in flags[: len(texts)]] == [bool((t or "").strip()) for t in texts]
    assert not flags[-3:].any()


def test_a_model_file_brings_the_same_fingerprints():
    prints = fit(sentences(200, 1))
    again = Prints.from_parts(json.loads(json.dumps(prints.state())), prints.arrays())
    asked = pa.array(sentences(400, 1))
    assert np.array_equal(prints.copies(asked), again.copies(asked))


@pytest.mark.parametrize(("part", "change"), [
    ("state", lambda s: s.pop("salt")),
    ("state", lambda s: s.update(more=1)),
    ("state", lambda s: s.update(salt=0)),
    ("state", lambda s: s.update(salt=2**64)),
    ("state", lambda s: s.update(salt="7")),
    ("state", lambda s: s.update(span=3)),
    ("state", lambda s: s.update(span=10**12)),
    ("state", lambda s: s.update(span=50.0)),
    ("state", lambda s: s.update(words=0)),
    ("state", lambda s: s.update(words=True)),
    ("state", lambda s: s.update(words=2**40)),
    ("state", lambda s: s.update(probes=[10] * 5)),
    ("state", lambda s: s["probes"].update(whole=0)),
    ("state", lambda s: s["probes"].update(whole=10**9)),
    ("state", lambda s: s["probes"].pop("words")),
    ("arrays", lambda a: a.pop("whole")),
    ("arrays", lambda a: a.update(more=a["whole"])),
    ("arrays", lambda a: a.update(whole=a["whole"][:-1])),
    ("arrays", lambda a: a.update(whole=a["whole"].astype(np.int64))),
    ("arrays", lambda a: a.update(whole=a["whole"].reshape(-1, 8))),
    ("arrays", lambda a: a.update(shared=a["shared"][::-1])),
    ("arrays", lambda a: a.update(shared=np.repeat(a["shared"], 2))),
    ("arrays", lambda a: a.update(shown=a["shown"].astype(float))),
    ("arrays", lambda a: a.update(shown=a["shown"].tolist())),
])  # fmt: skip
def test_altered_parts_are_refused(part, change):
    prints = fit(["a b c d e f g h i", *["common words of many"] * 30])
    state, arrays = json.loads(json.dumps(prints.state())), dict(prints.arrays())
    change(state if part == "state" else arrays)
    with pytest.raises(ModelFileError, match="get the file again"):
        Prints.from_parts(state, arrays)


def test_hostile_bits_refuse_everything_or_nothing_and_do_no_more():
    prints = fit(sentences(20, 1))
    ones = {
        name: np.full_like(a, 2**64 - 1) if name not in ("shared", "shown") else a
        for name, a in prints.arrays().items()
    }
    assert found(Prints.from_parts(prints.state(), ones), sentences(1, 5)[0]) == Copied(15)
    none = {name: np.zeros(0, np.uint64) for name in prints.arrays()}
    assert not found(Prints.from_parts(prints.state(), none), sentences(1, 1)[0])
    zero = {**prints.arrays(), "shown": np.zeros(1, np.uint64)}
    Prints.from_parts(prints.state(), zero).copies(pa.array(sentences(10, 3)))


def test_values_are_held_and_one_in_a_hundred_others():
    values = [f"4477{i:08d}" for i in range(3000)]
    held = ValuePrints.of([*values, "", "ünï 😀"], np.random.default_rng(3))
    assert held.held([*values, "", "ünï 😀"]).all()
    others = held.held([f"4478{i:08d}" for i in range(30_000)])
    assert 0.003 < others.mean() < 0.015
    again = ValuePrints.from_parts(json.loads(json.dumps(held.state())), held.arrays())
    assert np.array_equal(again.held([*values[::-1], "x"]), held.held([*values[::-1], "x"]))
    assert held.held([]).tolist() == []
    nothing = ValuePrints.of([], np.random.default_rng(3))
    assert not ValuePrints.from_parts(nothing.state(), nothing.arrays()).held(["a", ""]).any()


def test_values_are_kept_in_no_order():
    rng = [np.random.default_rng(3) for _ in range(2)]
    first, second = ValuePrints.of(["a", "b", "a"], rng[0]), ValuePrints.of(["b", "a"], rng[1])
    assert np.array_equal(first.filter.bits, second.filter.bits)


@pytest.mark.parametrize("change", [
    {"salt": 0}, {"salt": None}, {"probes": "7"}, {"probes": 0}, {"probes": 64}, {"values": np.zeros(7, np.uint64)},
    {"values": np.zeros(8)}, {"values": np.zeros((1, 8), np.uint64)}, {"more": 1}, {"more": np.zeros(8, np.uint64)},
])  # fmt: skip
def test_altered_values_are_refused(change):
    held = ValuePrints.of(["a"], np.random.default_rng(3))
    state, arrays = held.state(), held.arrays()
    for name, to in change.items():
        (arrays if isinstance(to, np.ndarray) else state)[name] = to
    with pytest.raises(ModelFileError, match="fit the model anew"):
        ValuePrints.from_parts(state, arrays)


def test_words_of_prints_are_those_of_words():
    text = "don't go, 東京 \ue000 called \ue001 3.50"
    assert words(pa.array([text])).of(0) == ["don't", "go", "東", "京", "\ue000", "called", "\ue001", "3", "50"]
    prints = fit([f"{text} {i}" for i in range(2)])
    assert Copied.SEQUENCE in found(prints, "GO 東京! \ue000 called \ue001 and more")
