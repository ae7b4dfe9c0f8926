"""The prompt engine, and what it says to a server that really listens."""

import json
import re
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from text_cases import SUBJECTS, mails

import parhelion as ph
from parhelion import llm
from parhelion.errors import ConfigError, EndpointError, MissingExtraError, ModelFileError
from parhelion.llm.contract import Price
from parhelion.personal.marks import mark
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.prompt import PromptConfig, PromptEngine
from tools.ports import dead_port
from tools.scripted import Fault, Rule, Scripted

LABEL = ContextColumn("label", (*SUBJECTS, "other", "missing"))
SECRETS = "Jonathan Abernathy of 0170 5550199 lost zyxwort"


@pytest.fixture(autouse=True)
def no_waits(monkeypatch):
    monkeypatch.setattr("parhelion.llm.pool.BACK_OFF", (0.01, 0.02))


def corpus_of(n=200, protect=10):
    labels, texts = mails(n)
    texts[3], texts[40] = f"{texts[3]} {SECRETS}", f"{SECRETS} {texts[40]}"
    codes = np.array([LABEL.words.index(label) for label in labels], np.int32)[:, None]
    return Corpus(pa.array(texts), Context((LABEL,), codes), np.arange(n), protect, 200)


def fitted(server=None, corpus=None, **config):
    where = {} if server is None else {"endpoint": server.url, "model": "scripted"}
    config = PromptConfig(**{"texts": 4, "examples": 5} | where | config)
    return PromptEngine.fit(corpus or corpus_of(), config, np.random.default_rng(0), lambda _done, _all: None)


@pytest.fixture(scope="module")
def engine():
    return fitted()


def asked(*labels):
    return Context((LABEL,), np.array([LABEL.words.index(label) for label in labels], np.int32).reshape(-1, 1))


def drawn(engine, context, seed=0, **drawing):
    return engine.sample(context, Drawing(**{"longest": 200} | drawing), np.random.default_rng(seed))


def replying(texts, **others):
    """A server that answers every request with these texts, and notes what it was asked."""
    heard = []

    def reply(request):
        heard.append("\n".join(message["content"] for message in request.body["messages"]))
        return json.dumps({"texts": texts})

    return Scripted(rules=(Rule(reply=reply),), **others), heard


def shown(said):
    return json.loads(re.search(r"Examples, as JSON:\n(.*)", said)[1])


def test_each_row_gets_a_text_of_its_own_context():
    def reply(request):
        said = request.body["messages"][-1]["content"]
        label, many = re.search(r"label: (\w+)", said)[1], re.search(r"Write (\d+|one)", said)[1]
        return json.dumps({"texts": [f"about {label}, number {i}" for i in range(1 if many == "one" else int(many))]})

    with Scripted(rules=(Rule(reply=reply),)) as server:
        labels = ["app", "card"] * 5 + ["parcel"]
        texts = drawn(fitted(server), asked(*labels)).to_pylist()
        assert server.stats().calls == 5  # two lots of a label at most: four texts a request
    assert [text.split()[1].rstrip(",") for text in texts] == labels


def test_what_is_sent_holds_no_original():
    corpus = corpus_of()
    server, heard = replying(["one text", "another"])
    with server:
        drawn(fitted(server, corpus), asked(*["app", "card", "parcel", "missing"] * 10))
    examples = [text for said in heard for text in shown(said)]
    assert len(examples) > 40
    assert not set(examples) & set(corpus.texts.to_pylist())
    assert not any(word in said for said in heard for word in ("Jonathan", "Abernathy", "5550199", "zyxwort"))


def test_real_texts_are_sent_only_where_one_says_so_and_the_note_says_it():
    corpus = corpus_of()
    server, heard = replying(["one text"])
    with server:
        engine = fitted(server, corpus, shots="real")
        drawn(engine, asked("app"))
    assert set(shown(heard[0])) <= set(corpus.texts.to_pylist())
    assert "real texts, personal values marked, are sent to its endpoint and stay in the model file" in engine.note
    assert "texts of an n-gram model" in fitted().note


def test_marks_survive_and_characters_that_only_look_like_marks_do_not():
    name, other = mark("first_name", 0), mark("phone", 1)
    corpus = corpus_of()
    marked = [f"{name}: {text}" for text in corpus.texts.to_pylist()]
    server, heard = replying(["Dear [first name 1], call [phone 2]", f"raw {name}", "half \ud800 of one"])
    with server:
        engine = fitted(server, replace(corpus, texts=pa.array(marked)))
        texts = drawn(engine, asked("app", "app", "app")).to_pylist()
    assert texts == [f"Dear {name}, call {other}", "raw \ufffd", "half \ufffd of one"]
    assert "[first name 1]" in "".join(shown(heard[0]))
    assert name not in heard[0]


def test_stop_and_longest():
    server, _ = replying(["It is late. Very late", "x" * 60, ". nothing before it", "  ", "short"])
    with server:
        texts = drawn(fitted(server, texts=5), asked(*["app"] * 5), longest=50, stop=(".",)).to_pylist()
    assert texts == ["It is late", None, None, None, "short"]


def test_fewer_texts_than_asked_for_leave_nulls():
    server, _ = replying(["only one"])
    with server:
        assert drawn(fitted(server), asked("app", "app")).to_pylist() == ["only one", None]


def test_one_generator_gives_one_result():
    with Scripted() as server:
        engine = fitted(server)
        once, again, other = (drawn(engine, asked(*["app", "card"] * 6), seed).to_pylist() for seed in (1, 1, 2))
    assert once == again != other


def test_nothing_is_asked_for_no_rows():
    assert drawn(fitted(endpoint="http://127.0.0.1:9/v1", model="x"), asked()).to_pylist() == []


@pytest.mark.parametrize("kind", ["not_json", "other_schema", "blank", "refusal"])
def test_answers_that_cannot_be_used_are_an_error_and_not_a_table_of_placeholders(kind):
    with Scripted(faults=(Fault(kind),)) as server, pytest.raises(EndpointError, match=r"scripted can be used|refused"):
        drawn(fitted(server), asked("app"))


@pytest.mark.parametrize("kind", ["html", "garbage", "401", "404"])
def test_a_server_that_is_none_is_an_error(kind):
    with Scripted(faults=(Fault(kind),)) as server, pytest.raises(EndpointError):
        drawn(fitted(server), asked("app"))


def test_one_bad_answer_among_good_ones_is_a_null():
    server, _ = replying(["a text"], faults=(Fault("refusal", calls=(1, 1)),))
    with server:
        texts = drawn(fitted(server, texts=1, slots=1), asked("app", "app")).to_pylist()
    assert sorted(text is None for text in texts) == [False, True]


def test_nobody_listens():
    with dead_port() as port, pytest.raises(EndpointError):
        drawn(fitted(endpoint=f"http://127.0.0.1:{port}/v1", model="x"), asked("app"))


def test_the_budget_is_never_exceeded(monkeypatch):
    connect = llm.connect
    costly = Price(read=10**9, written=10**9)  # pico-dollars a token: 0.001 dollars
    monkeypatch.setattr(llm, "connect", lambda chosen, **more: connect(chosen, **more, price=costly), raising=False)
    with Scripted() as server:
        engine = fitted(server, budget=5.0)
        with pytest.raises(EndpointError, match=r"\$5"):
            drawn(engine, asked(*["app"] * 400))
        told = server.stats()
    assert 10**9 * (told.told_read + told.told_written) <= engine.ledger.spent <= 5 * 10**12
    assert told.calls > 1


def test_it_cannot_tell_how_likely_a_text_is():
    with pytest.raises(ConfigError, match="ngram, transformer and lm can"):
        fitted().log_likelihood(pa.array(["a"]), asked("app"))


def test_a_missing_extra_is_named(monkeypatch):
    engine = fitted()
    monkeypatch.setitem(sys.modules, "httpx", None)
    for make in (fitted, lambda: PromptEngine.from_parts(engine.state(), engine.arrays())):
        with pytest.raises(MissingExtraError, match=r"parhelion\[describe\]"):
            make()


@pytest.mark.parametrize("shots", ["made", "real"])
def test_the_model_file_names_no_place_and_no_key(tmp_path, monkeypatch, shots):
    labels, texts = mails(120)
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    server, _ = replying([f"The {word} is here" for word in ("sun", "moon", "star")], process=False)
    with server:
        asking = {"endpoint": server.url, "model": "scripted", "key_env": "MY_KEY", "texts": 3, "shots": shots}
        model = ph.fit(pa.table({"label": labels, "text": texts}), label="label", text_engine="prompt", prompt=asking)
        assert server.stats().calls == 0  # nobody is asked before rows are made
        model.save(tmp_path / "m.parhelion")
        held = json.dumps(model.texts[0].state())
        assert not any(word in held for word in ("127.0.0.1", "MY_KEY", "sk-very-secret"))
        made = model.sample(3, seed=1)["text"].to_pylist()
        monkeypatch.setenv("PARHELION_PROMPT_ENDPOINT", server.url)
        assert ph.load(tmp_path / "m.parhelion").sample(3, seed=1)["text"].to_pylist() == made
    assert set(made) <= {"The sun is here", "The moon is here", "The star is here"}


def test_a_name_of_an_original_that_a_model_thinks_of_is_not_let_through():
    labels, texts = mails(120)
    texts[::3] = [f"Dear all, {text}" for text in texts[::3]]
    texts[5] = f"Dear Zebulon, {texts[5]}"
    server, _ = replying(["Dear Zebulon, how are you?", "Dear all, how are you?"])
    with server:
        asking = {"endpoint": server.url, "model": "scripted", "texts": 2}
        model = ph.fit(pa.table({"label": labels, "text": texts}), label="label", text_engine="prompt", prompt=asking)
        made = model.sample(12, seed=1)["text"].to_pylist()
    assert not any("Zebulon" in text for text in made)
    assert "Dear all, how are you?" in made


ALTERED = {
    "budget": (-1, 10**9, float("inf"), "x"), "typical": (0, 2**40, None), "examples": (-1, 65), "texts": (0, 51),
    "columns": (-1,), "real": ([{"codes": [1, 2], "text": "x"}], None), "drafts": (None, {}), "prints": (None, {}),
    "endpoint": ("http://evil/v1",), "slots": (0, 10**9), "about": ("x" * 10_001, None),
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in ALTERED.items() for value in values])
def test_altered_state_is_refused(engine, field, value):
    with pytest.raises(ModelFileError):
        PromptEngine.from_parts(engine.state() | {field: value}, engine.arrays())


def test_altered_arrays_are_refused(engine):
    arrays = engine.arrays()
    for name in ("drafts.words", "prints.whole"):
        with pytest.raises(ModelFileError):
            PromptEngine.from_parts(engine.state(), {key: held for key, held in arrays.items() if key != name})
    with pytest.raises(ModelFileError, match="nobody asked for"):
        PromptEngine.from_parts(engine.state(), arrays | {"more": np.zeros(3)})


def test_it_writes_for_the_columns_that_it_learned(engine):
    sizes = [len(LABEL.words)]
    assert [engine.takes(other) for other in (sizes, [], [*sizes, 2], [99])] == [True, False, False, False]
    assert not PromptEngine.from_parts(engine.state() | {"columns": 2}, engine.arrays()).takes(sizes)
