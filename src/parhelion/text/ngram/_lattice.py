"""The lattice of counts that words are drawn from, in compiled kernels.

A node is a context (level l: the first l columns of it) with a history (the last o words). From a node a word is drawn
out of its discounted counts, or else the walk goes on to a node that knows less: one with a word less of history, or,
where that one was seen rarely, with a column less of context.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform
from parhelion.text.ngram._count import find

_ENDS = 1000
_SIXTEEN = np.uint64(15)
_MIX1, _MIX2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x94D049BB133111EB)


class Lattice(NamedTuple):
    """node_keys: (N,) context * grams + history, nodes and their hash table. cells first[n]:first[n + 1] are the words
    of node n; cumulated: (cells + 1,) their masses. total: (N,) mass of each node, that of the walk going on included.
    gram_keys: history * words + word of gram i + 1; gram 0 is the empty history. start, end: the words that stand
    before and after each text. order: histories have 0 to order - 1 words."""

    node_keys: np.ndarray
    node_table: np.ndarray
    node_bits: int
    first: np.ndarray
    words: np.ndarray
    cumulated: np.ndarray
    total: np.ndarray
    gram_keys: np.ndarray
    gram_table: np.ndarray
    gram_bits: int
    grams: int
    size: int
    start: int
    end: int
    order: int
    borrow: float


@njit(cache=True, nogil=True)
def _node(lattice, context, history):
    return find(context * lattice.grams + history, lattice.node_keys, lattice.node_table, lattice.node_bits)


@njit(cache=True, nogil=True)
def advance(lattice, history, word):
    """The histories after one more word, longest last; -1 where nobody is shown to have written it."""
    for o in range(lattice.order - 1, 0, -1):
        gram = np.int64(-1)
        if history[o - 1] >= 0:
            key = history[o - 1] * lattice.size + word
            gram = find(key, lattice.gram_keys, lattice.gram_table, lattice.gram_bits)
        history[o] = gram + 1 if gram >= 0 else -1
    history[0] = 0


@njit(cache=True, nogil=True)
def begin(lattice, history):
    history[:] = -1
    history[0] = 0
    advance(lattice, history, lattice.start)


@njit(cache=True, nogil=True)
def _place(lattice, start, stop, value):
    """The cell of [start, stop) in whose mass value falls."""
    low, high = start, stop - 1
    while low < high:
        middle = (low + high) // 2
        if lattice.cumulated[middle + 1] > value:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, nogil=True)
def _turn(turns, seed, node, state):
    """A number in [0, 1) for a visit of a node: each sixteen visits see each sixteenth once, in an order of chance.

    Latin hypercube sampling (McKay, Beckman & Conover 1979): each number is uniform, those of different nodes are
    independent, and what is drawn at a node comes as often as it should.
    """
    slot = node % len(turns)
    visit = np.uint64(turns[slot])
    turns[slot] += 1
    bits = (seed + np.uint64(node) * _MIX2 + (visit >> np.uint64(4)) + np.uint64(1)) * _MIX1
    bits = (bits ^ (bits >> np.uint64(31))) * _MIX2
    bits ^= bits >> np.uint64(29)
    part = ((visit & _SIXTEEN) * (bits | np.uint64(1)) + (bits >> np.uint64(32))) & _SIXTEEN
    return (np.float64(part) + uniform(state)) / 16.0


@njit(cache=True, nogil=True)
def _lean(lattice, node):
    """How likely a walk leaves out a column of context, when a word less would lead to this node."""
    if lattice.borrow == 0.0:
        return 0.0
    return lattice.borrow / (lattice.borrow + (lattice.total[node] if node >= 0 else 0.0))


@njit(cache=True, nogil=True)
def draw_word(lattice, contexts, history, turns, seed, state):
    level, o = len(contexts) - 1, lattice.order - 1
    while level > 0 and contexts[level] < 0:
        level -= 1
    while history[o] < 0:
        o -= 1
    node = _node(lattice, contexts[level], history[o])
    while True:
        if node >= 0:
            start, stop = lattice.first[node], lattice.first[node + 1]
            value = _turn(turns, seed, node, state) * lattice.total[node]
            if value < lattice.cumulated[stop] - lattice.cumulated[start]:
                return np.int64(lattice.words[_place(lattice, start, stop, lattice.cumulated[start] + value)])
        if o == 0 and level == 0:
            return np.int64(lattice.end)
        if o == 0:
            level -= 1
            node = _node(lattice, contexts[level], 0)
            continue
        shorter = o - 1
        while history[shorter] < 0:
            shorter -= 1
        less = _node(lattice, contexts[level], history[shorter])
        if level > 0 and uniform(state) < _lean(lattice, less):
            level -= 1
            node = _node(lattice, contexts[level], history[o])
        else:
            o, node = shorter, less


@njit(cache=True, nogil=True)
def draw_first(lattice, contexts, history, turns, seed, state):
    """The first word of a text: no text is empty, so that an end is drawn again."""
    for _ in range(_ENDS):
        word = draw_word(lattice, contexts, history, turns, seed, state)
        if word != lattice.end:
            break
    return word


@njit(cache=True, nogil=True)
def _share(lattice, node, word):
    """(p, rest): the probability of a word at a node itself, and that of the walk going on."""
    if node < 0:
        return 0.0, 1.0
    start, stop = lattice.first[node], lattice.first[node + 1]
    if lattice.total[node] <= 0.0:
        return 0.0, 1.0
    rest = 1.0 - (lattice.cumulated[stop] - lattice.cumulated[start]) / lattice.total[node]
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if lattice.words[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < stop and lattice.words[low] == word:
        return (lattice.cumulated[low + 1] - lattice.cumulated[low]) / lattice.total[node], max(rest, 0.0)
    return 0.0, max(rest, 0.0)


@njit(cache=True, nogil=True)
def word_probability(lattice, contexts, history, word, table):
    """p(word | context, history), summed over all walks. table: (levels, order) to work in."""
    deepest, longest = 0, 0
    for level in range(len(contexts)):
        if contexts[level] < 0:
            break
        deepest = level
        before = -1
        for o in range(lattice.order):
            if history[o] < 0:
                continue
            own, rest = _share(lattice, _node(lattice, contexts[level], history[o]), word)
            if o == 0 and level == 0:
                table[level, o] = own + (rest if word == lattice.end else 0.0)
            elif o == 0:
                table[level, o] = own + rest * table[level - 1, 0]
            else:
                lean = _lean(lattice, _node(lattice, contexts[level], history[before])) if level > 0 else 0.0
                less = lean * table[level - 1, o] if level > 0 else 0.0
                table[level, o] = own + rest * (less + (1.0 - lean) * table[level, before])
            before = o
            longest = o
    return table[deepest, longest]
