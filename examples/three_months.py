"""Texts may be kept for three months, seasons take twelve: `python examples/three_months.py FOLDER`.

Every month a model is learned from the month's mails, and the mails are deleted. At the end of the year twelve model
files are left, and the mails of the last three months. A classifier learns from what the models write, one from the
mails that are left, and one from the whole year that nobody may keep; all three are tried on the mails of the next
year. The mails are made up (see `mails.py`), so that here the whole year can be made again.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path

from mails import Mail, year_of_mails
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.pipeline import Pipeline, make_pipeline

import parhelion as ph

KEPT = 3  # months
LEARNING = {"text": "body", "label": "category", "person": "customer"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mails", type=int, default=500, help="mails a month")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    year = dict(year_of_mails(2025, asked.mails))

    synthetic = [row for name, mails in year.items() for row in lived(name, mails, asked.folder)]
    left = [mail for name in list(year)[-KEPT:] for mail in year[name]]
    whole = [mail for mails in year.values() for mail in mails]
    following = [mail for _, mails in year_of_mails(2026, asked.mails) for mail in mails]

    print(f"mails of the next year, {len(following):,}: how many of each category are recognised, by a classifier that")
    print(
        f"learned from {len(left):,} mails that are left, {len(synthetic):,} synthetic ones, {len(whole):,} real ones"
    )
    compared({"left": left, "synthetic": synthetic, "whole year": whole}, following)


def lived(name: str, mails: list[Mail], folder: Path) -> list[Mail]:
    """A month: its mails come, a model is learned, the mails are deleted. What the model writes in their place."""
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as rows:
        csv.writer(rows).writerows([Mail._fields, *mails])
    model, _ = ph.fit_and_forget(file, folder / f"{name}.parhelion", **LEARNING)
    return [Mail(*row.values()) for row in model.sample(seed=1).to_pylist()]


def classifier(mails: list[Mail]) -> Pipeline:
    """What gives a text its category, learned from mails."""
    made = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10))
    return made.fit([mail.body for mail in mails], [mail.category for mail in mails])


def compared(learned: dict[str, list[Mail]], unseen: list[Mail]) -> None:
    """Print the share of each category that is recognised by what was learned."""
    truth = [mail.category for mail in unseen]
    found = {name: classifier(mails).predict([mail.body for mail in unseen]) for name, mails in learned.items()}
    print(f"{'':12} {'mails':>6}" + "".join(f" {name:>11}" for name in found))
    for category, many in sorted(Counter(truth).items()):
        shares = [recall_score(truth, said, labels=[category], average="macro") for said in found.values()]
        print(f"{category:12} {many:6,}" + "".join(f" {share:11.1%}" for share in shares))
    right = [sum(a == b for a, b in zip(truth, said, strict=True)) / len(truth) for said in found.values()]
    print(f"{'all':12} {len(truth):6,}" + "".join(f" {share:11.1%}" for share in right))


if __name__ == "__main__":
    main()
