"""How words are written, in compiled kernels: which of a word's forms, by where it stands."""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform


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
def draw_form(spelling, word, place, state):
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
