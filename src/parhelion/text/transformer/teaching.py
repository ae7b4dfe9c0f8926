"""From a corpus to a net that has learned it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import torch

from parhelion.errors import ConfigError
from parhelion.text.contract import Corpus
from parhelion.text.transformer.config import TransformerConfig
from parhelion.text.transformer.copying import Copying
from parhelion.text.transformer.learned import Learned
from parhelion.text.transformer.learning import Course, learn
from parhelion.text.transformer.net import Net, Shape, fresh
from parhelion.text.transformer.topics import Topics, no_topics, topics_of
from parhelion.text.transformer.vocabulary import Vocabulary, Words
from parhelion.text.transformer.windows import NOTHING, Layout, Row, Text, rows_of

RARE = 3  # owners: a word of fewer is shown to nobody, whatever `protect` is
FEW = 20  # owners: of fewer, none are held out
LEAST_ROOM = 16  # tokens of a text that a window has room for at least, however much is known of it
UNWRITTEN = 0.01  # times that a token counts as written which never was
ENOUGH = 5_000_000  # tokens read in all: few passes over much text
PASSES = (1, 10)  # the fewest, and the most where there is enough text for LEAST_STEPS
LEAST_STEPS, MOST_PASSES = 300, 60
STEPS, LEAST_BATCH = 16, 128  # of a pass, at least, where that leaves so many tokens to a batch
SIZES = ((3_000_000, (384, 6)), (600_000, (256, 4)), (100_000, (160, 3)), (20_000, (96, 3)), (0, (64, 2)))
SMALLEST = SIZES[-1][1]
SPEED = {"cpu": 5e10, "cuda": 2e13}  # operations a second: two cores of a server, one GPU


class _Material(NamedTuple):
    """A corpus as it is learned from."""

    vocabulary: Vocabulary
    layout: Layout
    topics: Topics
    copying: Copying
    rows: list[Row]


def teach(
    corpus: Corpus, config: TransformerConfig, rng: np.random.Generator, progress: Callable[[int, int], None]
) -> Learned:
    device = device_of(config.device)
    corpus = once_each(corpus)
    material = _read(corpus, config, rng)
    course = _course(material, held_out(corpus.owners, config.held_out, rng), config)
    tokens = sum(len(row.tokens) for row in course.rows)
    affordable = size_for(tokens, course.passes, 60 * config.minutes, device.type)
    width, layers = affordable if config.size == "auto" else config.size
    net = _fresh(Shape(width, layers, material.layout.end + 1, material.layout.read), course, rng).to(device)
    loss = learn(net, course, rng, progress)
    _tell_unseen(net, course)
    return Learned(*material[:4], net, config.manner, loss if course.held else None)


def _course(material: _Material, held: npt.NDArray[np.bool_], config: TransformerConfig) -> Course:
    """held: which texts tell when to stop."""
    learned = [row for row in material.rows if not held[row.text]]
    kept = [row for row in material.rows if held[row.text]]
    passes, batch = pace(sum(len(row.tokens) for row in learned), config)
    return Course(learned, kept, material.layout, passes, batch, config)


def _read(corpus: Corpus, config: TransformerConfig, rng: np.random.Generator) -> _Material:
    texts = [text[: corpus.longest] for text in corpus.texts.to_pylist()]
    whole = pc.less_equal(pc.utf8_length(corpus.texts), corpus.longest).to_pylist()
    words, codes, owners = Words(texts, corpus.owners), corpus.context.codes, corpus.owners
    vocabulary = Vocabulary.learn(texts, words, owners, corpus.protect, config.tokens)
    spelled = spelled_texts(words, vocabulary, len(vocabulary), whole)
    topics, topic = topics_of(words, codes, owners, corpus.protect, rng) if config.topics else no_topics(len(texts))
    sizes = (*(column.size for column in corpus.context.columns), topics.untold)
    longest = min(config.window - 1 - len(sizes), max(len(text.tokens) for text in spelled))
    layout = Layout(len(vocabulary), sizes, 1 + len(sizes) + max(longest, LEAST_ROOM))
    rows = rows_of(spelled, layout.known(np.column_stack([codes, topic])), layout)
    copying = Copying.of([text.tokens for text in spelled], owners, rng)
    return _Material(vocabulary, layout, topics, copying, rows)


def _fresh(shape: Shape, course: Course, rng: np.random.Generator) -> Net:
    counts = np.full(shape.written, UNWRITTEN)
    for row in course.rows:
        np.add.at(counts, row.targets[row.targets != NOTHING], 1)
    generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
    return fresh(shape, torch.from_numpy(counts), course.config.dropout, generator)


def _tell_unseen(net: Net, course: Course) -> None:
    """What no text learned from was known by is as if it was not told; to go on is to start where no text went on."""
    layout = course.layout
    seen = np.unique([row.tokens[1 : layout.front] for row in course.rows])
    goes_on = any(row.tokens[0] == layout.going_on for row in course.rows)
    with torch.no_grad():
        if not goes_on:
            net.weights["table"][layout.going_on] = net.weights["table"][layout.start].clone()
        for untold, size in zip(layout.untold.tolist(), layout.sizes, strict=True):
            unseen = np.setdiff1d(np.arange(untold - size, untold), seen)
            net.weights["table"][torch.from_numpy(unseen)] = net.weights["table"][untold].clone()


def device_of(name: str) -> torch.device:
    """Raises ConfigError where it is not there."""
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device: 'cuda' was asked for, and torch finds no GPU; expected 'auto' or 'cpu' here")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def once_each(corpus: Corpus) -> Corpus:
    """A text that one owner has several times, in the same context, is learned once (Lee et al. 2022)."""
    texts = corpus.texts.to_pylist()
    codes = [row.tobytes() for row in np.ascontiguousarray(corpus.context.codes)]
    first = {key: i for i, key in reversed(list(enumerate(zip(corpus.owners.tolist(), texts, codes, strict=True))))}
    kept = np.sort(np.fromiter(first.values(), np.int64, len(first)))
    return replace(
        corpus, texts=pa.array([texts[i] for i in kept], pa.string()), owners=corpus.owners[kept],
        context=corpus.context.take(kept),
    )  # fmt: skip


def spelled_texts(words: Words, vocabulary: Vocabulary, end: int, whole: Sequence[bool]) -> list[Text]:
    """Texts as tokens. The tokens of rare words are read, but nobody learns to write them; nor that a text ends where
    it was cut off."""
    spelling = [np.array(vocabulary.spell(word), np.int64) for word in words.words]
    shown = [np.where(owners < RARE, NOTHING, tokens) for tokens, owners in zip(spelling, words.owners, strict=True)]
    ends = [np.array([end][:ended]) for ended in whole]
    return [
        Text(np.concatenate([*(spelling[i] for i in of), ends[n]]), np.concatenate([*(shown[i] for i in of), ends[n]]))
        for n, of in enumerate(words.of_text)
    ]


def held_out(owners: npt.NDArray[np.int64], share: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which texts tell when to stop: all those of some owners."""
    names, of_text = np.unique(owners, return_inverse=True)
    count = max(1, round(share * len(names))) if share and len(names) >= FEW else 0
    chosen = np.zeros(len(names), bool)
    chosen[rng.permutation(len(names))[:count]] = True
    return chosen[of_text]


def pace(tokens: int, config: TransformerConfig) -> tuple[int, int]:
    """Times that so many tokens are read, and how many at a step.

    >>> [pace(tokens, TransformerConfig()) for tokens in (500, 10_000, 180_000, 10_000_000)]
    [(60, 128), (18, 625), (10, 1024), (1, 1024)]
    """
    batch = min(config.batch, max(LEAST_BATCH, tokens // STEPS))
    often = int(np.clip(ENOUGH // max(tokens, 1), *PASSES))
    enough = min(MOST_PASSES, LEAST_STEPS * batch // max(tokens, 1))
    return config.passes or max(often, enough), batch


def size_for(tokens: int, passes: int, seconds: float, device: str) -> tuple[int, int]:
    """The width and the layers that so many tokens can teach, and that can be taught in time: a token read costs six
    operations a weight (Kaplan et al. 2020).

    >>> [size_for(tokens, 10, 600, "cpu") for tokens in (1_000, 180_000, 1_000_000)]
    [(64, 2), (160, 3), (96, 3)]
    >>> size_for(1_000_000, 10, 600, "cuda")
    (256, 4)
    """
    reads = 6 * tokens * passes
    fitting = [size for least, size in SIZES if tokens >= least]
    return next((size for size in fitting if reads * 12 * size[0] ** 2 * size[1] <= seconds * SPEED[device]), SMALLEST)
