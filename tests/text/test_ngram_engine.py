"""The ngram engine: what it writes, of what likelihood, and what a stranger's file cannot make it do."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from parhelion.errors import ModelFileError
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.ngram import NgramConfig, NgramEngine
from parhelion.text.ngram.cutting import cut

SUBJECTS = {0: ("parcel", "delivery", "courier"), 1: ("card", "payment", "bank")}
LABEL = ContextColumn("label", ("post", "money"))


def silent(_done, _total):
    """No progress is shown."""


def made_texts(n, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, (n, 1)).astype(np.int32)
    ends = ("is late again.", "did not arrive, why?", "was fine!", "has come to the wrong place")
    begins = ("My {}", "the {}", "Hello, your {}", "I think that my new {}")
    texts = [f"{rng.choice(begins).format(rng.choice(SUBJECTS[c]))} {rng.choice(ends)}" for c in codes[:, 0].tolist()]
    return texts, Context((LABEL,), codes)


def fitted(texts, context, *, protect=1, owners=None, **config):
    owners = np.arange(len(texts)) if owners is None else np.asarray(owners)
    corpus = Corpus(pa.array(texts), context, owners, protect, 500)
    return NgramEngine.fit(corpus, NgramConfig(**config), np.random.default_rng(0), silent)


def nothing_known(n):
    return Context((), np.zeros((n, 0), np.int32))


def drawn(engine, context, seed=0, **drawing):
    return engine.sample(context, Drawing(**drawing), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def post():
    texts, context = made_texts(600)
    return fitted(texts, context), context


def test_texts_are_of_their_label(post):
    engine, context = post
    for label, words in SUBJECTS.items():
        rows = context.take(np.flatnonzero(context.codes[:, 0] == label))
        told = [any(word in text for word in words) for text in drawn(engine, rows).to_pylist()]
        assert np.mean(told) > 0.95


def test_one_generator_gives_one_result(post):
    engine, context = post
    assert drawn(engine, context, 1).equals(drawn(engine, context, 1))
    assert not drawn(engine, context, 1).equals(drawn(engine, context, 2))


def test_many_blocks_are_drawn_on_any_number_of_threads(post, monkeypatch):
    engine, _ = post
    rows = Context((LABEL,), np.tile(np.array([[0], [1]], np.int32), (10_000, 1)))
    whole = drawn(engine, rows)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert drawn(engine, rows).equals(whole)


def test_a_comma_at_the_beginning_of_a_line_has_a_likelihood():
    texts = ["red, blue\nred", "blue\n\nred, red", "\tblue, blue"] * 6
    engine = fitted(texts, nothing_known(len(texts)))
    assert np.isfinite(engine.log_likelihood(pa.array(["blue\n\n, red", "red\t, red"]), nothing_known(2))).all()


def test_likelihood_is_of_what_is_drawn():
    texts = ["the cat sat. The dog ran!", "The dog sat.", "a \U0001f44d\U0001f3fd b", "שלום עולם\nטוב"] * 5
    engine = fitted(texts, nothing_known(len(texts)))
    n = 40_000
    shares = Counter(drawn(engine, nothing_known(n)).to_pylist())
    usual = [text for text, count in shares.most_common(12) if count > 200]
    p = np.exp(engine.log_likelihood(pa.array(usual), nothing_known(len(usual))))
    assert len(usual) > 5
    np.testing.assert_allclose([shares[text] / n for text in usual], p, rtol=0.12)


def test_likelihood_counts_the_guide_in():
    texts, context = made_texts(400)
    engine = fitted(texts, context)
    assert 0 in engine.guided
    n = 40_000
    rows = Context((LABEL,), np.zeros((n, 1), np.int32))
    shares = Counter(drawn(engine, rows).to_pylist())
    usual = [text for text, _ in shares.most_common(8)]
    p = np.exp(engine.log_likelihood(pa.array(usual), rows.take(np.arange(8))))
    np.testing.assert_allclose([shares[text] / n for text in usual], p, rtol=0.2)


def test_likelihood_adds_up_to_one():
    texts = ["a", "b", "a b", "b a", "b b"] * 3
    engine = fitted(texts, nothing_known(15), order=3)
    every = Counter(drawn(engine, nothing_known(100_000), longest=100).to_pylist())
    total = np.exp(engine.log_likelihood(pa.array(list(every)), nothing_known(len(every)))).sum()
    assert total == pytest.approx(1, abs=0.01)


def test_what_was_never_written_has_no_likelihood(post):
    engine, context = post
    log = engine.log_likelihood(
        pa.array(["My zebra is late again.", "My parcel is late again.", ""]), context.take([0, 1, 2])
    )
    assert np.isneginf(log[0])
    assert np.isfinite(log[1])
    assert np.isneginf(log[2])


@pytest.mark.parametrize(
    "text",
    ["plain words, and signs... (all)!?", "  two  spaces \n\n\tand lines \r\n", "'quoted' don’t",
     "\U0001f469‍\U0001f4bb\U0001f44d\U0001f3fd",
     "مرحبا بك، كيف", "你好吗?", "สวัสดีครับ", "\ue000\ue001 \ue010.", "ABC def Ghi", "e\u0301te\u0301 \u202eabc", "x"],
)  # fmt: skip
def test_texts_are_written_as_they_were_read(text):
    engine = fitted([text] * 3, nothing_known(3))
    tokens = cut(pa.array([text]))
    words, forms = engine.vocabulary.encode(tokens)
    assert (words >= 0).all()
    ended, drawing = np.ones(1, bool), Drawing()
    again = engine._texts(forms.astype(np.int32), engine.vocabulary.glued[words], tokens.lengths, ended, drawing)
    assert again.to_pylist() == [text]
    assert text in drawn(engine, nothing_known(200)).to_pylist()


def test_a_text_that_does_not_end_is_null(post):
    engine, context = post
    texts = drawn(engine, context, longest=25)
    assert 0 < texts.null_count < len(texts)
    assert pc.max(pc.utf8_length(texts)).as_py() <= 25


def test_a_text_ends_before_the_first_stop(post):
    engine, context = post
    texts = drawn(engine, context, stop=("late", "."))
    assert not any("late" in text or "." in text for text in texts.to_pylist())
    assert pc.any(pc.ends_with(texts, " is ")).as_py()


def test_temperature_sharpens_and_flattens(post):
    engine, context = post
    rows = context.take(np.zeros(500, int))
    kinds = [len(set(drawn(engine, rows, temperature=t).to_pylist())) for t in (0.2, 1.0, 2.0)]
    assert kinds[0] < kinds[1] < kinds[2]


def test_hardly_anything_known():
    assert drawn(fitted(["only one"], nothing_known(1)), nothing_known(0)).to_pylist() == []
    assert "only one" in drawn(fitted(["only one"], nothing_known(1)), nothing_known(5)).to_pylist()
    hidden = fitted(["only one"], nothing_known(1), protect=10)
    assert drawn(hidden, nothing_known(2)).to_pylist() == [None, None]
    assert "0 words" in hidden.note


def test_a_context_never_seen_is_any_text():
    texts, context = made_texts(200)
    wider = Context((ContextColumn("label", ("post", "money", "never")),), context.codes)
    engine = fitted(texts, wider)
    unseen = Context(wider.columns, np.full((50, 1), 2, np.int32))
    assert drawn(engine, unseen).null_count == 0
    assert np.isfinite(engine.log_likelihood(pa.array(texts[:1]), unseen.take([0]))).all()


def test_columns_that_tell_nothing_are_left_out():
    texts, context = made_texts(600)
    noise = np.random.default_rng(5).integers(0, 4, (600, 1)).astype(np.int32)
    columns = (ContextColumn("noise", tuple("abcd")), LABEL)
    engine = fitted(texts, Context(columns, np.hstack([noise, context.codes])))
    assert engine.contexts.columns[0] == 1
    assert 0 not in (*engine.guided, *engine.contexts.columns)


def test_what_few_people_wrote_is_not_in_the_model():
    texts, context = made_texts(300)
    texts = [*texts, *["my password is swordfish99 you know"] * 10, "alpha omega", "Alpha omega"]
    rows = Context((LABEL,), np.vstack([context.codes, np.zeros((12, 1), np.int32)]))
    owners = [*range(300), *[900] * 10, 901, 902]
    engine = fitted(texts, rows, protect=10, owners=owners)
    shown = b"".join(array.tobytes() for array in engine.arrays().values() if array.dtype == np.uint8)
    for secret in (b"swordfish", b"alpha", b"omega", b"password"):
        assert secret not in shown.lower()
    written = " ".join(filter(None, drawn(engine, rows.take(np.zeros(2000, int))).to_pylist()))
    assert "swordfish" not in written


def test_texts_that_many_sent_alike_count_once():
    texts = [f"{word} common words here" for word in ("some", "other", "more")] * 5 + ["buy gold now"] * 40
    engine = fitted(texts, nothing_known(55), protect=2)
    assert "gold" not in engine.vocabulary.forms
    assert "common" in engine.vocabulary.forms


def test_a_loaded_engine_draws_the_same(post):
    engine, context = post
    again = NgramEngine.from_parts(engine.state(), engine.arrays())
    assert drawn(again, context).equals(drawn(engine, context))
    texts = drawn(engine, context)
    np.testing.assert_array_equal(again.log_likelihood(texts, context), engine.log_likelihood(texts, context))


def _altered(array, how):
    array = array.copy()
    if how == "short":
        return array[:-1]
    if how == "nan":
        return np.full(array.shape, np.nan)
    if how == "square":
        return array[None]
    array = array.astype(np.int64) if array.dtype.kind in "iu" else array
    array[len(array) // 2] = -5 if how == "low" else 1 << 60
    return array


@pytest.mark.parametrize("how", ["short", "nan", "square", "low", "high"])
def test_altered_arrays_are_refused(post, how):
    engine, _ = post
    for name, array in engine.arrays().items():
        if name.startswith("guide_") and array.dtype.kind == "f" and how in {"low", "high"}:
            continue  # any number is a weight
        with pytest.raises(ModelFileError, match="damaged or was altered"):
            NgramEngine.from_parts(engine.state(), engine.arrays() | {name: _altered(array, how)})


@pytest.mark.parametrize(
    "change",
    [{"order": 4}, {"width": 0}, {"order": 99}, {"columns": []}, {"columns": [-1]}, {"sizes": [0]}, {"sizes": [1]},
     {"guided": []}, {"classes": [3]}, {"tops": [0.5]}, {"tries": 0}, {"borrow": float("nan")},
     {"more": 1}, {"strength": -1.0}],
)  # fmt: skip
def test_altered_states_are_refused(post, change):
    engine, _ = post
    with pytest.raises(ModelFileError, match="damaged or was altered"):
        NgramEngine.from_parts(engine.state() | change, engine.arrays())


def test_numbers_of_a_file_changed_at_random_are_refused_or_drawn(post):
    engine, context = post
    rng = np.random.default_rng(3)
    arrays = engine.arrays()
    refused = 0
    for _ in range(150):
        name = rng.choice([name for name, array in arrays.items() if array.size])
        array = arrays[name].copy()
        array.flat[rng.integers(array.size)] = rng.integers(0, 127)
        try:
            other = NgramEngine.from_parts(engine.state(), arrays | {name: array})
        except ModelFileError:
            refused += 1
        else:
            assert len(drawn(other, context.take(np.arange(20)), longest=300)) == 20
    assert refused > 10


def test_likelihood_is_over_all_topics():
    rng = np.random.default_rng(1)
    subjects = (("apple", "pear", "plum"), ("bolt", "nut", "screw"))
    texts = [" ".join(rng.choice(subjects[i % 2], 4).tolist()) for i in range(300)]
    engine = fitted(texts, nothing_known(300))
    assert len(engine.topics.counts) > 1
    n = 40_000
    shares = Counter(drawn(engine, nothing_known(n)).to_pylist())
    usual = [text for text, _ in shares.most_common(10)]
    p = np.exp(engine.log_likelihood(pa.array(usual), nothing_known(10)))
    np.testing.assert_allclose([shares[text] / n for text in usual], p, rtol=0.25)
    mixed = [any(w in text for w in subjects[0]) and any(w in text for w in subjects[1]) for text in usual]
    assert not any(mixed)


def test_a_topic_is_shared_by_as_many_as_must_share_what_is_shown():
    rng = np.random.default_rng(2)
    texts = [" ".join(rng.choice(list("abcdefghijkl"), 6).tolist()) for _ in range(300)]
    engine = fitted(texts, nothing_known(300), protect=10, topic=2)
    assert len(engine.topics.counts) > 2
    assert engine.topics.counts.min() >= 10


def test_lengths_are_kept_where_asked():
    rng = np.random.default_rng(4)
    texts = [" ".join(rng.choice(list("abcdefgh"), rng.integers(2, 12)).tolist()) + "." for _ in range(400)]
    real = np.mean([len(text) for text in texts])
    engine = fitted(texts, nothing_known(400), topic=0, keep_lengths=True)
    made = np.mean([len(text) for text in drawn(engine, nothing_known(4000)).to_pylist()])
    assert made == pytest.approx(real, rel=0.15)
