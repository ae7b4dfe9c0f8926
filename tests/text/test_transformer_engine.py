"""The transformer engine: what it learns, how it writes, and what it refuses to be made from."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from parhelion.errors import ConfigError, DataError, ModelFileError
from parhelion.personal.marks import mark
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.transformer import TransformerConfig, TransformerEngine

NAME = mark("first_name", 0)
SAID = {
    "lost": "my card is lost", "money": f"where is my money, {NAME}?", "pin": "please send a new pin",
    "smile": "I 😀 it\nvery much", "rtl": "הכרטיס שלי אבד",
}  # fmt: skip
LABELS = (*SAID, "unseen")
WHEN = ("today", "now", "please", "again")
TINY = TransformerConfig(size=(32, 2), window=32, batch=256, passes=12)

EAGER = TransformerConfig(size=(32, 1), passes=60, batch=128)  # for few texts


def corpus_of(texts, codes=None, *, columns=(), protect=5, owners=None, longest=200):
    codes = np.zeros((len(texts), 0), np.int32) if codes is None else np.asarray(codes, np.int32)
    owners = np.arange(len(texts)) if owners is None else np.asarray(owners)
    return Corpus(pa.array(texts, pa.string()), Context(tuple(columns), codes), owners, protect, longest)


def labelled(rows=200):
    rng = np.random.default_rng(0)
    codes = np.arange(rows) % len(SAID)
    texts = [f"{SAID[LABELS[code]]} {WHEN[rng.integers(len(WHEN))]}" for code in codes]
    return corpus_of(texts, codes[:, None], columns=[ContextColumn("label", LABELS)])


def silent(done, total):
    assert 0 <= done <= total


def fitted(corpus, config=TINY, seed=1):
    """As many steps as are asked for, however slow the machine is."""
    unhurried = config.model_copy(update={"minutes": 10_000.0})
    return TransformerEngine.fit(corpus, unhurried, np.random.default_rng(seed), silent)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Threads of such small nets wait for each other more than they work."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def engine():
    return fitted(labelled())


def asked(*labels):
    return Context(
        (ContextColumn("label", LABELS),), np.array([LABELS.index(label) for label in labels], np.int32)[:, None]
    )


def drawn(engine, context, seed=3, **drawing):
    return engine.sample(context, Drawing(**{"longest": 200, **drawing}), np.random.default_rng(seed)).to_pylist()


def test_texts_are_of_their_labels(engine):
    texts = drawn(engine, asked(*["lost"] * 40, *["rtl"] * 40), temperature=0.7)
    assert sum("card" in (text or "") for text in texts[:40]) > 30
    assert sum("הכרטיס" in (text or "") for text in texts[40:]) > 30


def test_marks_emojis_and_new_lines_are_written(engine):
    texts = "".join(text or "" for text in drawn(engine, asked(*["money", "smile"] * 40)))
    assert NAME in texts
    assert "😀" in texts
    assert "\n" in texts


def test_one_seed_gives_one_result(engine):
    context = asked(*list(SAID) * 8)
    again = fitted(labelled())
    assert drawn(engine, context) == drawn(again, context)
    assert drawn(engine, context) != drawn(engine, context, seed=4)


def test_what_torch_draws_elsewhere_is_left_alone(engine):
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fitted(labelled(20))
    drawn(engine, asked("lost"))
    assert torch.equal(torch.rand(3), expected)


def test_rows_of_a_block_do_not_wait_for_each_other(engine):
    """A text does not depend on which rows beside it end early."""
    alone, together = asked("unseen", "unseen"), asked("unseen", "rtl")
    assert drawn(engine, alone)[0] == drawn(engine, together)[0]


def test_the_parts_give_the_same_engine(engine):
    state, arrays = json.loads(json.dumps(engine.state())), engine.arrays()
    again = TransformerEngine.from_parts(state, arrays)
    context, texts = asked(*list(SAID) * 4), pa.array(["my card is lost now"] * len(SAID) * 4)
    assert drawn(again, context) == drawn(engine, context)
    np.testing.assert_array_equal(again.log_likelihood(texts, context), engine.log_likelihood(texts, context))
    assert all(array.ndim in (1, 2) for array in arrays.values())


def test_a_label_never_seen_and_no_rows(engine):
    assert any(drawn(engine, asked(*["unseen"] * 20)))
    assert drawn(engine, asked()) == []


def test_likelier_texts_of_a_label(engine):
    texts = pa.array(["my card is lost now", "please send a new pin now"])
    right, wrong = (engine.log_likelihood(texts, asked(*labels)) for labels in (("lost", "pin"), ("pin", "lost")))
    assert (right > wrong).all()
    assert (right < 0).all()


def test_likelihoods_are_those_of_drawing():
    """The texts of a tiny vocabulary, enumerated: as often drawn as they are likely."""
    engine = fitted(
        corpus_of(["a", "b", "a b", "b b", "a"] * 40), TINY.model_copy(update={"topics": False, "tries": 1})
    )
    copying = replace(engine.learned.copying, prints=np.zeros(0, np.uint64))
    engine = TransformerEngine(replace(engine.learned, copying=copying))
    texts, context = ["a", "b", "a b", "b b"], Context((), np.zeros((2000, 0), np.int32))
    told = np.exp(engine.log_likelihood(pa.array(texts), context.take(np.arange(4))))
    found = drawn(engine, context)
    often = np.array([found.count(text) / len(found) for text in texts])
    assert told.sum() <= 1
    np.testing.assert_allclose(often, told, atol=5 * np.sqrt(0.25 / 2000))


def test_a_mark_that_nobody_wrote_cannot_be_written(engine):
    unknown = pa.array([f"my card is lost {mark('iban', 0)}"])
    assert engine.log_likelihood(unknown, asked("lost")).tolist() == [-math.inf]
    assert all(mark("iban", 0) not in (text or "") for text in drawn(engine, asked(*["lost"] * 200), temperature=3.0))


def test_a_text_ends_before_the_first_stop_or_is_given_up(engine):
    stopped = drawn(engine, asked(*["lost"] * 30), stop=("is", " lost"))
    assert not any("is" in text for text in stopped if text)
    assert "my card " in stopped
    short = drawn(engine, asked(*["lost"] * 30), longest=10)
    assert None in short
    assert all(len(text) <= 10 for text in short if text is not None)


def test_cold_draws_the_likeliest(engine):
    assert len(set(drawn(engine, asked(*["unseen"] * 20), temperature=0.0))) == 1


def test_words_of_few_are_not_written():
    texts = labelled().texts.to_pylist()
    texts = [f"{text} xylophone" if i in (3, 70) else text for i, text in enumerate(texts)]
    engine = fitted(corpus_of(texts))
    none = Context((), np.zeros((500, 0), np.int32))
    assert not any("xylo" in (text or "") for text in drawn(engine, none))


def test_what_one_owner_repeats_is_learned_once():
    texts = ["secret plan of mine"] * 300 + ["hello there my friend"] * 20
    engine = fitted(corpus_of(texts, owners=[0] * 300 + list(range(1, 21))))
    none = Context((), np.zeros((100, 0), np.int32))
    assert not any("secret" in (text or "") for text in drawn(engine, none))


def test_texts_of_few_are_not_written_again():
    texts = ["all of this was written by one of us only", *["we all say this at the end of a day"] * 30]
    engine = fitted(corpus_of(texts), EAGER)
    made = drawn(engine, Context((), np.zeros((40, 0), np.int32)))
    assert any(made)
    assert not any("all of this was written by" in (text or "") for text in made)
    held = engine.learned.copying.held
    tokens = np.array(engine.learned.vocabulary.encode(texts[0]))
    assert held(np.lib.stride_tricks.sliding_window_view(tokens, 6)).all()
    tokens = np.array(engine.learned.vocabulary.encode(texts[1]))
    assert not held(np.lib.stride_tricks.sliding_window_view(tokens, 6)).any()


def test_texts_longer_than_the_window():
    texts = [" ".join(["one two three"] * 30)] * 30
    engine = fitted(corpus_of(texts, longest=1000), TransformerConfig(size=(32, 2), window=24, passes=20, batch=256))
    none = Context((), np.zeros((8, 0), np.int32))
    longest = max(drawn(engine, none, longest=1000), key=lambda text: len(text or ""))
    assert len(longest) > 150
    assert longest.count("one two three") > 5
    told = engine.log_likelihood(pa.array(texts[:2]), none.take(np.arange(2)))
    assert (told > -150).all()


def test_texts_longer_than_any_learned(engine):
    """They are read in windows as long texts are; the likelihood of one is that of its parts."""
    told = engine.log_likelihood(pa.array(["my card is lost now " * 20]), asked("lost"))
    assert np.isfinite(told).all()
    assert len(drawn(engine, asked(*["lost"] * 50), temperature=5.0, longest=500)) == 50


def test_texts_that_go_on_too_long_are_cut():
    engine = fitted(corpus_of(["word " * 200_000, *["hello there"] * 30], longest=100), EAGER)
    texts = drawn(engine, Context((), np.zeros((20, 0), np.int32)), longest=100)
    assert sum("hello" in (text or "") for text in texts) > 5


@pytest.mark.parametrize("count", [1, 2, 25])
def test_few_texts_one_label_each(count):
    codes = np.arange(count)[:, None]
    words = ContextColumn("label", tuple(str(i) for i in range(count)))
    corpus = corpus_of([f"text number {i} 中文 é" for i in range(count)], codes, columns=[words])
    engine = fitted(corpus)
    assert len(drawn(engine, corpus.context)) == count
    assert np.isfinite(engine.log_likelihood(corpus.texts, corpus.context)).all()


def test_many_context_columns():
    columns = [ContextColumn(f"c{i}", ("x", "y")) for i in range(20)]
    corpus = corpus_of(["hello there", "my friend"] * 20, np.tile([[0], [1]], (20, 20)), columns=columns)
    assert len(drawn(fitted(corpus), corpus.context)) == 40


def test_a_learning_rate_too_high_is_told():
    with pytest.raises(DataError, match="learning_rate"), np.errstate(all="ignore"):
        fitted(labelled(40), TransformerConfig(size=(32, 8), learning_rate=1.0, weight_decay=10, batch=64))


def test_a_gpu_that_is_not_there():
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(ConfigError, match="no GPU"):
        fitted(labelled(20), TransformerConfig(device="cuda"))


def test_an_interruption_ends_it():
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TransformerEngine.fit(labelled(), TINY, np.random.default_rng(0), stop)


def test_minutes_bound_learning():
    config = TransformerConfig(size=(32, 2), passes=1000, minutes=0.01, batch=256)
    seen = []
    TransformerEngine.fit(labelled(), config, np.random.default_rng(0), lambda done, total: seen.append((done, total)))
    assert seen[-1] == (seen[-1][1],) * 2
    assert len(seen) < seen[-1][1]


ALTERED = {
    "no state": lambda s, a: s.clear(),
    "more state": lambda s, a: s.update(more=1),
    "huge": lambda s, a: s.update(width=1 << 40),
    "wider": lambda s, a: s.update(width=64),
    "no multiple": lambda s, a: s.update(width=33),
    "deeper": lambda s, a: s.update(layers=200),
    "small window": lambda s, a: s.update(window=16, sizes=[1] * 20),
    "words for numbers": lambda s, a: s.update(layers="1"),
    "other context": lambda s, a: s.update(sizes=[7]),
    "huge context": lambda s, a: s.update(sizes=[1 << 24] * 1000),
    "no vocabulary": lambda s, a: s.update(vocabulary=[]),
    "less vocabulary": lambda s, a: s.update(vocabulary={}),
    "merges of nothing": lambda s, a: s["vocabulary"].update(merges=[["zz", "y"]]),
    "merges twice": lambda s, a: s["vocabulary"].update(merges=[["a", "b"], ["a", "b"]]),
    "no merges": lambda s, a: s["vocabulary"].update(merges=[["a"]]),
    "numbers merged": lambda s, a: s["vocabulary"].update(merges=[[1, 2]]),
    "no marks": lambda s, a: s["vocabulary"].update(marks="ab"),
    "marks twice": lambda s, a: s["vocabulary"].update(marks=NAME * 2),
    "an array less": lambda s, a: a.pop("scales"),
    "an array more": lambda s, a: a.update(more=a["scales"]),
    "another type": lambda s, a: a.update(scales=a["scales"].astype(np.float64)),
    "another shape": lambda s, a: a.update(scales=a["scales"].ravel()),
    "no topics": lambda s, a: a.pop("topic_counts"),
    "topics of no label": lambda s, a: a.update(topic_groups=a["topic_groups"] + 99),
    "topics of no texts": lambda s, a: a.update(topic_counts=a["topic_counts"] * 0),
    "fewer topics": lambda s, a: a.update(topic_counts=a["topic_counts"][:-1]),
    "topics in no numbers": lambda s, a: a.update(topic_counts=a["topic_counts"] * 1.0),
    "no fingerprints": lambda s, a: a.pop("rare_runs"),
    "fingerprints in no order": lambda s, a: a.update(rare_runs=a["rare_runs"][::-1]),
    "fingerprints of another type": lambda s, a: a.update(rare_runs=a["rare_runs"].astype(np.int64)),
    "no key": lambda s, a: s.update(key=-1),
    "no focus": lambda s, a: s.update(focus=math.nan),
    "not finite": lambda s, a: a.update(scales=np.full_like(a["scales"], np.nan)),
}


@pytest.fixture(scope="module")
def parts():
    engine = fitted(labelled(20), TransformerConfig(size=(32, 1), passes=1))
    return json.dumps(engine.state()), engine.arrays()


@pytest.mark.parametrize("what", ALTERED)
def test_altered_parts_are_refused(parts, what):
    state, arrays = json.loads(parts[0]), dict(parts[1])
    ALTERED[what](state, arrays)
    with pytest.raises(ModelFileError, match="damaged or was altered"):
        TransformerEngine.from_parts(state, arrays)


def test_options_have_bounds():
    with pytest.raises(ValueError, match="size"):
        TransformerConfig(size=(33, 2))
    with pytest.raises(ValueError, match="size"):
        TransformerConfig(size=(64, 0))


WITHOUT = """
import sys
import numpy as np, pyarrow as pa
from parhelion.errors import MissingExtraError
from parhelion.text.contract import Context, Corpus
from parhelion.text.transformer import TransformerConfig, TransformerEngine
assert "torch" not in sys.modules and "tokenizers" not in sys.modules
sys.modules["torch"] = None
corpus = Corpus(pa.array(["a"]), Context((), np.zeros((1, 0), np.int32)), np.zeros(1, np.int64), 1, 10)
for make in (
    lambda: TransformerEngine.fit(corpus, TransformerConfig(), np.random.default_rng(0), print),
    lambda: TransformerEngine.from_parts({}, {}),
):
    try:
        make()
    except MissingExtraError as error:
        print(error)
"""


def test_torch_is_not_there_until_it_is_needed():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert done.stdout.count("pip install 'parhelion[neural]'") == 2
