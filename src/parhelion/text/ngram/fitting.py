"""From a corpus to an engine."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.text.contract import Corpus
from parhelion.text.ngram.classes import classed
from parhelion.text.ngram.config import NgramConfig
from parhelion.text.ngram.contexts import Contexts
from parhelion.text.ngram.cutting import cut
from parhelion.text.ngram.guiding import Featured, Head, features_of, guide_of, head_of, no_guide
from parhelion.text.ngram.learning import Stream, counts_of, grams_of
from parhelion.text.ngram.topics import Topics, topics_of
from parhelion.text.ngram.vocabulary import Vocabulary

Array = npt.NDArray[Any]
Progress = Callable[[int, int], None]
_STEPS = 5
_BYTES = 32_000_000


def fields_of(corpus: Corpus, config: NgramConfig, rng: np.random.Generator, progress: Progress) -> dict[str, Any]:
    """The fields of an engine that learned from this corpus."""
    corpus = by_owner(corpus)
    people = min(config.people, corpus.protect) if corpus.protect > 1 else 1
    tokens = cut(corpus.texts)
    vocabulary, words = Vocabulary.of(tokens, corpus, people)
    progress(1, _STEPS)
    stream = Stream.of(words, tokens.lengths, corpus.owners, len(vocabulary))
    classes, order, stream = classed(stream, people, config.classes)
    vocabulary = vocabulary.arranged(order)
    grams = grams_of(stream, config.order, people)
    progress(2, _STEPS)
    sizes = [column.size for column in corpus.context.columns]
    seen = features_of(stream, grams, max([*sizes, len(corpus.texts) // max(config.topic, 1) if config.topic else 0]))
    labelled, own = rng.spawn(2)
    heads = _heads(seen, corpus.context.codes, sizes, labelled)
    progress(3, _STEPS)
    ranked = sorted(heads, key=lambda i: -heads[i].gain) if heads else list(range(len(sizes)))
    topics, codes, columns = _with_topics(seen, corpus, ranked[: config.levels], config, own)
    if len(sizes) in columns:
        heads |= _heads(seen, codes[:, len(sizes) :], [len(topics.counts)], own, len(sizes))
        sizes.append(len(topics.counts))
    progress(4, _STEPS)
    contexts = Contexts.of(codes, columns, tuple(sizes[i] for i in columns))
    counts = counts_of(stream, grams, contexts.nodes(codes), config.discount, keep_lengths=config.keep_lengths)
    guided = tuple(heads) if config.guidance else ()
    guide = guide_of(seen, [heads[i] for i in guided], config.guidance) if guided else no_guide()
    progress(_STEPS, _STEPS)
    return {
        "vocabulary": vocabulary, "classes": classes, "contexts": contexts, "topics": topics, "counts": counts,
        "guide": guide, "guided": guided, "width": len(corpus.context.columns), "borrow": config.borrow,
        "tries": config.tries,
    }  # fmt: skip


def _heads(seen: Featured, codes: Array, sizes: list[int], rng: np.random.Generator, first: int = 0) -> dict[int, Head]:
    """The regressions of those columns that texts tell something of."""
    found = [
        (first + i, head_of(seen, codes[:, i].astype(np.int64), size, own))
        for i, (size, own) in enumerate(zip(sizes, rng.spawn(len(sizes)), strict=True))
    ]
    return {i: head for i, head in found if head is not None}


def _with_topics(
    seen: Featured, corpus: Corpus, columns: list[int], config: NgramConfig, rng: np.random.Generator
) -> tuple[Topics, Array, tuple[int, ...]]:
    """Topics, the codes of the context with them as one more column, and the columns in the order in which they are
    looked at: topics stand after the first."""
    codes, width = corpus.context.codes, len(corpus.context.columns)
    groups = codes[:, columns[0]] if columns else np.zeros(len(codes), np.int32)
    none = Topics(np.zeros(0, np.int64), np.zeros(0, np.int64))
    if not config.topic:
        return none, codes, tuple(columns)
    topics, own = topics_of(seen, groups, corpus.owners, rng, size=config.topic, fewest=max(corpus.protect, 1))
    if len(topics.counts) == len(np.unique(groups)):
        return none, codes, tuple(columns)
    return topics, np.column_stack([codes, own]), (*columns[:1], width, *columns[1:])


def _some(texts: pa.Array) -> Array:
    """(n,) which texts are learned from: all, or as many as can be learned in a minute, chosen by chance."""
    share = _BYTES / max(1, texts.nbytes)
    chosen: Array = np.random.default_rng(0).random(len(texts)) < share
    return chosen


def by_owner(corpus: Corpus) -> Corpus:
    """The texts in the order of their owners; whoever wrote what another wrote before is taken for that other.

    Of more than 32 MB, some: what several owners wrote in these, they wrote in all.
    """
    alike = pc.utf8_lower(corpus.texts).dictionary_encode().indices.to_numpy()
    first = np.full(int(alike.max(initial=-1)) + 1, len(alike), np.int64)
    np.minimum.at(first, alike, np.arange(len(alike)))
    owners = corpus.owners[first[alike]]
    order = np.argsort(owners, kind="stable")[_some(corpus.texts)]
    texts = corpus.texts.take(pa.array(order))
    return Corpus(texts, corpus.context.take(order), owners[order], corpus.protect, corpus.longest)
