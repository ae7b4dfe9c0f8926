"""Cutting UTF-8 texts into tokens, in compiled kernels.

A token is a word, a run of one punctuation sign, one character of a script without spaces, an emoji with all that
modifies it, a mark, or white space. One plain space before a token is not a token: the token after it is not *glued*.
"""

import numpy as np
from numba import njit

OTHER, WORD, SPACE, ALONE, ATTACHED, JOINER, APOSTROPHE = range(7)
"""What a character is. OTHER: a sign; runs of the same sign are one token. ALONE: a token of its own. ATTACHED:
belongs to the character before it; JOINER: to those on both sides. APOSTROPHE: part of a word when inside one."""

CODE_POINTS = 0x110000


@njit(cache=True, nogil=True)
def _width(byte):
    """Bytes of the character that begins with this one."""
    if byte < 0x80:
        return 1
    if byte < 0xE0:
        return 2
    return 3 if byte < 0xF0 else 4


@njit(cache=True, nogil=True)
def _point(data, at):
    """The code point of valid UTF-8 at this place."""
    byte = np.int64(data[at])
    width = _width(byte)
    if width == 1:
        return byte
    value = byte & (0x7F >> width)
    for i in range(1, width):
        value = (value << 6) | (np.int64(data[at + i]) & 0x3F)
    return value


@njit(cache=True, nogil=True)
def mark_points(data, start, end, seen):
    """Note in `seen` (bool of length CODE_POINTS) every character of data[start:end]."""
    at = start
    while at < end:
        seen[_point(data, at)] = True
        at += _width(data[at])


@njit(cache=True, nogil=True)
def _token_end(data, at, end, classes):
    """Where the token that begins at `at` ends."""
    first = _point(data, at)
    sort = classes[first]
    at += _width(data[at])
    while at < end:
        point = _point(data, at)
        after = classes[point]
        width = _width(data[at])
        if sort == SPACE:
            if after != SPACE:
                break
        elif after == JOINER:
            at += width
            if at < end and classes[_point(data, at)] != SPACE:
                at += _width(data[at])
            continue
        elif after == ATTACHED:
            pass
        elif sort == WORD and after == APOSTROPHE:
            follows = at + width
            if follows >= end or classes[_point(data, follows)] != WORD:
                break
        elif sort == WORD:
            if after != WORD:
                break
        elif sort == ALONE or point != first:
            break
        at += width
    return at


@njit(cache=True, nogil=True)
def cut(data, offsets, classes, out, ends, glued, counts):
    """Cut each text data[offsets[i]:offsets[i+1]] into tokens; returns how many there are.

    out: the bytes of the tokens, without the plain spaces between them. ends: where each token ends in it. glued: no
    space stood before it. counts: tokens of each text. Room: as many tokens as bytes.
    """
    n, written = 0, 0
    for i in range(len(offsets) - 1):
        at, end, before = offsets[i], offsets[i + 1], n
        touching = False
        while at < end:
            if touching and data[at] == 32 and at + 1 < end and classes[_point(data, at + 1)] != SPACE:
                at += 1
                touching = False
            stop = _token_end(data, at, end, classes)
            space = classes[_point(data, at)] == SPACE
            for j in range(at, stop):
                out[written] = data[j]
                written += 1
            ends[n] = written
            glued[n] = touching and not space
            touching = not space
            n += 1
            at = stop
        counts[i] = n - before
    return n


@njit(cache=True, nogil=True)
def join(forms, glued, spaces, lengths, data, starts, out, ends):
    """The reverse of `cut`: write each text's tokens into `out`, and where each text ends into `ends`.

    forms: token after token, `lengths` of each text; data[starts[f]:starts[f+1]] is form f. spaces: is the form white
    space?
    """
    at, n = 0, 0
    for i in range(len(lengths)):
        touching = False
        for _ in range(lengths[i]):
            form = forms[n]
            if touching and not glued[n] and not spaces[form]:
                out[at] = 32
                at += 1
            for j in range(starts[form], starts[form + 1]):
                out[at] = data[j]
                at += 1
            touching = not spaces[form]
            n += 1
        ends[i] = at
    return at
