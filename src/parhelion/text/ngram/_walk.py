"""Drawing whole texts, and their likelihood, in compiled kernels."""

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform
from parhelion.text.ngram._lattice import advance, begin, draw_first, draw_word, word_probability
from parhelion.text.ngram._spell import draw_form, form_probability, place_of
from parhelion.text.ngram._steer import log_taken, note_features


@njit(cache=True, nogil=True)
def _draw_text(lattice, spelling, guide, contexts, longest, turns, seed, state, history, forms, words, features):
    """One text into forms and words: (tokens, features, has it ended)."""
    begin(lattice, history)
    n, found, characters, before, small, letters = 0, 0, 0, -1, False, False
    while n < len(forms):
        if n == 0:
            word = draw_first(lattice, contexts, history, turns, seed, state)
        else:
            word = draw_word(lattice, contexts, history, turns, seed, state)
        if word == lattice.end:
            return n, found, n > 0
        form = draw_form(spelling, word, place_of(spelling, before, small), state)
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
