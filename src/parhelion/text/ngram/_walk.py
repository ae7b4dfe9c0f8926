"""Drawing whole texts, and their likelihood, in compiled kernels."""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform
from parhelion.text.ngram._lattice import ENDS, TURNS, Lattice, advance, begin, company_of, draw_word, word_probability
from parhelion.text.ngram._lent import lent
from parhelion.text.ngram._spell import draw_form, place_of
from parhelion.text.ngram._steer import Guide, is_taken, log_taken, note_features


class Desk(NamedTuple):
    """What is written on while texts are drawn. state: (1,) of the random numbers. turns: (min(N, TURNS),) how often
    each node was visited. forms, words: of a text; features: of the guide, scores: (C,) of its classes. sums: (C / 8,)
    of the classes of words."""

    state: np.ndarray
    turns: np.ndarray
    forms: np.ndarray
    words: np.ndarray
    features: np.ndarray
    scores: np.ndarray
    sums: np.ndarray


def desk(lattice: Lattice, guide: Guide, longest: int, seed: int) -> Desk:
    """A desk for texts of at most so many characters."""
    return Desk(
        np.array([seed], np.uint64), np.zeros(min(len(lattice.nodes), TURNS), np.int32),
        np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int64), np.empty(2 * longest + 2, np.int64),
        np.empty(len(guide.bias), np.float32), np.empty(lattice.fits.shape[1] // 8, np.float32),
    )  # fmt: skip


@njit(inline="always")
def _draw_text(lattice, spelling, guide, contexts, longest, seed, desk):
    """One text into the desk's forms and words: (tokens, features, has it ended)."""
    forms, words = desk.forms, desk.words
    history, word = begin(lattice), np.int64(lattice.start)
    company = company_of(lattice, -1, word)
    n, found, characters, before, small, letters, ends = 0, 0, 0, -1, False, False, 0
    while n < len(forms):
        word, history = draw_word(lattice, contexts, history, company, desk.turns, desk.sums, seed, desk.state)
        if word == lattice.end:
            ends += 1
            if n > 0 or ends == ENDS:
                break
            continue
        form = draw_form(spelling, word, place_of(spelling, before, small), desk.state)
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
        company = company_of(lattice, company, word)
        found = note_features(guide, lattice, history, desk.features, found)
    return n, found, n > 0 and word == lattice.end


@njit(cache=True, nogil=True)
def draw(lattice, spelling, guide, desk, contexts, labels, longest, tries, seed, out_forms, out_glued, lengths, ended):
    """Texts for rows of context, one token after the other; returns how many rows there was room for.

    contexts: (n, levels) nodes, -1 where one was never seen. labels: (n, heads). A text is drawn again until it is
    taken for its labels, at most `tries` times; the one after that is taken as it is.
    """
    lattice, spelling, guide, desk = lent(lattice), lent(spelling), lent(guide), lent(desk)
    at = 0
    for i in range(len(contexts)):
        if at + len(desk.forms) > len(out_forms):
            return i
        for attempt in range(tries + 1):
            n, found, done = _draw_text(lattice, spelling, guide, contexts[i], longest, seed, desk)
            if attempt == tries or is_taken(
                guide, desk.features, found, labels[i], np.log(1.0 - uniform(desk.state)), desk.scores
            ):
                break
        for j in range(n):
            out_forms[at + j] = desk.forms[j]
            out_glued[at + j] = spelling.glued[desk.words[j]]
        lengths[i] = n
        ended[i] = done
        at += n
    return len(contexts)


@njit(cache=True, nogil=True)
def share_taken(lattice, spelling, guide, desk, contexts, labels, texts, longest, seed):
    """The mean probability that the guide takes a text of this context, over so many drawn."""
    lattice, spelling, guide, desk = lent(lattice), lent(spelling), lent(guide), lent(desk)
    total = 0.0
    for _ in range(texts):
        _, found, _ = _draw_text(lattice, spelling, guide, contexts, longest, seed, desk)
        total += np.exp(log_taken(guide, desk.features, found, labels, desk.scores))
    return total / texts


@njit(cache=True, nogil=True)
def likelihood(lattice, spelling, guide, contexts, labels, words, forms, lengths, out, taken):
    """For each text log p(text | context) before the guide, and log p(it is taken). words: -1 where none is known."""
    lattice, spelling, guide = lent(lattice), lent(spelling), lent(guide)
    table, chain = np.zeros((contexts.shape[1], lattice.order)), np.empty(lattice.order, np.int64)
    room = 2 * (lengths.max() if len(lengths) else 0) + 1
    features = np.empty(room, np.int64)
    values, sums = np.empty(len(guide.bias), np.float32), np.empty(lattice.fits.shape[1] // 8, np.float32)
    at = 0
    for i in range(len(lengths)):
        history, company = begin(lattice), company_of(lattice, -1, lattice.start)
        found, before, small, letters = 0, -1, False, False
        log = -np.log(1.0 - word_probability(lattice, contexts[i], history, company, lattice.end, table, chain, sums))
        for j in range(at, at + lengths[i]):
            word, form = words[j], forms[j]
            if word < 0:
                log = -np.inf
                break
            log += np.log(word_probability(lattice, contexts[i], history, company, word, table, chain, sums))
            log += np.log(spelling.chance[form, place_of(spelling, before, small)])
            if not letters and spelling.cased[form]:
                small, letters = spelling.lower[form], True
            before = form
            history, company = advance(lattice, history, word), company_of(lattice, company, word)
            found = note_features(guide, lattice, history, features, found)
        if lengths[i] == 0:
            log = -np.inf
        if log > -np.inf:
            log += np.log(word_probability(lattice, contexts[i], history, company, lattice.end, table, chain, sums))
        out[i] = log
        taken[i] = log_taken(guide, features, found, labels[i], values)
        at += lengths[i]
