"""Learning with differential privacy: what one person can do to an adapter is bounded, and hidden by noise."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("peft")
pytest.importorskip("opacus")

import lm_tiny
import torch
from opacus.accountants import PRVAccountant, RDPAccountant

from parhelion.errors import ConfigError
from parhelion.text.contract import Context, ContextColumn, Corpus, Drawing
from parhelion.text.lm import LmConfig, LmEngine
from parhelion.text.lm.adapter import adapt, load, matrices
from parhelion.text.lm.budget import Budget
from parhelion.text.lm.gradients import Watch, cut
from parhelion.text.lm.live import Live
from parhelion.text.lm.private import _ORDERS, _drawn, _noised, _passes, _rows_of, budget, gradients, learn
from parhelion.text.lm.scoring import Adapted, surprise
from parhelion.text.lm.spelling import spelling

TEXTS = [
    "my parcel is late",
    "the bus was lost this week, again",
    "a",
    "our order came broken. " * 3,
    "is late",
    "x y z",
]


def corpus(texts, owners):
    known = Context((ContextColumn("label", ("a", "bb")),), (np.arange(len(texts)) % 2).astype(np.int32)[:, None])
    return Corpus(pa.array(texts), known, np.array(owners), 1, 200)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return lm_tiny.build(tmp_path_factory.mktemp("private") / "base")


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def adapted(request, tmp_path_factory):
    """With an adapter that is not 0, so that every gradient is something."""
    base = lm_tiny.build(tmp_path_factory.mktemp("private") / request.param, request.param)
    live = Live.begun(base, LmConfig(base=base, rank=3), 0)
    chances = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for own in matrices(live.adapted.model).values():
            own.weight.normal_(0, 0.05, generator=chances)
    return live


def alone(live, persons):
    """Each person's gradient as autograd tells it, from the loss of that person's texts alone."""
    weights = [own.weight for own in matrices(live.adapted.model).values()]
    for texts in persons:
        costs = [surprise(live.adapted, [text], learning=True).sum() / len(text.text) for text in texts]
        yield torch.autograd.grad(sum(costs) / len(texts), weights)


def spelled(live, texts):
    data = corpus(texts, [0] * len(texts))
    return live._known(data.texts, data.context)[0]


def test_each_persons_gradient_is_that_of_their_texts_alone(adapted):
    texts = spelled(adapted, TEXTS)
    persons = [texts[:3], texts[3:4], texts[4:]]
    layers = list(matrices(adapted.adapted.model).values())
    told = gradients(adapted.adapted, persons, layers)
    for person, expected in enumerate(alone(adapted, persons)):
        for one, own in zip(told, expected, strict=True):
            assert own.abs().max() > 0
            assert torch.allclose(one[person], own, rtol=1e-3, atol=1e-6)


def test_a_base_in_half_precision_is_learned_in_full(base):
    """As on a GPU."""
    cpu, config = torch.device("cpu"), LmConfig(base=base, rank=2, epochs=2, batch=3, dp_epsilon=5.0)
    model = load(Path(base), cpu).to(torch.bfloat16)
    live = Live(Adapted(adapt(model, config), spelling(Path(base), model), cpu), config)
    assert {own.weight.dtype for own in matrices(model).values()} == {torch.float32}
    for one in (live, Live(live.adapted, config.model_copy(update={"dp_epsilon": None}))):
        for own in matrices(model).values():
            own.weight.requires_grad_(True)
        arrays, _, _ = one.fit(corpus(TEXTS, range(6)), np.random.default_rng(0), lambda _done, _all: None)
        assert any(array.any() for name, array in arrays.items() if name.endswith("B"))
    assert len(live.sample(corpus(TEXTS, range(6)).context, Drawing(longest=50), np.random.default_rng(0))) == 6


def lengths(told):
    return torch.stack([one.flatten(1).square().sum(1) for one in told]).sum(0).sqrt()


def test_what_one_person_adds_is_no_longer_than_the_clip(adapted):
    layers = list(matrices(adapted.adapted.model).values())
    texts = spelled(adapted, TEXTS)
    told = gradients(adapted.adapted, [texts[:2], texts[2:]], layers)
    clip = float(lengths(told).min()) / 2
    whole, first = cut(told, clip), cut([one[:1] for one in told], clip)
    added = [one - other for one, other in zip(whole, first, strict=True)]
    for parts in (first, added):
        assert float(torch.cat([one.flatten() for one in parts]).norm()) == pytest.approx(clip, rel=1e-3)
    generous = cut(told, 1e6)
    assert all(torch.allclose(one, own.sum(0), atol=1e-6) for one, own in zip(generous, told, strict=True))


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf, 3e38])
def test_a_gradient_that_is_no_number_moves_nothing_beyond_the_clip(wrong):
    good = torch.tensor([[[3.0, 4.0]], [[wrong, 1.0]]])
    [total] = cut([good], 1.0)
    assert torch.allclose(cut([good[:1]], 1.0)[0], torch.tensor([[0.6, 0.8]]))
    assert float((total - torch.tensor([[0.6, 0.8]])).norm()) <= 1.0001


def test_layers_that_mix_texts_are_refused():
    layer = torch.nn.Linear(4, 2)
    rows = torch.arange(3)
    with Watch([layer], rows, 3) as watch, pytest.raises(ConfigError, match=r"texts mixed with each other \(experts\)"):
        layer(torch.ones(9, 4))
    assert not layer._forward_hooks
    with Watch([layer], rows, 3) as watch:
        told = watch.gradients(layer(torch.ones(3, 5, 4)).sum())
    assert told[0].shape == (3, 2, 4)
    assert (told[0] == 5).all()


def spent_on(persons, **options):
    return budget(LmConfig(**{"dp_epsilon": 3.0, "batch": 16, "epochs": 2} | options), np.arange(persons))


def test_less_epsilon_takes_more_noise():
    noises = [spent_on(500, dp_epsilon=epsilon).noise for epsilon in (8.0, 3.0, 1.0, 0.1)]
    assert 0 < noises[0] < noises[1] < noises[2] < noises[3]


@pytest.mark.filterwarnings("ignore:Optimal order is the")  # it may be less than is told, never more
@pytest.mark.parametrize("epsilon", [0.01, 1.0, 8.0, 1000.0])
@pytest.mark.parametrize("persons", [1, 2000])
def test_what_is_spent_is_what_was_allowed_and_hardly_less(epsilon, persons):
    spent = spent_on(persons, dp_epsilon=epsilon)
    assert 0.98 * epsilon - 0.011 <= spent.epsilon <= epsilon
    accountant = RDPAccountant()
    for _ in range(spent.steps):
        accountant.step(noise_multiplier=spent.noise, sample_rate=spent.rate)
    assert accountant.get_epsilon(spent.delta, alphas=_ORDERS) <= epsilon


def test_an_epsilon_that_no_noise_keeps_is_refused():
    with pytest.raises(ConfigError, match=r"dp_epsilon 0\.001 cannot be kept over 250 steps"):
        spent_on(2000, dp_epsilon=0.001)


def test_another_accountant_agrees():
    spent = spent_on(2000, dp_epsilon=2.0)
    other = PRVAccountant()
    other.history = [(spent.noise, spent.rate, spent.steps)]
    assert 1.0 < other.get_epsilon(spent.delta) <= 2.0


def test_a_budget_says_what_it_is_of():
    spent = spent_on(500, epochs=3)
    assert (spent.steps, spent.rate, spent.clip, spent.per) == (94, 16 / 500, 1.0, "text")
    assert spent.delta == pytest.approx(1000**-1.1)
    config = LmConfig(dp_epsilon=3.0, batch=16)
    grouped = budget(config, np.repeat(np.arange(500), 4))
    assert grouped == budget(config, np.arange(500)).model_copy(update={"per": "person"})


def test_a_delta_that_allows_to_show_a_text_is_refused():
    with pytest.raises(ConfigError, match=r"dp_delta is 0.01, and there are 100 persons: a delta of 1 / 100 or more"):
        spent_on(100, dp_delta=0.01)
    assert spent_on(100, dp_delta=0.009).delta == 0.009


def test_persons_are_drawn_independently_and_bring_few_texts():
    persons = _rows_of(np.array([7, 3, 7, 7, 9, 3]))
    assert [rows.tolist() for rows in persons] == [[1, 5], [0, 2, 3], [4]]
    secret = np.random.default_rng(0)
    draws = [_drawn(persons, 0.3, 2, secret) for _ in range(4000)]
    counts = np.bincount([len(draw) for draw in draws], minlength=4) / 4000
    assert np.allclose(counts, [0.343, 0.441, 0.189, 0.027], atol=0.03)
    assert max(len(rows) for draw in draws for rows in draw) == 2
    assert {row for draw in draws for rows in draw for row in rows} == {0, 1, 2, 3, 4, 5}
    assert all(any(set(rows) <= set(own.tolist()) for own in persons) for draw in draws for rows in draw)


def test_nobody_is_in_two_passes_and_everybody_in_one(adapted):
    texts = spelled(adapted, TEXTS)
    drawn = [[0, 3], [1], [2, 4, 5]]
    for tokens in (1, 60, 10_000):
        together = list(_passes(drawn, texts, tokens))
        assert sorted(rows for one in together for rows in one) == sorted(drawn)
    assert [len(one) for one in _passes(drawn, texts, 1)] == [1, 1, 1]
    assert list(_passes([], texts, 10)) == []


def test_noise_is_as_wide_as_the_budget_says():
    spending = Budget(epsilon=1, delta=1e-5, noise=3.0, clip=0.5, rate=0.1, steps=1, per="person")
    noised = _noised(torch.zeros(300, 300), spending, np.random.default_rng(0))
    assert float(noised.std()) == pytest.approx(1.5, rel=0.02)
    assert float(noised.mean()) == pytest.approx(0, abs=0.03)


def test_a_step_in_which_nobody_was_drawn_is_as_noisy(base):
    live = Live.begun(base, LmConfig(base=base, rank=1), 0)
    before = [own.weight.detach().clone() for own in matrices(live.adapted.model).values()]
    spending = Budget(epsilon=1, delta=1e-5, noise=1.0, clip=1.0, rate=1e-12, steps=2, per="text")
    texts = spelled(live, TEXTS)
    chances, told = np.random.default_rng(0), []
    learn(
        live.adapted, texts, np.arange(6), live.config, spending, secret=chances, progress=lambda *at: told.append(at)
    )
    moved = [own.weight != old for own, old in zip(matrices(live.adapted.model).values(), before, strict=True)]
    assert all(one.any() for one in moved)
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_learning_with_privacy_is_learning(base):
    """So many persons that the noise is small against what they have in common."""
    texts = ["my parcel is late"] * 200
    config = LmConfig(base=base, dp_epsilon=500.0, epochs=20, batch=100, learning_rate=1e-2, rank=4)
    data = corpus(texts, np.arange(200) // 2)
    engine = LmEngine.fit(data, config, np.random.default_rng(0), lambda _done, _all: None)
    before = Live.begun(base, config, 0).log_likelihood(data.texts[:2], data.context.take(np.arange(2)))
    assert (engine.log_likelihood(data.texts[:2], data.context.take(np.arange(2))) > before + 5).all()


def test_the_engine_says_what_was_spent_and_that_it_is_private(base):
    config = LmConfig(base=base, dp_epsilon=2.0, epochs=2, batch=6, rank=1)
    data = corpus(TEXTS * 2, np.arange(12) // 2)
    one, other = (LmEngine.fit(data, config, np.random.default_rng(0), lambda _done, _all: None) for _ in range(2))
    assert one.private
    assert one.note.startswith("learned with differential privacy: epsilon ")
    assert "delta 0.0005, per person, 2 steps; this covers the adapter" in one.note
    assert 1.9 < one.budget.epsilon <= 2.0
    assert (one.texts, one.cut) == (None, None)
    assert any((one.arrays()[name] != other.arrays()[name]).any() for name in one.arrays()), "noise is not of the seed"
    back = LmEngine.from_parts(json.loads(json.dumps(one.state())), one.arrays())
    assert (back.private, back.note, back.budget) == (True, one.note, one.budget)
    known = data.context.take(np.arange(3))
    texts = [engine.sample(known, Drawing(), np.random.default_rng(0)) for engine in (one, back)]
    assert texts[0].equals(texts[1])
