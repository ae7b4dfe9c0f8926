"""The lattice of counts that words are drawn from, in compiled kernels.

A node is a context (level l: the first l columns of it) with a history (the last o words). From a node a word is drawn
out of its discounted counts, or else the walk goes on to a node that knows less: one with a word less of history, or,
where that one was seen rarely, with a column less of context. Nodes without history know what their context is about,
and not what comes next: their words are drawn the sooner, the better their classes fit the last two words (`classes`).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform
from parhelion.text.ngram._count import find

TURNS = 1 << 18
"""Nodes whose visits are counted apart; others share a count."""
ENDS = 1000
"""How often the first word of a text is drawn: no text is empty, so that an end is drawn again."""
_SIXTEEN = np.uint64(15)
_MIX1, _MIX2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x94D049BB133111EB)


NODE = np.dtype(
    [
        ("first", "i4"),
        ("stop", "i4"),
        ("shorter", "i4"),
        ("fewer", "i4"),
        ("total", "f8"),
        ("mass", "f8"),
        ("block", "i4"),
    ],
    align=True,
)
"""first, stop: its cells. shorter: the node of a word less, fewer: that of a column less, -1 for none. total: its mass,
that of the walk going on included; mass: that of its cells. block: its row of `blocks`, -1 where it has history."""
CELL = np.dtype([("below", "f8"), ("word", "i4"), ("after", "i4")], align=True)
"""below: the mass of all cells before it. after: the gram of its node's history and its word, cut to the words that a
history may have."""
SLOT = np.dtype([("gram", "i4"), ("node", "i4")], align=True)


class Lattice(NamedTuple):
    """nodes, cells: see NODE, CELL; one cell more stands at the end. slots[regions[c]:regions[c + 1]]: the hash table
    of the nodes of context c by their histories. gram_keys: history * size + word of gram i + 1; gram 0 is the empty
    history. suffixes, lengths: of each gram, the gram of all but its first word, and its words. start, end: the words
    that stand before and after each text. order: histories have 0 to order - 1 words. kinds: (size,) the class of each
    word. fits: (C * C, C), see `Classes`, with zeros up to a multiple of eight. blocks: (nodes without history, C + 1)
    their cells of class c are blocks[i, c]:blocks[i, c + 1]; masses: how heavy these are, as wide as fits."""

    nodes: np.ndarray
    cells: np.ndarray
    slots: np.ndarray
    regions: np.ndarray
    gram_keys: np.ndarray
    gram_table: np.ndarray
    gram_bits: int
    suffixes: np.ndarray
    lengths: np.ndarray
    size: int
    start: int
    end: int
    order: int
    borrow: float
    kinds: np.ndarray
    fits: np.ndarray
    blocks: np.ndarray
    masses: np.ndarray


@njit(cache=True, nogil=True)
def node_of(slots, regions, context, history):
    """The node of a history in a context, -1 where there is none."""
    begin = regions[context]
    mask = np.uint64(regions[context + 1] - begin - 1)
    at = (np.uint64(history) * _MIX1 >> np.uint64(40)) & mask
    while slots[begin + np.int64(at)]["gram"] >= 0:
        if slots[begin + np.int64(at)]["gram"] == history:
            return np.int64(slots[begin + np.int64(at)]["node"])
        at = (at + np.uint64(1)) & mask
    return np.int64(-1)


@njit(cache=True, nogil=True)
def place_nodes(contexts, histories, slots, regions):
    """Put each node into its context's table."""
    for node in range(len(contexts)):
        begin = regions[contexts[node]]
        mask = np.uint64(regions[contexts[node] + 1] - begin - 1)
        at = (np.uint64(histories[node]) * _MIX1 >> np.uint64(40)) & mask
        while slots[begin + np.int64(at)]["gram"] >= 0:
            at = (at + np.uint64(1)) & mask
        slots[begin + np.int64(at)]["gram"] = histories[node]
        slots[begin + np.int64(at)]["node"] = node


@njit(cache=True, nogil=True)
def link(lattice, contexts, histories, parents, befores, words):
    """Fill in what leads from a gram, a node or a cell to others. contexts, histories: of nodes; parents: of contexts
    from 1 on; befores, words: the history and the last word of grams from 1 on."""
    for gram in range(1, len(lattice.suffixes)):
        before = befores[gram - 1]
        if before > 0:
            lattice.suffixes[gram] = _after(lattice, lattice.suffixes[before], words[gram - 1], lattice.order)
    longest = lattice.order - 1
    for node in range(len(contexts)):
        made, context, history = lattice.nodes[node], contexts[node], histories[node]
        made["shorter"], made["fewer"] = -1, -1
        if history > 0:
            made["shorter"] = node_of(lattice.slots, lattice.regions, context, lattice.suffixes[history])
        if context > 0:
            made["fewer"] = node_of(lattice.slots, lattice.regions, parents[context - 1], history)
        for cell in range(made["first"], made["stop"]):
            lattice.cells[cell]["after"] = _after(lattice, history, lattice.cells[cell]["word"], longest)


@njit(cache=True, nogil=True)
def _gram(lattice, history, word):
    """The gram of a history and one more word, -1 where nobody is shown to have written it."""
    key = history * lattice.size + word
    found = find(key, lattice.gram_keys, lattice.gram_table, lattice.gram_bits)
    return found + 1 if found >= 0 else np.int64(-1)


@njit(cache=True, nogil=True)
def _after(lattice, history, word, longest):
    """The longest history, of at most so many words, after one more word."""
    history = np.int64(history)
    gram = _gram(lattice, history, word)
    while gram < 0 and history > 0:
        history = np.int64(lattice.suffixes[history])
        gram = _gram(lattice, history, word)
    if gram < 0:
        return np.int64(0)
    while lattice.lengths[gram] > longest:
        gram = np.int64(lattice.suffixes[gram])
    return gram


@njit(cache=True, nogil=True)
def advance(lattice, history, word):
    """The longest history after one more word."""
    return _after(lattice, history, word, lattice.order - 1)


@njit(cache=True, nogil=True)
def begin(lattice):
    """The history of the first word."""
    return advance(lattice, 0, lattice.start)


@njit(inline="always")
def company_of(lattice, company, word):
    """The row of `fits` of the last two words after one more; company: that before it, -1 before the first."""
    many = lattice.blocks.shape[1] - 1
    if company < 0:
        company = lattice.kinds[lattice.start]
    return company % many * many + lattice.kinds[word]


@njit(inline="always")
def _place(cells, start, stop, value):
    """The cell of [start, stop) in whose mass value falls, which is counted from the first cell's."""
    value += cells[start]["below"]
    many = stop - start
    while many > 1:
        half = many >> 1
        start += half if cells[start + half]["below"] <= value else 0
        many -= half
    return start


@njit(inline="always")
def _turn(turns, seed, node, state):
    """A number in [0, 1) for a visit of a node: each sixteen visits see each sixteenth once, in an order of chance.

    Latin hypercube sampling (McKay, Beckman & Conover 1979): each number is uniform, those of different nodes are
    independent, and what is drawn at a node comes as often as it should.
    """
    slot = node & (TURNS - 1)
    visit = np.uint64(turns[slot])
    turns[slot] += 1
    bits = (seed + np.uint64(node) * _MIX2 + (visit >> np.uint64(4)) + np.uint64(1)) * _MIX1
    bits = (bits ^ (bits >> np.uint64(31))) * _MIX2
    bits ^= bits >> np.uint64(29)
    part = ((visit & _SIXTEEN) * (bits | np.uint64(1)) + (bits >> np.uint64(32))) & _SIXTEEN
    return (np.float64(part) + uniform(state)) / 16.0


@njit(inline="always")
def _lean(lattice, node):
    """How likely a walk leaves out a column of context, when a word less would lead to this node."""
    if lattice.borrow == 0.0:
        return 0.0
    return lattice.borrow / (lattice.borrow + (lattice.nodes[node]["total"] if node >= 0 else 0.0))


@njit(inline="always")
def _follows(lattice, history, used, cell):
    """The longest history after the word of a cell that was drawn from the node of `used`, the end of `history`."""
    longest = lattice.order - 2
    while lattice.lengths[history] > longest:
        history = np.int64(lattice.suffixes[history])
    while lattice.lengths[history] > lattice.lengths[used]:
        gram = _gram(lattice, history, lattice.cells[cell]["word"])
        if gram >= 0:
            return gram
        history = np.int64(lattice.suffixes[history])
    return np.int64(lattice.cells[cell]["after"])


@njit(inline="always")
def _eight(masses, fits, k):
    """The mass of eight classes of words, each as heavy as it fits."""
    a = masses[k] * fits[k] + masses[k + 1] * fits[k + 1]
    b = masses[k + 2] * fits[k + 2] + masses[k + 3] * fits[k + 3]
    c = masses[k + 4] * fits[k + 4] + masses[k + 5] * fits[k + 5]
    d = masses[k + 6] * fits[k + 6] + masses[k + 7] * fits[k + 7]
    return (a + b) + (c + d)


@njit(inline="always")
def _fitting(lattice, block, company, sums):
    """The mass of a node without history, words as heavy as they fit; sums: (C / 8,) that of all up to each eighth
    class."""
    masses, fits = lattice.masses[block], lattice.fits[company]
    total = np.float32(0.0)
    for eighth in range(len(sums)):
        total += _eight(masses, fits, 8 * eighth)
        sums[eighth] = total
    return total


@njit(inline="always")
def _fitting_place(lattice, block, company, share, sums):
    """The cell of a node without history in which a share of its mass falls, words being as heavy as they fit."""
    masses, fits, blocks = lattice.masses[block], lattice.fits[company], lattice.blocks[block]
    value = share * _fitting(lattice, block, company, sums)
    eighth = 0
    while eighth < len(sums) - 1 and sums[eighth] <= value:
        eighth += 1
    value -= sums[eighth - 1] if eighth > 0 else 0.0
    kind, part = 0, 0.0
    for k in range(8 * eighth, 8 * eighth + 8):
        own = masses[k] * fits[k]
        if own > 0.0:
            kind, part = k, min(max(value / own, 0.0), 1.0)
            if value < own:
                break
        value -= own
    first, stop = np.int64(blocks[kind]), np.int64(blocks[kind + 1])
    return _place(lattice.cells, first, stop, part * (lattice.cells[stop]["below"] - lattice.cells[first]["below"]))


@njit(inline="always")
def draw_word(lattice, contexts, history, company, turns, sums, seed, state):
    """(word, the longest history after it). company: the row of `fits` of the last two words."""
    level, used, shorter = len(contexts) - 1, history, np.int64(0)
    slots, regions = lattice.slots, lattice.regions
    while level > 0 and contexts[level] < 0:
        level -= 1
    node = node_of(slots, regions, contexts[level], used)
    while True:
        if node >= 0:
            at = lattice.nodes[node]
            value = _turn(turns, seed, node, state) * at["total"]
            if value < at["mass"]:
                if used > 0:
                    cell = _place(lattice.cells, np.int64(at["first"]), np.int64(at["stop"]), value)
                else:
                    cell = _fitting_place(lattice, at["block"], company, value / at["mass"], sums)
                word = np.int64(lattice.cells[cell]["word"])
                return word, history if word == lattice.end else _follows(lattice, history, used, cell)
        if used == 0 and level == 0:
            return np.int64(lattice.end), history
        less = np.int64(-1)
        if used > 0:
            shorter = np.int64(lattice.suffixes[used])
            if node >= 0:
                less = np.int64(lattice.nodes[node]["shorter"])
            else:
                less = node_of(slots, regions, contexts[level], shorter)
        if used == 0 or (level > 0 and uniform(state) < _lean(lattice, less)):
            level -= 1
            node = (
                np.int64(lattice.nodes[node]["fewer"]) if node >= 0 else node_of(slots, regions, contexts[level], used)
            )
        else:
            used, node = shorter, less


@njit(cache=True, nogil=True)
def _share(lattice, node, word, company, sums):
    """(p, rest): the probability of a word at a node itself, and that of the walk going on."""
    if node < 0 or lattice.nodes[node]["total"] <= 0.0:
        return 0.0, 1.0
    at, cells = lattice.nodes[node], lattice.cells
    rest = 1.0 - at["mass"] / at["total"]
    low, high = np.int64(at["first"]), np.int64(at["stop"])
    while low < high:
        middle = (low + high) // 2
        if cells[middle]["word"] < word:
            low = middle + 1
        else:
            high = middle
    if low < at["stop"] and cells[low]["word"] == word:
        own = cells[low + 1]["below"] - cells[low]["below"]
        if at["block"] >= 0:
            fit = lattice.fits[company, lattice.kinds[word]]
            own *= fit * at["mass"] / _fitting(lattice, at["block"], company, sums)
        return own / at["total"], max(rest, 0.0)
    return 0.0, max(rest, 0.0)


@njit(cache=True, nogil=True)
def word_probability(lattice, contexts, history, company, word, table, chain, sums):
    """p(word | context, history), summed over all walks. table: (levels, order), chain: (order,), sums: (C / 8,)
    to work in."""
    chain[:] = -1
    while history > 0:
        chain[lattice.lengths[history]] = history
        history = np.int64(lattice.suffixes[history])
    chain[0] = 0
    deepest, longest = 0, 0
    for level in range(len(contexts)):
        if contexts[level] < 0:
            break
        deepest = level
        before = -1
        for o in range(lattice.order):
            if chain[o] < 0:
                continue
            node = node_of(lattice.slots, lattice.regions, contexts[level], chain[o])
            own, rest = _share(lattice, node, word, company, sums)
            if o == 0 and level == 0:
                table[level, o] = own + (rest if word == lattice.end else 0.0)
            elif o == 0:
                table[level, o] = own + rest * table[level - 1, 0]
            else:
                less = node_of(lattice.slots, lattice.regions, contexts[level], chain[before])
                lean = _lean(lattice, less) if level > 0 else 0.0
                left = lean * table[level - 1, o] if level > 0 else 0.0
                table[level, o] = own + rest * (left + (1.0 - lean) * table[level, before])
            before = o
            longest = o
    return table[deepest, longest]
