"""The attacks of the anonymeter package, as its authors wrote them.

Run by an environment of its own: TRAIN SYNTHETIC HOLDOUT ATTACKS SECRETS HALF; prints one JSON object of the rates of
success of each attack. SECRETS and HALF are names with commas between; HALF is the first side of linkability.
"""

import json
import logging
import sys
import warnings

import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator
from anonymeter.evaluators import singling_out_evaluator as module

ATTEMPTS = 40_000  # queries tried at most; most single nobody out

warnings.filterwarnings("ignore")
# ruff: noqa: SLF001 - Anonymeter tells by no public name how many queries it found
logging.disable(logging.CRITICAL)


def counts(evaluator, attempts: int, naive: int) -> dict[str, float]:
    found = evaluator.results()
    risk = evaluator.risk()
    return {
        "main": found.n_success / attempts, "naive": found.n_baseline / naive, "control": found.n_control / attempts,
        "attempts": attempts, "low": risk.ci[0], "high": risk.ci[1],
    }  # fmt: skip


def singled_out(frames, mode: str, attacks: int) -> dict[str, float]:
    """Anonymeter divides by the attacks wished for: here by the queries that it found."""
    made = []
    generate = module._generate_singling_out_queries
    module._generate_singling_out_queries = lambda **options: made.append(generate(**options)) or made[-1]
    train, synthetic, holdout = frames
    evaluator = module.SinglingOutEvaluator(
        ori=train, syn=synthetic, control=holdout, n_attacks=attacks, n_cols=3, max_attempts=ATTEMPTS, seed=0
    )
    evaluator.evaluate(mode=mode)
    module._generate_singling_out_queries = generate
    evaluator._n_attacks = len(made[0])
    return counts(evaluator, len(made[0]), attacks)


def linked(frames, half: list[str], attacks: int) -> dict[str, float]:
    train, synthetic, holdout = frames
    halves = half, [name for name in train if name not in half]
    evaluator = LinkabilityEvaluator(
        ori=train, syn=synthetic, control=holdout, n_attacks=attacks, aux_cols=halves, n_neighbors=10
    )
    return counts(evaluator.evaluate(n_jobs=2), attacks, attacks)


def inferred(frames, secret: str, attacks: int) -> dict[str, float]:
    train, synthetic, holdout = frames
    given = [name for name in train if name != secret]
    evaluator = InferenceEvaluator(
        ori=train, syn=synthetic, control=holdout, n_attacks=attacks, aux_cols=given, secret=secret,
        regression=pd.api.types.is_numeric_dtype(train[secret]),
    )  # fmt: skip
    return counts(evaluator.evaluate(n_jobs=2), attacks, attacks)


def main() -> None:
    *paths, attacks, secrets, half = sys.argv[1:]
    frames = [pd.read_csv(path, keep_default_na=False) for path in paths]
    found = {f"singling out {mode}": singled_out(frames, mode, int(attacks)) for mode in ("univariate", "multivariate")}
    found["linkability"] = linked(frames, half.split(","), int(attacks))
    found |= {f"inference {secret}": inferred(frames, secret, int(attacks)) for secret in secrets.split(",")}
    print(json.dumps(found, default=float))


if __name__ == "__main__":
    main()
