"""Do words look like words of the language? Names, nonsense and codes often do not."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt


def familiar(words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which words have no three letters in a row (their ends count as letters) that no other of the words has.

    A word of one character has no shape, and is familiar.

    >>> familiar(["station", "nation", "static", "stats", "nab", "zorbax"]).tolist()
    [True, False, False, False, False, False]
    >>> familiar(["东", "a"]).tolist()
    [True, True]
    """
    pieces = [_pieces(word) for word in words]
    known = Counter(piece for of in pieces for piece in of)
    return np.array([all(known[piece] > 1 for piece in of) for of in pieces], np.bool_)


def _pieces(word: str) -> Iterable[str]:
    """The different runs of three letters; of Korean syllables, of their letters."""
    if len(word) == 1:
        return ()
    whole = f" {unicodedata.normalize('NFD', word)} "
    return {whole[start : start + 3] for start in range(len(whole) - 2)}
