"""The `lm` engine on a base that is built here."""

import json
import socket
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("peft")
pytest.importorskip("opacus")

import lm_tiny
import torch

from parhelion.errors import ConfigError, ModelFileError
from parhelion.personal.marks import mark
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.lm import LmConfig, LmEngine
from parhelion.text.lm.bases import ELSEWHERE
from parhelion.text.lm.live import Live

NAME = mark("first_name", 0)
LABELS = ContextColumn("label", ("late", "lost", "odd"))
TEXTS = [["my parcel is late today.", f"{NAME} is late again."], ["the bus was lost this week.", "our order was lost."]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def called(*_, **__):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", called)
    monkeypatch.setattr(socket.socket, "connect", called)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return lm_tiny.build(tmp_path_factory.mktemp("lm") / "base", steps=80)


def labelled(labels):
    return Context((LABELS,), np.array(labels, np.int32).reshape(-1, 1))


def corpus(rows=64, *, texts=None, context=None):
    labels = np.arange(rows) % 2
    texts = [TEXTS[label][row // 2 % 2] for row, label in enumerate(labels)] if texts is None else texts
    context = labelled(labels) if context is None else context
    return Corpus(pa.array(texts, pa.string()), context, np.arange(len(texts)), 1, 200)


def learned(config, data, seed=0):
    return LmEngine.fit(data, config, np.random.default_rng(seed), lambda _done, _all: None)


def quick(base, **options):
    return LmConfig(**{"base": base, "epochs": 1, "rank": 2, "batch": 8} | options)


@pytest.fixture(scope="module")
def engine(base):
    return learned(LmConfig(base=base, epochs=12, learning_rate=1e-2, rank=8, batch=8), corpus(64))


def drawn(engine, context, seed=0, **options):
    return engine.sample(context, Drawing(**{"longest": 200} | options), np.random.default_rng(seed))


def again(engine):
    return LmEngine.from_parts(json.loads(json.dumps(engine.state())), engine.arrays())


def test_it_writes_what_it_learned_for_each_label(engine):
    texts = drawn(engine, labelled([0, 1] * 30), temperature=0.5).to_pylist()
    for label in (0, 1):
        assert np.mean([text in TEXTS[label] for text in texts[label::2]]) > 0.8
    assert sum(NAME in (text or "") for text in texts[::2]) > 5


def test_texts_are_likelier_under_their_own_label(engine):
    texts = pa.array(["my parcel is late today.", "the bus was lost this week."])
    own = engine.log_likelihood(texts, labelled([0, 1]))
    others = engine.log_likelihood(texts, labelled([1, 0]))
    assert (own > others + 1).all()
    assert (own < 0).all()


def test_likelihood_is_the_product_of_the_chances_that_texts_are_drawn_with(engine):
    text = "the lamp works."
    adapted = engine._live.adapted
    [prompt], [tokens] = adapted.spelling.prompts(labelled([1])), adapted.spelling.texts(pa.array([text]))
    expected = 0.0
    for place, token in enumerate(tokens):
        with torch.no_grad():
            logits = adapted.model(input_ids=torch.tensor([prompt + tokens[:place]])).logits[0, -1].double().numpy()
        logits[adapted.spelling.forbidden] = -np.inf
        expected += logits[token] - np.logaddexp.reduce(logits)
    batch = pa.array([text, "my parcel was lost again and again and again."])
    assert engine.log_likelihood(batch, labelled([1, 0]))[0] == pytest.approx(expected, abs=1e-4)


def test_how_often_texts_are_drawn_agrees_with_their_likelihood(engine):
    texts = drawn(engine, labelled([0] * 600)).to_pylist()
    for text in TEXTS[0]:
        chance = np.exp(engine.log_likelihood(pa.array([text]), labelled([0])))[0]
        assert texts.count(text) / 600 == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 600))


def test_one_rng_one_result(engine):
    known = labelled([0, 1, 2] * 30)
    assert drawn(engine, known, seed=7).equals(drawn(engine, known, seed=7))
    assert not drawn(engine, known, seed=7).equals(drawn(engine, known, seed=8))


def test_torchs_own_chances_are_left_alone(base):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    engine = learned(quick(base, dropout=0.1), corpus(16))
    drawn(again(engine), labelled([0, 1]))
    assert torch.equal(before, torch.get_rng_state())


def test_one_seed_one_adapter(base):
    one, same, other = (learned(quick(base), corpus(16), seed).arrays() for seed in (0, 0, 1))
    assert all((one[name] == same[name]).all() for name in one)
    assert any((one[name] != other[name]).any() for name in one)


def test_an_engine_comes_back_from_its_parts(engine):
    back = again(engine)
    known = labelled([0, 1] * 5)
    assert drawn(back, known).equals(drawn(engine, known))
    texts = pa.array(["my parcel is late today."] * 10)
    assert (back.log_likelihood(texts, known) == engine.log_likelihood(texts, known)).all()
    assert (back.note, back.private, back.state()) == (engine.note, False, engine.state())
    assert all(array.dtype == np.float32 and array.ndim == 2 for array in engine.arrays().values())


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_other_architectures_do(kind, tmp_path):
    base = lm_tiny.build(tmp_path / kind, kind)
    engine = learned(quick(base), corpus(8))
    known = labelled([0, 1, 2])
    assert drawn(again(engine), known).equals(drawn(engine, known))
    assert np.isfinite(engine.log_likelihood(pa.array(["a", "b", "c"]), known)).all()


def test_named_layers_alone_are_learned(base):
    engine = learned(quick(base, targets=("q_proj", "layers.1.mlp.up_proj")), corpus(8))
    layers = {name.rpartition(".")[0] for name in engine.arrays()}
    attention = {f"model.layers.{i}.self_attn.q_proj" for i in (0, 1)}
    assert layers == attention | {"model.layers.1.mlp.up_proj"}
    assert drawn(again(engine), labelled([1])).equals(drawn(engine, labelled([1])))
    with pytest.raises(ConfigError, match="no linear layer 'q_prj'; did you mean 'q_proj'"):
        learned(quick(base, targets=("q_prj",)), corpus(8))


def test_a_base_that_is_another_now_is_refused(tmp_path, monkeypatch):
    base = tmp_path / "base"
    engine = learned(quick(lm_tiny.build(base)), corpus(8))
    expected = drawn(engine, labelled([0]))
    base.rename(tmp_path / "moved")
    lm_tiny.build(base, seed=1)
    with pytest.raises(ConfigError, match="another model"):
        drawn(again(engine), labelled([0]))
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "moved"))
    assert drawn(again(engine), labelled([0])).equals(expected)


def test_contexts_never_seen_and_no_context_at_all_do(base, engine):
    assert len(drawn(engine, labelled([2, 2]))) == 2
    without = Context((), np.zeros((16, 0), np.int32))
    blank = learned(quick(base), corpus(texts=["is late"] * 16, context=without))
    assert len(drawn(blank, without)) == 16
    assert np.isfinite(blank.log_likelihood(pa.array(["is late"] * 16), without)).all()


def test_no_rows_and_one_text_do(base, engine):
    none = engine.sample(labelled([]), Drawing(), np.random.default_rng(0))
    assert (none.type, len(none)) == (pa.string(), 0)
    assert len(engine.log_likelihood(pa.array([], pa.string()), labelled([]))) == 0
    one = learned(quick(base), corpus(texts=["only this"], context=labelled([0])))
    assert len(drawn(one, labelled([0, 1]))) == 2


def test_a_context_longer_than_the_base_reads_is_cut(base):
    wordy = Context((ContextColumn("c", ("x" * 1000, "y")),), np.array([[0], [1]], np.int32))
    engine = learned(quick(base), corpus(texts=["is late", "was lost"], context=wordy))
    assert len(drawn(engine, wordy)) == 2
    assert np.isfinite(engine.log_likelihood(pa.array(["is late", "was lost"]), wordy)).all()


HOSTILE = [
    "😀 family 👨‍👩‍👧",
    "שלום עולם",
    "a\nb\r\n\tc",
    "</s><s>[name 1]<pad>",
    f"{NAME}{mark('code', 7)}",
    "\x00\u200b",
]


def test_strange_texts_are_spelled_and_read_as_they_are(base):
    engine = learned(quick(base), corpus(texts=HOSTILE, context=labelled([0] * len(HOSTILE))))
    spelling = engine._live.adapted.spelling
    assert [spelling.read(tokens[:-1]) for tokens in spelling.texts(pa.array(HOSTILE))] == HOSTILE
    assert np.isfinite(engine.log_likelihood(pa.array(HOSTILE), labelled([0] * len(HOSTILE)))).all()


def test_texts_learned_by_heart_come_out_as_they_are(base):
    texts = ["</s> [name 1]", f"{NAME} 😀"] * 8
    config = LmConfig(base=base, epochs=50, learning_rate=1e-2, rank=16, batch=16)
    engine = learned(config, corpus(texts=texts, context=labelled([0, 1] * 8)))
    written = drawn(engine, labelled([0, 1] * 8), temperature=0.05).to_pylist()
    assert np.mean([text == own for text, own in zip(written, texts, strict=True)]) > 0.8


def test_long_texts_lose_their_ends_and_the_note_says_so(base):
    texts = ["my parcel is late " * 500, "is late"]
    engine = learned(quick(base, tokens=20), corpus(texts=texts, context=labelled([0, 1])))
    assert "1 of 2 texts were longer than 20 tokens" in engine.note
    told = engine.log_likelihood(pa.array(texts), labelled([0, 1]))
    assert told[0] == -np.inf < told[1]
    ids = engine._live.adapted.spelling.texts(drawn(engine, labelled([0] * 50)).drop_null())
    assert max(map(len, ids), default=0) <= 20


def test_a_text_that_does_not_end_in_time_is_null(engine):
    known = labelled([0, 1] * 20)
    whole, short = drawn(engine, known, longest=200), drawn(engine, known, longest=24)
    assert max(len(text) for text in whole.to_pylist() if text) > 24
    assert short.to_pylist() == [text if text and len(text) <= 24 else None for text in whole.to_pylist()]


def test_a_text_ends_before_its_first_stop(engine):
    known = labelled([0] * 20)
    stopped = drawn(engine, known, temperature=0.5, stop=(" late", " is")).to_pylist()
    assert {"my parcel", NAME} & set(stopped)
    assert not any(" is" in text or " late" in text for text in stopped if text)
    assert drawn(engine, known, temperature=0.5, stop=("m", NAME)).null_count > 10


def test_cold_texts_are_alike_and_hot_ones_are_not(engine):
    known = labelled([0] * 40)
    cold, warm = (len(set(drawn(engine, known, temperature=t).to_pylist())) for t in (0.01, 1.0))
    assert cold == 1 < warm
    assert drawn(engine, known, temperature=50.0).null_count < 41


def test_steps_in_parts_are_the_same_steps(base):
    whole, parts = (learned(quick(base, tokens_at_once=t, epochs=2), corpus(16)).arrays() for t in (4096, 1))
    assert all(np.allclose(whole[name], parts[name], atol=1e-5) for name in whole)


def test_only_the_adapter_is_learned_and_the_base_stays_as_it_is(base):
    from safetensors.torch import load_file

    live = Live.begun(base, quick(base), 0)
    named = dict(live.adapted.model.named_parameters())
    assert {name for name, one in named.items() if one.requires_grad} == {n for n in named if ".lora_" in n}
    live.fit(corpus(8), np.random.default_rng(0), lambda _done, _all: None)
    kept = load_file(f"{base}/model.safetensors")
    now = {name.replace(".base_layer", ""): one for name, one in named.items() if ".lora_" not in name}
    assert set(kept) == set(now)
    assert all(torch.equal(now[name], kept[name]) for name in kept)


def test_a_base_that_lacks_weights_is_refused(tmp_path):
    from safetensors.torch import load_file, save_file

    base = lm_tiny.build(tmp_path / "base")
    kept = load_file(f"{base}/model.safetensors")
    save_file(
        {n: one for n, one in kept.items() if n != "lm_head.weight"}, f"{base}/model.safetensors", {"format": "pt"}
    )
    with pytest.raises(ConfigError, match=r"not whole: its files lack the weights 'lm_head.weight'"):
        learned(quick(base), corpus(8))


def test_progress_is_told_and_an_interrupt_leaves_nothing(base):
    told = []

    def counting(done, total):
        told.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    before = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        LmEngine.fit(corpus(64), quick(base), np.random.default_rng(0), counting)
    assert told == [(0, 8), (1, 8), (2, 8), (3, 8)]
    assert torch.equal(before, torch.get_rng_state())


def test_learning_that_gives_no_numbers_is_said(tmp_path):
    from safetensors.torch import load_file, save_file

    base = lm_tiny.build(tmp_path / "base")
    kept = load_file(f"{base}/model.safetensors")
    kept["lm_head.weight"] *= 1e38
    save_file(kept, f"{base}/model.safetensors", {"format": "pt"})
    with pytest.raises(ConfigError, match=r"learning gave no numbers: choose a smaller learning_rate than 0\.0005"):
        learned(quick(base), corpus(8))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said(base):
    with pytest.raises(ConfigError, match="device 'cuda': torch finds no GPU here; choose 'auto' or 'cpu'"):
        learned(quick(base, device="cuda"), corpus(8))


def test_a_base_without_an_end_is_refused(tmp_path):
    base = tmp_path / "base"
    lm_tiny.build(base)
    told = json.loads((base / "tokenizer_config.json").read_text())
    (base / "tokenizer_config.json").write_text(json.dumps({k: v for k, v in told.items() if k != "eos_token"}))
    with pytest.raises(ConfigError, match="no token to end a text with"):
        learned(quick(str(base)), corpus(8))


@pytest.mark.parametrize("broken", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_base_that_cannot_be_read_is_said(tmp_path, broken):
    base = tmp_path / "base"
    lm_tiny.build(base)
    (base / broken).write_text("{not one")
    with pytest.raises(ConfigError, match="the base in"):
        learned(quick(str(base)), corpus(8))


def test_code_that_comes_with_a_base_is_not_run(tmp_path):
    base = tmp_path / "base"
    lm_tiny.build(base)
    ran = tmp_path / "ran"
    (base / "own.py").write_text(f"open({str(ran)!r}, 'w')\n")
    told = json.loads((base / "config.json").read_text())
    classes = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
    (base / "config.json").write_text(json.dumps(told | {"model_type": "own", "auto_map": classes}))
    with pytest.raises(ConfigError, match="cannot be read as a causal language model"):
        learned(quick(str(base)), corpus(8))
    assert not ran.exists()


def wrong_parts(engine):
    state, arrays = engine.state(), engine.arrays()
    name = next(iter(arrays))
    matrix = arrays[name]
    yield {}, arrays
    yield state | {"version": 2}, arrays
    yield state | {"more": 1}, arrays
    yield state | {"base": {**state["base"], "print": "x"}}, arrays
    yield state | {"config": {**state["config"], "rank": 3}}, arrays
    yield state | {"budget": {"epsilon": -1}}, arrays
    yield state, {}
    yield state, {n: a for n, a in arrays.items() if n != name}
    yield state, arrays | {"../../x.A": matrix, "../../x.B": matrix.T}
    yield state, arrays | {name: matrix.astype(np.float64)}
    yield state, arrays | {name: matrix[0]}
    yield state, arrays | {name: matrix * np.float32(np.nan)}


@pytest.mark.parametrize("case", range(12))
def test_parts_that_cannot_be_an_engine_are_refused(engine, case):
    state, arrays = list(wrong_parts(engine))[case]
    with pytest.raises(ModelFileError, match="damaged or was altered"):
        LmEngine.from_parts(state, arrays)


def test_an_adapter_of_other_layers_is_refused_when_it_meets_its_base(engine):
    arrays = engine.arrays()
    wide = {name: np.repeat(array, 2, axis=1) if name.endswith("A") else array for name, array in arrays.items()}
    with pytest.raises(ModelFileError, match="not one of its base"):
        drawn(LmEngine.from_parts(engine.state(), wide), labelled([0]))
    rank = len(arrays[next(name for name in arrays if name.endswith("A"))])
    elsewhere = arrays | {"no.such.A": np.ones((rank, 4), np.float32), "no.such.B": np.ones((4, rank), np.float32)}
    with pytest.raises((ModelFileError, ConfigError)):
        drawn(LmEngine.from_parts(engine.state(), elsewhere), labelled([0]))


def test_an_adapter_of_enormous_numbers_is_refused(engine):
    huge = {name: array * np.float32(1e30) for name, array in engine.arrays().items()}
    with pytest.raises(ModelFileError, match="makes no numbers"):
        drawn(LmEngine.from_parts(engine.state(), huge), labelled([0]))


def test_reading_a_model_file_reads_no_base_and_imports_no_torch(engine, tmp_path):
    state = engine.state()
    state["base"] |= {"name": "/nowhere"}
    np.savez(tmp_path / "arrays.npz", **engine.arrays())
    (tmp_path / "state.json").write_text(json.dumps(state))
    script = (
        "import json, sys, numpy as np\n"
        "from parhelion.text.lm import LmEngine\n"
        "print(LmEngine.from_parts(json.load(open('state.json')), dict(np.load('arrays.npz'))).note)\n"
        "assert not {'torch', 'transformers', 'peft', 'opacus', 'huggingface_hub'} & set(sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.startswith("written by /nowhere")


def test_what_is_missing_is_said(tmp_path):
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('No module named torch', name='torch')")
    script = (
        "import numpy as np, pyarrow as pa\n"
        "from parhelion.errors import MissingExtraError\n"
        "from parhelion.text.contract import Context, Corpus\n"
        "from parhelion.text.lm import LmConfig, LmEngine\n"
        "data = Corpus(pa.array(['a']), Context((), np.zeros((1, 0), np.int32)), np.zeros(1, np.int64), 1, 9)\n"
        "try:\n"
        "    LmEngine.fit(data, LmConfig(base='x'), np.random.default_rng(0), print)\n"
        "except MissingExtraError as error:\n"
        "    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, capture_output=True, text=True)
    assert "the lm engine needs more than the base install; run: pip install 'parhelion[lm]'" in run.stdout


def test_importing_the_engine_is_light():
    script = "import sys, parhelion.text.lm; print({'torch', 'transformers', 'pyarrow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout == b"set()\n"


def test_a_character_that_the_base_lacks_cannot_be_written(tmp_path, engine):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(set("[first name 1]It's; no. 7!abc") | {"\n", ":", "l", "e"})
    made = Tokenizer(models.WordLevel({c: i for i, c in enumerate(["<unk>", "</s>", *letters])}, unk_token="<unk>"))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Split("", "isolated"), decoders.Fuse()
    spell = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="</s>", unk_token="<unk>")
    spell.save_pretrained(tmp_path / "base")
    lm_tiny.model("llama", len(spell)).save_pretrained(tmp_path / "base")
    own = learned(quick(str(tmp_path / "base")), corpus(texts=["ab", "a☃"], context=labelled([0, 1])))
    told = own.log_likelihood(pa.array(["ab", "a☃"]), labelled([0, 1]))
    assert told[1] == -np.inf < told[0]
    assert not any("<unk>" in text for text in drawn(own, labelled([0] * 20)).to_pylist() if text)
