"""Drawing texts from the lattice of counts, and their likelihood, in compiled kernels.

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


class Spelling(NamedTuple):
    """first: (V + 1,) forms of word v are first[v]:first[v + 1]. uses: (F, PLACES) how often each stands where. length:
    characters of each. upper, cased, lower: is it all capitals, does it begin with a letter that has cases, with a
    small one? ends: does it end a sentence? space: is it white space? glued: (V,) words that no space stands before."""

    first: np.ndarray
    uses: np.ndarray
    length: np.ndarray
    upper: np.ndarray
    cased: np.ndarray
    lower: np.ndarray
    ends: np.ndarray
    space: np.ndarray
    glued: np.ndarray


class Guide(NamedTuple):
    """Softmax regressions of the columns of the context on words and pairs. rows: (R,) place in weights of gram i, or
    -1. weights: (F, C); bias: (C,); heads: (H + 1,) head h is the classes heads[h]:heads[h + 1]. top: (H,) logarithm of
    the probability from which on a text is taken for certain. strength: exponent of the probabilities."""

    rows: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    heads: np.ndarray
    top: np.ndarray
    strength: float


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
def _draw_word(lattice, contexts, history, turns, seed, state):
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
def _draw_first(lattice, contexts, history, turns, seed, state):
    """The first word of a text: no text is empty, so that an end is drawn again."""
    for _ in range(_ENDS):
        word = _draw_word(lattice, contexts, history, turns, seed, state)
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


@njit(cache=True, nogil=True)
def place_of(spelling, before, small):
    """Where a form is to stand, by the form before it (-1: none) and whether the text began with a small letter."""
    place = 2
    if before < 0 or spelling.ends[before]:
        place = 0
    elif spelling.upper[before]:
        place = 1
    return place + (3 if small else 0)


@njit(cache=True, nogil=True)
def form_weights(spelling, word, place):
    """(uses here, uses anywhere) of a word's forms."""
    here, anywhere = 0.0, 0.0
    for form in range(spelling.first[word], spelling.first[word + 1]):
        here += spelling.uses[form, place]
        for other in range(spelling.uses.shape[1]):
            anywhere += spelling.uses[form, other]
    return here, anywhere


@njit(cache=True, nogil=True)
def form_probability(spelling, word, form, place):
    """p(form | word, place): uses at the place, with one more that is divided as uses anywhere are."""
    here, anywhere = form_weights(spelling, word, place)
    own = 0.0
    for other in range(spelling.uses.shape[1]):
        own += spelling.uses[form, other]
    return (spelling.uses[form, place] + own / max(anywhere, 1.0)) / (here + 1.0)


@njit(cache=True, nogil=True)
def _draw_form(spelling, word, place, state):
    first, last = spelling.first[word], spelling.first[word + 1] - 1
    form = first
    if first < last:
        value = uniform(state)
        while form < last:
            value -= form_probability(spelling, word, form, place)
            if value < 0.0:
                break
            form += 1
    return form


@njit(cache=True, nogil=True)
def note_features(guide, history, features, n):
    """Add the guide's features of the last word to features[n:]; returns how many there are."""
    for o in range(1, min(3, len(history))):
        gram = history[o]
        if 0 <= gram < len(guide.rows) and guide.rows[gram] >= 0 and n < len(features):
            features[n] = guide.rows[gram]
            n += 1
    return n


@njit(cache=True, nogil=True, fastmath=True)
def scores(guide, features, n, out):
    """The scores of all classes, from the features of one text."""
    out[:] = guide.bias
    if n == 0:
        return
    x = np.float32(1.0 / np.sqrt(n))
    for j in range(n):
        row = guide.weights[features[j]]
        for c in range(len(out)):
            out[c] += x * row[c]


@njit(cache=True, nogil=True)
def log_posterior(out, low, high, label):
    """log p(label) of a softmax over out[low:high]."""
    top = out[low:high].max()
    total = 0.0
    for c in range(low, high):
        total += np.exp(np.float64(out[c] - top))
    return np.float64(out[low + label] - top) - np.log(total)


@njit(cache=True, nogil=True)
def log_taken(guide, features, n, labels, out):
    """The logarithm of the probability that a text with these features is taken for its labels (-1: any will do)."""
    if guide.strength == 0.0:
        return 0.0
    scores(guide, features, n, out)
    log = 0.0
    for h in range(len(guide.top)):
        low, high = guide.heads[h], guide.heads[h + 1]
        if 0 <= labels[h] < high - low:
            log += min(0.0, log_posterior(out, low, high, labels[h]) - guide.top[h])
    return guide.strength * log


@njit(cache=True, nogil=True)
def _draw_text(lattice, spelling, guide, contexts, longest, turns, seed, state, history, forms, words, features):
    """One text into forms and words: (tokens, features, has it ended)."""
    begin(lattice, history)
    n, found, characters, before, small, letters = 0, 0, 0, -1, False, False
    while n < len(forms):
        if n == 0:
            word = _draw_first(lattice, contexts, history, turns, seed, state)
        else:
            word = _draw_word(lattice, contexts, history, turns, seed, state)
        if word == lattice.end:
            return n, found, n > 0
        form = _draw_form(spelling, word, place_of(spelling, before, small), state)
        touching = before >= 0 and not spelling.space[before]
        characters += spelling.length[form]
        if touching and not spelling.glued[word] and not spelling.space[form]:
            characters += 1
        if characters > longest:
            return n, found, False
        if not letters and spelling.cased[form]:
            small, letters = spelling.lower[form], True
        forms[n], words[n] = form, word
        before = form
        n += 1
        advance(lattice, history, word)
        found = note_features(guide, history, features, found)
    return n, found, False


@njit(cache=True, nogil=True)
def draw(lattice, spelling, guide, contexts, labels, longest, tries, seed, out_forms, out_glued, lengths, ended):
    """Texts for rows of context, one token after the other; returns how many rows there was room for.

    contexts: (n, levels) nodes, -1 where one was never seen. labels: (n, heads). A text is drawn again until it is
    taken for its labels, at most `tries` times; the one after that is taken as it is.
    """
    state = np.array([seed], np.uint64)
    turns = np.zeros(min(len(lattice.node_keys), 1 << 18), np.int32)
    history = np.empty(lattice.order, np.int64)
    most = longest + 1
    words, features = np.empty(most, np.int64), np.empty(2 * most, np.int64)
    out = np.empty(len(guide.bias), np.float32)
    at = 0
    for i in range(len(contexts)):
        if at + most > len(out_forms):
            return i
        forms = out_forms[at : at + most]
        for attempt in range(tries + 1):
            n, found, done = _draw_text(
                lattice, spelling, guide, contexts[i], longest, turns, seed, state, history, forms, words, features
            )
            if attempt == tries or np.log(1.0 - uniform(state)) <= log_taken(guide, features, found, labels[i], out):
                break
        for j in range(n):
            out_glued[at + j] = spelling.glued[words[j]]
        lengths[i] = n
        ended[i] = done
        at += n
    return len(contexts)


@njit(cache=True, nogil=True)
def likelihood(lattice, spelling, guide, contexts, labels, words, forms, lengths, out, taken):
    """For each text log p(text | context) before the guide, and log p(it is taken). words: -1 where none is known."""
    history = np.empty(lattice.order, np.int64)
    table = np.zeros((contexts.shape[1], lattice.order))
    room = 2 * (lengths.max() if len(lengths) else 0) + 1
    features = np.empty(room, np.int64)
    values = np.empty(len(guide.bias), np.float32)
    at = 0
    for i in range(len(lengths)):
        begin(lattice, history)
        found, before, small, letters = 0, -1, False, False
        log = -np.log(1.0 - word_probability(lattice, contexts[i], history, lattice.end, table))
        for j in range(at, at + lengths[i]):
            word, form = words[j], forms[j]
            if word < 0:
                log = -np.inf
                break
            log += np.log(word_probability(lattice, contexts[i], history, word, table))
            log += np.log(form_probability(spelling, word, form, place_of(spelling, before, small)))
            if not letters and spelling.cased[form]:
                small, letters = spelling.lower[form], True
            before = form
            advance(lattice, history, word)
            found = note_features(guide, history, features, found)
        if lengths[i] == 0:
            log = -np.inf
        if log > -np.inf:
            log += np.log(word_probability(lattice, contexts[i], history, lattice.end, table))
        out[i] = log
        taken[i] = log_taken(guide, features, found, labels[i], values)
        at += lengths[i]


@njit(cache=True, nogil=True)
def share_taken(lattice, spelling, guide, contexts, labels, texts, longest, seed):
    """The mean probability that the guide takes a text of this context, over so many drawn."""
    state = np.array([seed], np.uint64)
    turns = np.zeros(min(len(lattice.node_keys), 1 << 18), np.int32)
    history = np.empty(lattice.order, np.int64)
    forms, words = np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int64)
    features, out = np.empty(2 * longest + 2, np.int64), np.empty(len(guide.bias), np.float32)
    total = 0.0
    for _ in range(texts):
        _, found, _ = _draw_text(
            lattice, spelling, guide, contexts, longest, turns, seed, state, history, forms, words, features
        )
        total += np.exp(log_taken(guide, features, found, labels, out))
    return total / texts
