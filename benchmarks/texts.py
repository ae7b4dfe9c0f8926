"""What the text engines reach: `python benchmarks/texts.py [--only SET ...] [--engine NAME] [--seeds 5]`.

For SMS Spam (a fifth kept out by the seed), Banking77 and CLINC150 (their own test parts): seconds to learn and to make
as many texts as were learned from, in one fresh process, start and files included; accuracy on real unseen texts of a
classifier that learned from synthetic ones, as a share of that of one that learned from real ones (TF-IDF of words and
pairs, logistic regression); texts that copy an original or hold a personal value of one, which must be none; and texts
of 20 words a second. Then secrets planted 1 to 10 times are looked for in a million characters. Markdown.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from _text_canaries import canaries_found
from data import BENCH, data_folder
from processes import measure

FOLDER = BENCH / "texts"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Set:
    """A labelled set: its columns, and what must be reached: seconds, and the share of real accuracy."""

    name: str
    text: str
    label: str
    seconds: float
    ratio: float

    def split(self, seed: int) -> tuple[pa.Table, pa.Table]:
        """Rows to learn from, and rows kept out."""
        if self.name == "banking77":
            return tuple(_read(f"banking77/{part}.csv") for part in ("train", "test"))
        if self.name == "clinc150":
            rows = _read("clinc150/clinc150_full.csv")
            parts = (rows.filter(pc.equal(rows["split"], part)) for part in ("train", "test"))
            return tuple(part.select([self.text, self.label]) for part in parts)
        rows = _read("sms_spam/sms_spam.csv")
        order = np.random.default_rng(seed).permutation(rows.num_rows)
        cut = rows.num_rows // 5
        return rows.take(np.sort(order[cut:])), rows.take(np.sort(order[:cut]))


SETS = {
    "sms_spam": Set("sms_spam", "text", "label", 5, 0.99),
    "banking77": Set("banking77", "text", "category", 10, 0.95),
    "clinc150": Set("clinc150", "text", "intent", 20, 0.93),
}
BARS = {("banking77", "transformer"): (600.0, 0.97)}


def _read(name: str) -> pa.Table:
    convert = pyarrow.csv.ConvertOptions(strings_can_be_null=False)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(data_folder() / name, parse_options=parse, convert_options=convert)


def accuracy(learned: pa.Table, asked: pa.Table, of: Set) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)
    )
    model.fit(learned[of.text].to_pylist(), learned[of.label].to_pylist())
    return float(model.score(asked[of.text].to_pylist(), asked[of.label].to_pylist()))


@cache
def _real(of: Set, seed: int) -> float:
    """Accuracy of what learned from real texts; a set with parts of its own has one split."""
    return accuracy(*of.split(seed), of)


def copied(made: pa.Table, real: pa.Table, of: Set) -> dict[str, int]:
    """Texts that copy an original, exactly counted, and values of people of the originals that they hold."""
    from parhelion.overlap import Originals
    from parhelion.personal import normal_value, values_of

    texts, originals = (table[of.text].combine_chunks() for table in (made, real))
    index = Originals.of(originals)
    held = {(each.sort, normal_value(each.sort, each.text)) for row in values_of(originals) for each in row}
    shown = [(each.sort, normal_value(each.sort, each.text)) for row in values_of(texts) for each in row]
    return {
        "verbatim": int(index.verbatim(texts).sum()),
        "spans": int((index.longest(texts) >= 50).sum()),
        "sequences": int((index.sequences(texts) > 0).sum()),
        "personal": sum(value in held for value in shown),
    }


def run(of: Set, engine: str, seed: int) -> dict[str, float]:
    """One seed: learn and make by the command, then judge."""
    train, test = of.split(seed)
    folder = FOLDER / of.name
    folder.mkdir(parents=True, exist_ok=True)
    source, made = folder / "train.csv", folder / f"{engine}.csv"
    pyarrow.csv.write_csv(train, source)
    took = measure([sys.executable, HERE / "_text_fit.py", source, made, of.text, of.label, engine, str(seed)])
    synthetic = pa.Table.from_pylist(list(csv.DictReader(made.open(encoding="utf-8", newline=""))))
    real = _real(of, seed if of.name == "sms_spam" else 0)
    return {
        "s": took["s"],
        "peak_gb": took["peak_gb"],
        "real": real,
        "ratio": accuracy(synthetic, test, of) / real,
        **copied(synthetic, train, of),
    }


def speed(engine: str = "ngram", texts: int = 200_000) -> float:
    """Texts of 20 words a second, of a model of PEP sentences cut to 20 words; drawn, checked and filled."""
    import pyarrow.parquet as pq

    import parhelion as ph

    file = next((data_folder() / "peps_corpus").glob("*.parquet"))
    words = " ".join(pq.read_table(file, columns=["text"])["text"].to_pylist()).split()[:400_000]
    rows = pa.table({"text": [" ".join(words[i : i + 20]) for i in range(0, len(words), 20)]})
    model = ph.fit(rows, text="text", text_engine=engine)
    model.sample(2000)
    start = time.perf_counter()
    made = model.sample(texts, seed=1)
    taken = time.perf_counter() - start
    lengths = pc.list_value_length(pc.utf8_split_whitespace(made["text"]))
    return texts * pc.mean(lengths).as_py() / 20 / taken


def lines(names: list[str], engine: str, seeds: int) -> Iterator[str]:
    for name in names:
        of = SETS[name]
        seconds, ratio = BARS.get((name, engine), (of.seconds, of.ratio))
        runs = [run(of, engine, seed) for seed in range(seeds)]
        mean = {key: float(np.mean([each[key] for each in runs])) for key in runs[0]}
        spread = float(np.std([each["ratio"] for each in runs]))
        bad = {key: int(max(each[key] for each in runs)) for key in ("verbatim", "spans", "sequences", "personal")}
        yield (
            f"| {name} | {engine} | {mean['s']:.1f} s | {seconds:g} s "
            f"| {mean['ratio']:.3f} ± {spread:.3f} | {ratio:g} | {mean['real']:.3f} "
            f"| {bad['verbatim']}, {bad['spans']}, {bad['sequences']}, {bad['personal']} | {mean['peak_gb']:.2f} GB |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[*SETS, "speed", "canaries"], default=[*SETS, "speed", "canaries"])
    parser.add_argument("--engine", default="ngram")
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    sets = [name for name in asked.only if name in SETS]
    if sets:
        print(
            "| set | engine | learn + make | at most | accuracy of real | at least | real | whole copies, spans, rare "
            "sequences, personal values: most of any seed | memory |\n|" + "---|" * 9
        )
        for line in lines(sets, asked.engine, asked.seeds):
            print(line, flush=True)
    if "speed" in asked.only:
        print(f"\n{speed(asked.engine):,.0f} texts of 20 words a second (at least 50,000)", flush=True)
    if "canaries" in asked.only:
        for line in canaries_found(asked.engine, asked.seeds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
