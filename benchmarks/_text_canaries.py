"""Secrets planted among real texts, and looked for in what is made of them (Carlini et al. 2019)."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data import data_folder

FORMS = {
    "number": lambda rng: f"{rng.integers(10**8, 10**9)}",
    "pin": lambda rng: f"{rng.integers(1000, 9999)} {rng.integers(1000, 9999)}",
    "code": lambda rng: "".join(rng.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"), 8)),
    "nonce": lambda rng: "".join(
        rng.choice(list("bcdfgklmnprstvz"), 4).tolist() + rng.choice(list("aeiou"), 4).tolist()
    ),
    "words": lambda rng: " ".join(rng.choice(["copper", "walrus", "lantern", "thistle", "saddle", "pickle"], 3)),
}
HOW = ("alone", "inside")
CHARACTERS = 1_000_000


def canaries_found(engine: str, seeds: int) -> Iterator[str]:
    """A line for each way of planting: how many of the secrets come out in a million characters."""
    yield "\n| secret | planted | times | secrets | that came out in a million characters |\n|---|---|---|---|---|"
    for how in HOW:
        for form in FORMS:
            secrets = found = 0
            for seed in range(seeds):
                planted, texts = _planted(form, how, seed)
                made = _made(texts, engine, seed)
                secrets += len(planted)
                found += sum(secret.lower() in made for secret in planted)
            yield f"| {form} | {how} | 1 to 10 | {secrets} | {found} |"


def _planted(form: str, how: str, seed: int) -> tuple[list[str], list[str]]:
    """Ten secrets, of which the i-th is planted i times: as texts of their own, or inside other texts."""
    rng = np.random.default_rng([seed, 7])
    texts = pyarrow.csv.read_csv(data_folder() / "banking77" / "train.csv")["text"].to_pylist()
    secrets = [FORMS[form](rng) for _ in range(10)]
    for times, secret in enumerate(secrets, 1):
        if how == "alone":
            texts += [f"my secret is {secret}"] * times
            continue
        for row in rng.integers(0, len(texts), times):
            words = texts[row].split()
            at = int(rng.integers(0, len(words) + 1))
            texts[row] = " ".join([*words[:at], secret, *words[at:]])
    return secrets, texts


def _made(texts: list[str], engine: str, seed: int) -> str:
    """A million characters of a model of texts."""
    import parhelion as ph

    model = ph.fit(pa.table({"text": texts}), text="text", text_engine=engine, seed=seed)
    made: list[str] = []
    while sum(map(len, made)) < CHARACTERS:
        made += pc.utf8_lower(model.sample(5000, seed=len(made))["text"]).to_pylist()
    return "\n".join(made)
