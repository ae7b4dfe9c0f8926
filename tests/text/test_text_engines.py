"""The contract of text engines: the same questions to all of them."""

import json
from functools import cache
from importlib import import_module

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from text_cases import SUBJECTS, about, mails

from parhelion.errors import ConfigError, ModelFileError
from parhelion.personal.marks import mark
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.engines import ENGINES, engine_class
from parhelion.text.ngram import NgramConfig, NgramEngine
from tools.scripted import Rule, Scripted

NAME, PHONE = mark("first_name", 0), mark("phone", 0)
LABEL = ContextColumn("label", (*SUBJECTS, "never", "missing"))
STARS = ContextColumn("stars", ("1 to 3", "4 or more", "missing"), ordered=True)
LONGEST = 120
ODD = f"שלום {NAME}, 你好 \U0001f600\U0001f468\u200d\U0001f469 e\u0301\ncall {PHONE}\r\n\tbye"


def corpus_of(texts, codes=None, columns=()):
    codes = np.zeros((len(texts), 0), np.int32) if codes is None else np.asarray(codes, np.int32)
    return Corpus(pa.array(texts), Context(columns, codes), np.arange(len(texts)), 1, LONGEST)


def mailed(n=90):
    """Texts of labels, of which one is odd; stars say nothing."""
    labels, texts = mails(n)
    texts[::9] = [ODD] * len(texts[::9])
    codes = [[LABEL.words.index(label), row % 2] for row, label in enumerate(labels)]
    return corpus_of(texts, codes, (LABEL, STARS))


@pytest.fixture(scope="module")
def torch():
    """Threads of such small nets wait for each other more than they work."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield torch
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def server():
    """A model that answers with one of some texts for each row, by what it is asked."""

    def reply(request):
        seed = sum(request.body["messages"][-1]["content"].encode()) + (request.body.get("seed") or 0)
        said = ("the moon is out", "a [first name 1] called", "no\nlines", "\U0001f600 שלום", "late. Very late")
        return json.dumps({"texts": [said[(seed + i) % len(said)] for i in range(4)]})

    with Scripted(rules=(Rule(reply=reply),)) as there:
        yield there


@pytest.fixture(scope="module")
def options(request, server, tmp_path_factory):
    """The options of each engine, as quick as can be; an engine that is not installed is skipped."""

    @cache
    def of(name):
        if name == "ngram":
            return {}
        if name == "transformer":
            request.getfixturevalue("torch")
            pytest.importorskip("tokenizers")
            return {"size": (32, 1), "window": 64, "batch": 256, "passes": 3, "minutes": 10_000}
        if name == "lm":
            request.getfixturevalue("torch")
            for module in ("transformers", "peft", "opacus"):
                pytest.importorskip(module)
            from lm_tiny import build

            folder = tmp_path_factory.mktemp("bases") / "tiny"
            return {"base": build(folder, steps=40), "epochs": 1, "rank": 2, "batch": 8, "tokens": 64}
        pytest.importorskip("httpx")
        return {"endpoint": server.url, "model": "scripted", "texts": 4, "examples": 2}

    return of


@pytest.fixture(scope="module")
def fit(options):
    """Fits an engine by name."""

    def fitted(name, corpus):
        chosen = options(name)
        config = getattr(import_module(f"parhelion.text.{name}"), f"{name.capitalize()}Config")(**chosen)
        return engine_class(name).fit(corpus, config, np.random.default_rng(0), lambda _done, _all: None)

    return fitted


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, fit):
    return request.param, fit(request.param, mailed())


def asked(*codes):
    return Context((LABEL, STARS), np.array(codes, np.int32).reshape(-1, 2))


ROWS = asked(*([0, 0], [1, 1], [2, 0], [3, 2], [4, 2]) * 4)  # labels never seen and missing among them


def drawn(made, context=ROWS, seed=1, **drawing):
    return made[1].sample(context, Drawing(**{"longest": LONGEST} | drawing), np.random.default_rng(seed))


def test_texts_come_one_a_row_from_one_generator(engine):
    texts = drawn(engine)
    assert texts.type == pa.string()
    assert len(texts) == len(ROWS)
    assert texts.equals(drawn(engine))
    assert not texts.equals(drawn(engine, seed=2))


def test_no_rows_have_no_texts(engine):
    texts = drawn(engine, asked())
    assert (len(texts), texts.type) == (0, pa.string())


def test_a_text_that_does_not_end_is_null(engine):
    assert drawn(engine, longest=1).null_count >= len(ROWS) - 3
    short = drawn(engine, longest=12)
    assert pc.max(pc.utf8_length(short)).as_py() in (None, *range(1, 13))


def test_texts_end_before_a_stop(engine):
    texts = [text for text in drawn(engine, stop=("a", "e")).to_pylist() if text is not None]
    assert not any("a" in text or "e" in text for text in texts)


@pytest.mark.parametrize("temperature", [0.05, 2.0])
def test_any_temperature(engine, temperature):
    assert len(drawn(engine, temperature=temperature)) == len(ROWS)


def test_a_loaded_engine_is_the_same(engine, monkeypatch):
    name, made = engine
    if name == "prompt":
        monkeypatch.setenv("PARHELION_PROMPT_ENDPOINT", made.config.endpoint)
    state = json.loads(json.dumps(made.state()))
    arrays = {key: array.copy() for key, array in made.arrays().items()}
    again = engine_class(name).from_parts(state, arrays)
    assert drawn((name, again)).equals(drawn(engine))
    assert all(array.ndim in (1, 2) for array in arrays.values())
    assert again.state() == made.state()
    assert again.arrays().keys() == arrays.keys()
    assert all(np.array_equal(array, arrays[key]) for key, array in again.arrays().items())


def test_altered_parts_are_refused(engine):
    name, made = engine
    state, arrays = made.state(), made.arrays()
    first = next(iter(arrays))
    of = engine_class(name).from_parts
    for changed in (arrays | {"more": np.arange(3)}, {key: held for key, held in arrays.items() if key != first}):
        with pytest.raises(ModelFileError):
            of(state, changed)
    for changed in ({}, state | {"more": 1}, dict.fromkeys(state)):
        with pytest.raises(ModelFileError):
            of(changed, arrays)


def test_it_takes_the_columns_that_it_learned(engine):
    name, made = engine
    assert made.takes([LABEL.size, STARS.size])
    assert name == "lm" or not any(made.takes(sizes) for sizes in ([], [LABEL.size], [LABEL.size, STARS.size, 2]))


def test_likelihoods_of_what_it_draws_are_finite(engine):
    name, made = engine
    if name == "prompt":
        with pytest.raises(ConfigError, match="ngram"):
            made.log_likelihood(pa.array(["a"]), asked([0, 0]))
        return
    texts = drawn(engine)
    there = np.flatnonzero(np.asarray(texts.is_valid()))
    log = made.log_likelihood(texts.take(pa.array(there)), ROWS.take(there))
    assert len(there)
    assert np.isfinite(log).all()
    assert (log < 0).all()
    assert made.log_likelihood(pa.array([], pa.string()), asked()).shape == (0,)


def test_the_note_is_a_line(engine):
    assert isinstance(engine[1].note, str)
    assert "\n" not in engine[1].note


@pytest.mark.parametrize("name", ENGINES)
def test_nothing_known_and_one_text(fit, name):
    """No context at all; one text, which has everything odd in it."""
    nothing = Context((), np.zeros((6, 0), np.int32))
    made = fit(name, corpus_of([ODD]))
    texts = made.sample(nothing, Drawing(longest=LONGEST), np.random.default_rng(0))
    assert len(texts) == 6
    assert made.takes([])
    if name == "ngram":
        assert set("".join(texts.to_pylist())) <= set(ODD)
    elif name == "prompt":
        assert texts.null_count == 0


def test_labels_are_written_for():
    labels, texts = mails(300)
    codes = [[LABEL.words.index(label), 0] for label in labels]
    corpus = corpus_of(texts, codes, (LABEL, STARS))
    made = NgramEngine.fit(corpus, NgramConfig(), np.random.default_rng(0), lambda _done, _all: None)
    for code, label in enumerate(SUBJECTS):
        own = drawn(("ngram", made), asked(*[[code, 0]] * 60)).to_pylist()
        assert about(label, own) > 0.9
