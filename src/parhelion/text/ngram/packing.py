"""An engine as JSON and flat arrays, and back, with every index checked: a model file may come from a stranger."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.errors import ModelFileError
from parhelion.text.ngram._lattice import CELL, NODE, SLOT, Lattice, link, place_nodes
from parhelion.text.ngram._steer import Guide
from parhelion.text.ngram.classes import MOST, Classes
from parhelion.text.ngram.contexts import Contexts
from parhelion.text.ngram.counting import index
from parhelion.text.ngram.learning import Counts
from parhelion.text.ngram.topics import Topics
from parhelion.text.ngram.vocabulary import PLACES, Vocabulary, strings_of

if TYPE_CHECKING:
    from parhelion.text.ngram.engine import NgramEngine

Array = npt.NDArray[Any]
Arrays = dict[str, Array]

_MOST = 1 << 31
_MOST_GROUPS = 1 << 24


class _State(BaseModel):
    """columns, sizes: of the contexts. guided: the columns with a head in the guide, and classes of each."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
    order: int = Field(ge=2, le=6)
    width: int = Field(ge=0, le=100_000)
    columns: list[int] = Field(max_length=7)
    sizes: list[int]
    guided: list[int] = Field(max_length=4096)
    classes: list[int]
    tops: list[float]
    strength: float = Field(ge=0, le=4)
    borrow: float = Field(ge=0)
    tries: int = Field(ge=1, le=1000)


def lattice_of(engine: "NgramEngine", temperature: float) -> Lattice:
    """What the kernels draw from.

    At temperature t the mass of each word at a node is raised to 1 / t, and so are the odds of drawing at the node
    rather than going on to one that knows less; the guide stays.
    """
    counts = engine.counts
    lengths = _lengths(counts)
    level, o = engine.contexts.levels()[counts.contexts], lengths[counts.histories]
    owner = np.repeat(np.arange(len(counts.sizes)), counts.sizes)
    most = np.minimum(counts.counts, 3) - 1
    root = (level[owner] == 0) & (o[owner] == 0)
    discount = np.where(root, 0.0, counts.discounts[level[owner], o[owner], most])
    mass = np.maximum(counts.counts - discount, 1e-6)
    total = counts.totals.astype(float)
    begins = (level == 0) & (o == 0)
    total[begins] = np.bincount(owner, weights=mass, minlength=len(total))[begins]
    if temperature != 1:
        mass, total = _tempered(mass, total, owner, temperature)
    return _linked(engine, lengths, _nodes(counts, total, mass), _cells(counts, mass), 1 / temperature)


def _nodes(counts: Counts, total: Array, mass: Array) -> Array:
    ends, below = np.cumsum([0, *counts.sizes.tolist()]), np.concatenate([[0.0], np.cumsum(mass)])
    made = np.zeros(len(counts.sizes), NODE)
    made["first"], made["stop"] = ends[:-1], ends[1:]
    made["total"], made["mass"] = total, below[ends[1:]] - below[ends[:-1]]
    made["block"] = np.where(counts.histories == 0, np.cumsum(counts.histories == 0) - 1, -1)
    return made


def _blocks(nodes: Array, words: Array, sizes: Array) -> Array:
    """Where the cells of each class begin and end, in the nodes without history; words: of all cells."""
    own = nodes[nodes["block"] >= 0]
    many = np.arange(len(own))
    owner = np.repeat(many, own["stop"] - own["first"])
    of_own = np.concatenate([words[:0], *(words[first:stop] for first, stop in own[["first", "stop"]].tolist())])
    size, begins = int(sizes.sum()), np.cumsum([0, *sizes.tolist()])
    found = np.searchsorted(owner * size + of_own, (many[:, None] * size + begins).ravel()).reshape(len(own), -1)
    moved: Array = found - found[:, :1] + own["first"][:, None]
    return moved.astype(np.int32)


def _cells(counts: Counts, mass: Array) -> Array:
    made = np.zeros(len(counts.words) + 1, CELL)
    made["below"], made["word"][:-1] = np.concatenate([[0.0], np.cumsum(mass)]), counts.words
    return made


def _in_eights(rows: Array) -> Array:
    """Rows of numbers, with zeros up to a multiple of eight."""
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % 8)))


def _linked(engine: "NgramEngine", lengths: Array, nodes: Array, cells: Array, power: float) -> Lattice:
    """The lattice of these nodes and cells, with all that leads from one to another. power: of how well words fit."""
    counts, size = engine.counts, len(engine.vocabulary) + 2
    slots, regions = _tables(counts, len(engine.contexts))
    fits, blocks = engine.classes.fits() ** np.float32(power), _blocks(nodes, counts.words, engine.classes.sizes)
    made = Lattice(
        nodes, cells, slots, regions, *index(counts.gram_parents * size + counts.gram_words),
        np.zeros(len(lengths), np.int32), lengths.astype(np.int32), size, size - 2, size - 1,
        counts.discounts.shape[1], engine.borrow, engine.classes.kinds(), _in_eights(fits), blocks,
        _in_eights(np.diff(cells["below"][blocks]).astype(np.float32)),
    )  # fmt: skip
    link(made, counts.contexts, counts.histories, engine.contexts.parents, counts.gram_parents, counts.gram_words)
    return made


def _tables(counts: Counts, contexts: int) -> tuple[Array, Array]:
    """The hash tables of the nodes of each context by their histories, one after another, two thirds full at most."""
    many = np.bincount(counts.contexts, minlength=contexts)
    rooms = 1 << np.ceil(np.log2(1.5 * many + 2)).astype(np.int64)
    regions = np.concatenate([[0], np.cumsum(rooms)])
    slots = np.zeros(int(regions[-1]), SLOT)
    slots["gram"] = -1
    place_nodes(counts.contexts, counts.histories, slots, regions)
    return slots, regions


def _tempered(mass: Array, total: Array, owner: Array, temperature: float) -> tuple[Array, Array]:
    """Masses and totals at another temperature; masses are shares of their node's heaviest, so that none overflows."""
    heaviest = np.zeros(len(total))
    np.maximum.at(heaviest, owner, mass)
    held = np.bincount(owner, weights=mass, minlength=len(total))
    hot = np.maximum((mass / heaviest[owner]) ** (1 / temperature), 1e-12)
    own = np.bincount(owner, weights=hot, minlength=len(total))
    rest = np.maximum(total - held, 0.0)
    with np.errstate(divide="ignore"):
        odds = np.exp(np.clip((np.log(rest) - np.log(held)) / temperature, -40, 40))
    return hot, np.where(held > 0, own + own * np.where(rest > 0, odds, 0.0), total)


def _lengths(counts: Counts) -> Array:
    """(grams,) words of each gram; grams stand in the order of their lengths."""
    out = np.zeros(len(counts.gram_parents) + 1, np.int64)
    start = 1
    while start < len(out):
        stop = start + int(np.searchsorted(counts.gram_parents[start - 1 :], start))
        if stop == start:
            raise damaged("its sequences of words do not stand in order")
        out[start:stop] = out[counts.gram_parents[start - 1 : stop - 1]] + 1
        start = stop
    return out


def state_of(engine: "NgramEngine") -> dict[str, Any]:
    guide = engine.guide
    return _State(
        order=engine.counts.discounts.shape[1], width=engine.width, columns=list(engine.contexts.columns),
        sizes=list(engine.contexts.sizes), guided=list(engine.guided), classes=np.diff(guide.heads).tolist(),
        tops=guide.top.tolist(), strength=guide.strength, borrow=engine.borrow, tries=engine.tries,
    ).model_dump()  # fmt: skip


def arrays_of(engine: "NgramEngine") -> Arrays:
    """Everything learned, each array in the smallest integer type that holds it."""
    vocabulary, counts = engine.vocabulary, engine.counts
    data, starts = vocabulary.written()
    named = {
        "forms": data, "form_bytes": np.diff(starts), "word_forms": np.diff(vocabulary.first),
        "glued": vocabulary.glued.astype(np.uint8), "uses": vocabulary.uses,
        "context_parents": engine.contexts.parents, "context_codes": engine.contexts.codes,
        "topic_groups": engine.topics.groups, "topic_counts": engine.topics.counts,
        "discounts": counts.discounts.reshape(-1, 3),
    }  # fmt: skip
    named |= {name: getattr(counts, name) for name in _COUNTS}
    named |= {f"class_{name}": array for name, array in engine.classes._asdict().items()}
    named |= {
        "guide_rows": engine.guide.rows, "guide_weights": engine.guide.weights.astype(np.float16),
        "guide_bias": engine.guide.bias.astype(np.float16),
    }  # fmt: skip
    return {name: _small(array) for name, array in named.items()}


def _small(array: Array) -> Array:
    if array.dtype.kind not in "iu" or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    types: tuple[Any, ...] = (np.uint8, np.uint16, np.uint32) if low >= 0 else (np.int8, np.int16, np.int32)
    fits = [t for t in types if np.iinfo(t).min <= low and high <= np.iinfo(t).max]
    return array.astype(fits[0]) if fits else array


def damaged(what: str) -> ModelFileError:
    return ModelFileError(f"the model is damaged or was altered: {what}; get the file again, or fit the model anew")


def _check(holds: Any, what: str) -> None:
    if not np.all(holds):
        raise damaged(what)


_FLAT = (
    "forms", "form_bytes", "word_forms", "glued", "context_parents", "context_codes", "gram_parents", "gram_words",
    "contexts", "histories", "totals", "sizes", "words", "counts", "guide_rows",
    "topic_groups", "topic_counts", *(f"class_{name}" for name in Classes._fields),
)  # fmt: skip
_COUNTS = tuple(name for name in Counts._fields if name != "discounts")
_REAL = {"discounts": 2, "guide_weights": 2, "guide_bias": 1}


def unpacked(state: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    """The fields of an engine. Raises ModelFileError where anything does not fit."""
    try:
        said = _State.model_validate(state)
        _check_forms(arrays)
        return _unpacked(said, arrays)
    except ModelFileError:
        raise
    except (ValidationError, KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise damaged(f"its texts' words cannot be put together ({str(error).splitlines()[0]})") from error


def _check_forms(arrays: Arrays) -> None:
    """Each array there is, with as many axes as it should have, finite, and whole numbers where they should be."""
    axes = dict.fromkeys(_FLAT, 1) | {"uses": 2} | _REAL
    _check(arrays.keys() == axes.keys(), "it has other arrays than words have")
    for name, array in arrays.items():
        _check(array.ndim == axes[name], f"{name} has another shape")
        _check(array.dtype.kind in ("f" if name in _REAL else "iu"), f"{name} holds other numbers")
        sound = np.isfinite(array) if name in _REAL else array <= _MOST << 20
        _check(sound, f"{name} holds impossible numbers")


def _unpacked(said: _State, arrays: Arrays) -> dict[str, Any]:
    whole = {name: array.astype(np.int64) for name, array in arrays.items() if name not in _REAL}
    vocabulary = _vocabulary(whole)
    classes = _classes(whole, len(vocabulary))
    contexts = _contexts(said, whole)
    counts = _counts(said, whole, arrays["discounts"].astype(np.float64), len(vocabulary), contexts)
    guide = _guide(said, arrays, len(counts.gram_parents) + 1)
    return {
        "vocabulary": vocabulary, "classes": classes, "contexts": contexts, "topics": _topics(whole), "counts": counts,
        "guide": guide, "guided": tuple(said.guided), "width": said.width, "borrow": said.borrow, "tries": said.tries,
    }  # fmt: skip


def _vocabulary(own: Arrays) -> Vocabulary:
    sizes, lengths, uses = own["word_forms"], own["form_bytes"], own["uses"]
    _check(sizes > 0, "a word has no form")
    _check((lengths > 0) & (lengths < _MOST), "a form has no letters")
    _check(int(sizes.sum()) == len(lengths) == len(uses), "it has more or fewer forms than its words")
    _check(int(lengths.sum()) == len(own["forms"]), "its forms are longer or shorter than they say")
    _check(len(own["glued"]) == len(sizes) and np.all((own["glued"] >= 0) & (own["glued"] <= 1)), "glued is no flag")
    _check(uses.shape[1] == PLACES and np.all((uses >= 0) & (uses < _MOST)), "uses are no counts")
    first = np.concatenate([[0], np.cumsum(sizes)])
    _check(np.add.reduceat(uses.sum(1), first[:-1]) > 0 if len(sizes) else True, "a word is never used")
    _check((own["forms"] >= 0) & (own["forms"] < 256), "forms are no bytes")
    return Vocabulary(first, own["glued"] == 1, strings_of(own["forms"].astype(np.uint8), lengths), uses)


def _classes(own: Arrays, vocabulary: int) -> Classes:
    made = Classes(**{name: own[f"class_{name}"] for name in Classes._fields})
    many = len(made.sizes)
    _check(2 <= many <= MOST + 2 and np.all(made.sizes > 0), "a class has no words, or there are too many")
    _check(int(made.sizes.sum()) == vocabulary + 2 and np.all(made.sizes[-2:] == 1), "classes do not fit its words")
    for keys, counts, most in ((made.pairs, made.pair_counts, many**2), (made.triples, made.triple_counts, many**3)):
        _check(len(keys) == len(counts) and np.all(np.diff(keys) > 0), "classes in a row do not stand in order")
        _check((keys >= 0) & (keys < most) & (counts > 0) & (counts < _MOST), "classes in a row are none")
    return made


def _contexts(said: _State, own: Arrays) -> Contexts:
    parents, codes = own["context_parents"], own["context_codes"]
    _check(len(said.sizes) == len(said.columns) and all(0 < size < _MOST for size in said.sizes), "sizes do not fit")
    _check(all(0 <= column <= said.width for column in [*said.columns, *said.guided]), "a column is none")
    _check(len(parents) == len(codes) and np.all((parents >= 0) & (parents <= np.arange(len(parents)))), "contexts")
    made = Contexts(tuple(said.columns), tuple(said.sizes), parents, codes)
    level = made.levels()[1:]
    _check(level <= len(said.columns), "a context knows more than there is")
    _check((codes >= 0) & (codes < np.append(said.sizes, 1)[np.maximum(level - 1, 0)]), "a context has no such code")
    keys = parents * max(said.sizes, default=1) + codes
    _check(np.diff(keys) > 0, "contexts do not stand in order")
    return made


def _topics(own: Arrays) -> Topics:
    groups, counts = own["topic_groups"], own["topic_counts"]
    _check(len(groups) == len(counts) and np.all((counts > 0) & (counts < _MOST)), "a topic has no texts")
    _check((groups >= 0) & (groups < _MOST_GROUPS), "a topic has no group")
    _check(np.diff(groups) >= 0, "topics do not stand in order")
    return Topics(groups, counts)


def _counts(said: _State, own: Arrays, discounts: Array, vocabulary: int, contexts: Contexts) -> Counts:
    parents, words = own["gram_parents"], own["gram_words"]
    _check(len(parents) == len(words) and np.all((words >= 0) & (words < vocabulary + 2)), "a sequence has no word")
    _check((parents >= 0) & (parents <= np.arange(len(parents))), "a sequence follows a later one")
    _check((discounts >= 0) & (discounts <= (1, 2, 3)), "a discount is too large")
    _check(len(discounts) == (len(said.columns) + 1) * said.order, "it has other discounts")
    made = Counts(**{name: own[name] for name in _COUNTS}, discounts=discounts.reshape(-1, said.order, 3))
    _check(np.diff(parents * (vocabulary + 2) + words) > 0, "a sequence comes twice, or too late")
    lengths = _lengths(made)
    _check(lengths <= said.order, "a sequence is too long")
    _check_nodes(made, len(contexts), vocabulary, lengths[: len(parents) + 1], said.order)
    return made


def _check_nodes(made: Counts, contexts: int, vocabulary: int, lengths: Array, order: int) -> None:
    _check(len(made.contexts) == len(made.histories) == len(made.totals) == len(made.sizes), "nodes do not fit")
    _check((made.contexts >= 0) & (made.contexts < contexts), "a node has no context")
    _check((made.histories >= 0) & (made.histories < len(lengths)), "a node has no history")
    _check(lengths[made.histories] < order, "a node's history is too long")
    keys = made.contexts * len(lengths) + made.histories
    _check(np.unique(keys).size == len(keys), "a node comes twice")
    _check(made.sizes >= 0, "a node has less than no words")
    _check(int(made.sizes.sum()) == len(made.words) == len(made.counts), "words do not fit their nodes")
    _check((made.words >= 0) & (made.words < vocabulary + 2) & (made.words != vocabulary), "a node has no such word")
    owner = np.repeat(np.arange(len(made.sizes)), made.sizes)
    _check((np.diff(made.words) > 0) | (np.diff(owner) > 0), "words do not stand in order")
    _check((made.counts > 0) & (made.counts < _MOST), "a count is none")
    _check((made.totals > 0) & (made.totals < 1 << 52), "a total is none")
    held = np.bincount(owner, weights=made.counts, minlength=len(made.totals))
    _check(held <= made.totals, "a node holds more than was counted")


def _guide(said: _State, arrays: Arrays, grams: int) -> Guide:
    rows, weights, bias = arrays["guide_rows"], arrays["guide_weights"], arrays["guide_bias"]
    _check(len(said.guided) == len(said.classes) == len(said.tops), "heads do not fit")
    _check(all(0 < size < _MOST for size in said.classes), "a head has no classes")
    _check(sum(said.classes) == len(bias) == weights.shape[1], "a head has other classes")
    _check(all(top <= 1e-6 for top in said.tops), "a head is surer than sure")
    _check(len(rows) <= grams and np.all(rows >= -1), "a feature is none")
    _check(np.array_equal(np.sort(rows[rows >= 0]), np.arange(len(weights))), "a feature has no weights")
    heads = np.cumsum([0, *said.classes])
    return Guide(
        rows.astype(np.int32), np.ascontiguousarray(weights, np.float32), bias.astype(np.float32), heads,
        np.array(said.tops, float), said.strength,
    )  # fmt: skip
