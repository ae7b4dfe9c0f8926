"""Our singling out, linkability and attribute inference beside Anonymeter's, on the same rows of Adult.

`python -m pytest benchmarks/agreement/test_anonymeter.py`; skipped where `.bench/envs/anonymeter` is not built (see
environments.py). Both draw queries and rows by chance, so that rates agree as two samples do: within 3 standard errors
of both and 0.02 besides, and the intervals of the risks overlap. What is not the same, and why:

- Train rows are cut to as many as there are held-out rows. Anonymeter 1.1.0 scales singling out to unequal sizes by a
  curve that it fits to the number of queries, not of successes (`_measure_queries_success`); ours needs no curve.
- Its naive inference looks up guesses by the index of other rows (`reindex_like`), and nearly all are then missing; so
  the naive rates of inference are not compared.
- It divides singling out by the attacks wished for, also where fewer queries were found; here by those found.
"""

import json
import subprocess
import sys
from functools import cache
from math import sqrt
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from data import BENCH, split  # noqa: E402  # the path above makes it importable
from parhelion.evaluation.privacy.inference import inference  # noqa: E402
from parhelion.evaluation.privacy.linkability import linkability, parts  # noqa: E402
from parhelion.evaluation.privacy.singling_out import singling_out  # noqa: E402
from parhelion.evaluation.reading import case_of  # noqa: E402
from parhelion.evaluation.rows import alike  # noqa: E402

THEIRS = BENCH / "envs" / "anonymeter" / "bin" / "python"
ATTACKS = 500
SECRETS = ("income", "age", "occupation")
BESIDES = 0.02

pytestmark = [
    pytest.mark.skipif(not THEIRS.exists(), reason="the environment 'anonymeter' is not built"),
    pytest.mark.parametrize("sample", ["ours", "cart", "copy"]),
]


@cache
def files(sample, folder):
    """Train rows, as many as held-out ones; synthetic rows; held-out rows."""
    adult = split("adult")
    train, holdout = folder / "train.csv", adult.test
    rows = holdout.read_text(encoding="utf-8").splitlines()
    train.write_text("\n".join(adult.train_csv.read_text(encoding="utf-8").splitlines()[: len(rows)]), encoding="utf-8")
    kept = {"ours": BENCH / "parhelion" / "adult" / "0.csv", "cart": BENCH / "cart" / "adult" / "0.csv", "copy": train}
    if not kept[sample].is_file():
        pytest.skip(f"no sample in {kept[sample]}; `make bench` makes it")
    return train, kept[sample], holdout


@cache
def ours(sample, folder):
    train, synthetic, holdout = files(sample, folder)
    case = case_of(train, synthetic, holdout)
    one, several = singling_out(case, alike(case))
    inferred = {f"inference {each.detail}": each for each in inference(case).secrets}
    half = parts(case)[0]
    linked = linkability(case)
    return {
        "singling out univariate": one,
        "singling out multivariate": several,
        "linkability": linked,
    } | inferred, half


@cache
def theirs(sample, folder):
    half = ours(sample, folder)[1]
    command = [THEIRS, HERE / "_anonymeter.py", *files(sample, folder), str(ATTACKS), ",".join(SECRETS), ",".join(half)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("anonymeter")


def error(share, attempts):
    return sqrt(max(share * (1 - share), 1 / attempts) / attempts)


ATTACKED = ["singling out univariate", "singling out multivariate", "linkability", *(f"inference {s}" for s in SECRETS)]


@pytest.mark.parametrize("attack", ATTACKED)
def test_rates_and_risks_agree(sample, attack, folder):
    mine, other = ours(sample, folder)[0][attack], theirs(sample, folder)[attack]
    compared = ("main", "control") if attack.startswith("inference") else ("main", "control", "naive")
    for name in compared:
        share, expected = getattr(mine, name), other[name]
        within = 3 * sqrt(error(share, mine.attempts) ** 2 + error(expected, other["attempts"]) ** 2) + BESIDES
        assert share == pytest.approx(expected, abs=within), (name, mine, other)
    assert mine.risk_interval[0] <= other["high"]
    assert mine.risk_interval[1] >= other["low"]
