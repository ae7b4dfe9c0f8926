"""In which order should the columns be generated? Held-out log-likelihood and fidelity of five orders.

    python benchmarks/order.py [adult shoppers california ...]

Each order is fitted by the default engine on the training rows. `nats` is the mean log-likelihood of a test row, each
cell floored at -12 (the engine never draws what it protects); higher is better. `columns` and `pairs` are the distances
of parhelion.evaluation from the test rows, divided by those of the training rows; 1 is as near as real rows are.
"""

import sys
from collections.abc import Callable, Sequence

import numpy as np

from data import split
from parhelion.codecs import Codec, Draw, Protection, observe
from parhelion.engines.trees import TreesConfig
from parhelion.engines.trees.order import determined, order_of_columns
from parhelion.engines.trees.trees import Trees
from parhelion.evaluation import fidelity
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.reading import read
from parhelion.io import open_source
from parhelion.progress import silent
from parhelion.tables import discover_source
from parhelion.tables.fitting import info_of
from parhelion.tables.reading import natives

FLOOR = -12.0
Order = Callable[[Sequence[Codec], np.ndarray], list[int]]


def entropy(codes: np.ndarray) -> float:
    share = np.bincount(codes) / len(codes)
    return float(-(share[share > 0] * np.log(share[share > 0])).sum())


def default(codecs: Sequence[Codec], codes: np.ndarray) -> list[int]:
    infos = [info_of(codec) for codec in codecs]
    found = determined(np.ascontiguousarray(codes.T), infos, 1)
    return order_of_columns(infos, 1, {target: source for target, (source, _) in found.items()})


ORDERS: dict[str, Order] = {
    "default: target, then few codes first": default,
    "target, then as they come": lambda codecs, _: list(range(len(codecs))),
    "target, then many codes first": lambda codecs, _: [
        0,
        *sorted(range(1, len(codecs)), key=lambda i: -codecs[i].size),
    ],
    "target, then low entropy first": lambda codecs, x: [
        0,
        *sorted(range(1, len(codecs)), key=lambda i: entropy(x[:, i])),
    ],
    "few codes first, target last": lambda codecs, _: [*sorted(range(1, len(codecs)), key=lambda i: codecs[i].size), 0],
}


def compare(name: str) -> None:
    part = split(name)
    table = discover_source(part.train)
    train, test = (natives(open_source(path).table(), table) for path in (part.train, part.test))
    places = sorted(range(len(table.columns)), key=lambda i: table.names[i] != part.target)
    codecs = [observe(train.column(i), table.columns[i]).codec(Protection()) for i in places]
    kept = [i for i, codec in enumerate(codecs) if codec.size > 1]
    places, codecs = [places[i] for i in kept], [codecs[i] for i in kept]
    codes, unseen = (
        np.stack([codec.encode(rows.column(i)) for codec, i in zip(codecs, places, strict=True)], axis=1)
        for rows in (train, test)
    )
    for label, order in ORDERS.items():
        way = order(codecs, codes)
        infos = [info_of(codecs[i]) for i in way]
        none = np.zeros((len(codes), 0), np.int32)
        engine = Trees.fit(none, codes[:, way], infos, TreesConfig(), np.random.default_rng(0), keep=len(way))
        log_p = engine.log_likelihood(np.zeros((len(unseen), 0), np.int32), unseen[:, way])
        drawn = engine.sample(none, np.random.default_rng(1))
        values = {
            table.names[places[i]]: codecs[i].decode(drawn[:, j], Draw(np.random.default_rng(i), 0, 0, len(drawn)))
            for j, i in enumerate(way)
        }
        like = train.select(list(values))
        tables = (like, like.schema.empty_table().from_pydict(values), test.select(list(values)))
        scores = fidelity.measure(read(tables, None, None, EvaluateConfig(), silent).case).scores
        times = {score.key: (score.value or 0) / (score.reference or 1) for score in scores}
        nats = np.maximum(log_p, FLOOR).sum(axis=1).mean()
        told = f"{times['fidelity.columns']:.2f} | {times['fidelity.pairs']:.2f}"
        print(f"| {name} | {label} | {nats:.2f} | {told} |", flush=True)


def main() -> None:
    print("| data | order | nats | columns | pairs |\n|---|---|---|---|---|")
    for name in sys.argv[1:] or ["adult", "shoppers", "california", "insurance", "heart"]:
        compare(name)


if __name__ == "__main__":
    main()
