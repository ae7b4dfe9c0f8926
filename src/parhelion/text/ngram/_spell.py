"""How words are written, in compiled kernels: which of a word's forms, by where it stands."""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.engines.trees._random import uniform


class Spelling(NamedTuple):
    """first: (V + 1,) forms of word v are first[v]:first[v + 1]. chance: (F, PLACES) p(form | word, place). length:
    characters of each. upper, cased, lower: is it all capitals, does it begin with a letter that has cases, with a
    small one? ends: does it end a sentence? space: is it white space? glued: (V,) words that no space stands before."""

    first: np.ndarray
    chance: np.ndarray
    length: np.ndarray
    upper: np.ndarray
    cased: np.ndarray
    lower: np.ndarray
    ends: np.ndarray
    space: np.ndarray
    glued: np.ndarray


@njit(inline="always")
def place_of(spelling, before, small):
    """Where a form is to stand, by the form before it (-1: none) and whether the text began with a small letter."""
    place = 2
    if before < 0 or spelling.ends[before]:
        place = 0
    elif spelling.upper[before]:
        place = 1
    return place + (3 if small else 0)


@njit(inline="always")
def draw_form(spelling, word, place, state):
    form, last = spelling.first[word], spelling.first[word + 1] - 1
    if form < last:
        value = uniform(state)
        while form < last:
            value -= spelling.chance[form, place]
            if value < 0.0:
                break
            form += 1
    return form
