"""What holds of every engine: codes in, a fitted generator out, whatever the columns are."""

import numpy as np
import pytest

from parhelion.engines.contract import ColumnInfo
from parhelion.engines.trees import TreesConfig
from parhelion.engines.trees.trees import Trees

ENGINES = [pytest.param(Trees, TreesConfig(), id="trees")]
every_engine = pytest.mark.parametrize(("engine", "config"), ENGINES)

INFOS = (
    ColumnInfo(2, False),
    ColumnInfo(40, True, specials=1),
    ColumnInfo(7, False, hidden=6),
    ColumnInfo(300, True),
    ColumnInfo(1, False),
)


def rows(n: int, seed: int = 0) -> np.ndarray:
    """Columns that depend on each other; the hidden code 6 of the third occurs."""
    rng = np.random.default_rng(seed)
    flag = rng.integers(0, 2, n)
    level = np.where(rng.random(n) < 0.1, 0, 1 + np.minimum(rng.poisson(8 + 12 * flag), 38))
    group = np.where(rng.random(n) < 0.01, 6, (level // 7 + rng.integers(0, 2, n)) % 6)
    amount = np.clip(level * 7 + rng.normal(0, 15, n), 0, 299)
    return np.stack([flag, level, group, amount, np.zeros(n)], axis=1).astype(np.int32)


def none(n: int) -> np.ndarray:
    return np.zeros((n, 0), np.int32)


def fitted(engine, config, n=2000, contexts=0, seed=0):
    codes = rows(n)
    return engine.fit(codes[:, :contexts], codes[:, contexts:], INFOS, config, np.random.default_rng(seed))


@every_engine
def test_samples_are_codes_of_their_columns_and_never_hidden(engine, config):
    drawn = fitted(engine, config).sample(none(5000), np.random.default_rng(1))
    assert drawn.shape == (5000, len(INFOS))
    assert drawn.dtype == np.int32
    for column, info in zip(drawn.T, INFOS, strict=True):
        assert column.min() >= 0
        assert column.max() < info.size
        assert info.hidden is None or (column != info.hidden).all()


@every_engine
def test_proportions_and_dependence_are_learned(engine, config):
    real, drawn = rows(20_000), fitted(engine, config, 20_000).sample(none(20_000), np.random.default_rng(1))
    for i, j in [(0, 1), (1, 2), (0, 2)]:
        tables = [
            np.histogram2d(x[:, i], x[:, j], bins=[range(INFOS[i].size + 1), range(INFOS[j].size + 1)])[0]
            for x in (real, drawn)
        ]
        assert 0.5 * np.abs(tables[0] - tables[1]).sum() / 20_000 < 0.04
    correlation = [np.corrcoef(x[:, 1], x[:, 3])[0, 1] for x in (real, drawn)]
    assert abs(correlation[0] - correlation[1]) < 0.02


@every_engine
def test_one_seed_one_result(engine, config):
    one, two = (fitted(engine, config, seed=3).sample(none(500), np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one, two)
    other = fitted(engine, config, seed=3).sample(none(500), np.random.default_rng(5))
    assert not np.array_equal(one, other)


@every_engine
def test_what_is_known_stays_and_counts(engine, config):
    model = fitted(engine, config, contexts=2)
    context = np.repeat(np.array([[0, 9], [1, 21]], np.int32), 3000, axis=0)
    drawn = model.sample(context, np.random.default_rng(1))
    assert drawn.shape == (6000, len(INFOS) - 2)
    low, high = drawn[:3000, 1].mean(), drawn[3000:, 1].mean()
    assert low == pytest.approx(9 * 7, abs=12)
    assert high == pytest.approx(21 * 7, abs=12)


@every_engine
def test_likelihood_is_a_probability_of_what_is_drawn(engine, config):
    """Given a row's first columns, the probabilities of all codes of the next sum to one."""
    model = fitted(engine, config)
    row = rows(1, seed=9)[0]
    for j, info in enumerate(INFOS):
        trial = np.tile(row, (info.size, 1))
        trial[:, j] = np.arange(info.size)
        log_p = model.log_likelihood(none(info.size), trial)
        assert log_p.shape == trial.shape
        assert (log_p <= 1e-12).all()
        if list(getattr(model, "order", range(len(INFOS))))[-1] == j:
            assert np.exp(log_p[:, j]).sum() == pytest.approx(1, abs=1e-6)


@every_engine
def test_likelihood_agrees_with_frequency(engine, config):
    model = fitted(engine, config, contexts=3)
    row = rows(1, seed=9)[0]
    context = np.tile(row[:3], (200_000, 1))
    drawn = model.sample(context, np.random.default_rng(1))[:, 0]
    size = INFOS[3].size
    frequency = np.bincount(drawn, minlength=size) / len(drawn)
    codes = np.stack([np.arange(size), np.zeros(size)], axis=1).astype(np.int32)
    p = np.exp(model.log_likelihood(context[:size], codes)[:, 0])
    assert p.sum() == pytest.approx(1, abs=1e-6)
    assert 0.5 * np.abs(p - frequency).sum() < 0.05


@every_engine
def test_held_out_rows_are_likelier_than_shuffled_ones(engine, config):
    model, unseen = fitted(engine, config, 5000), rows(1000, seed=7)
    shuffled = np.stack([np.random.default_rng(i).permutation(c) for i, c in enumerate(unseen.T)], axis=1)
    true, false = (np.maximum(model.log_likelihood(none(1000), x), -20).sum(1).mean() for x in (unseen, shuffled))
    assert true > false + 1


@every_engine
def test_arrays_make_the_same_engine(engine, config):
    model = fitted(engine, config)
    again = engine.from_arrays(model.arrays(), INFOS, 0)
    assert np.array_equal(*(m.sample(none(700), np.random.default_rng(2)) for m in (model, again)))


@every_engine
@pytest.mark.parametrize("n", [1, 2, 19, 60])
def test_few_rows_are_no_trouble(engine, config, n):
    model = fitted(engine, config, n)
    assert model.sample(none(3), np.random.default_rng(0)).shape == (3, len(INFOS))


@every_engine
def test_no_rows_and_no_columns_are_no_trouble(engine, config):
    assert fitted(engine, config).sample(none(0), np.random.default_rng(0)).shape == (0, len(INFOS))
    empty = engine.fit(none(10), none(10), (), config, np.random.default_rng(0))
    assert empty.sample(none(4), np.random.default_rng(0)).shape == (4, 0)


@every_engine
def test_parts_of_large_samples_are_alike(engine, config):
    drawn = fitted(engine, config).sample(none(150_000), np.random.default_rng(1))
    halves = [np.bincount(part[:, 1], minlength=40) / len(part) for part in np.array_split(drawn, 2)]
    assert 0.5 * np.abs(halves[0] - halves[1]).sum() < 0.02
