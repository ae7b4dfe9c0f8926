"""Texts as tokens: bytes, and pieces of words that many share (byte-pair encoding, Sennrich et al. 2016).

Merges are learned from the words of at least `protect` owners and from the characters of as many, so that nobody's word
can be read in a vocabulary; all other words are spelled in bytes and in pieces of common words. A mark is one token.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from parhelion.personal.marks import MARKED
from parhelion.text.transformer.damaged import damaged

MOST_MERGES = 65_536
LONGEST_TOKEN = 64  # bytes
_MARK = re.compile(f"({MARKED})")
_WIDE = re.compile(r"[^\x00-\x7f]")


def _alphabet() -> list[str]:
    """The printable character that stands for each byte in a byte-level vocabulary (Radford et al. 2019)."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


ALPHABET = _alphabet()
_BYTE = {character: byte for byte, character in enumerate(ALPHABET)}


class Words:
    """The words of texts (with the space before them, as tokenisers cut them), and how many owners each has.

    words: all different ones, spelled in `ALPHABET`; a mark is a word. of_text: the words of each text, by number.
    owners: of each word, however it is capitalised.
    """

    def __init__(self, texts: Sequence[str], owners: npt.NDArray[np.int64]) -> None:
        number: dict[str, int] = {}
        self.of_text = [_numbered(split(text), number) for text in texts]
        self.words = list(number)
        group: dict[str, int] = {}
        folded = _numbered([word.removeprefix("Ġ").casefold() for word in self.words], group)
        self.owners = _owners([folded[words] for words in self.of_text], owners, len(group))[folded]

    def shared(self, least: int) -> Iterator[str]:
        """Every word of at least so many owners, each time that it stands in a text; no marks."""
        kept = (self.owners >= least) & ~np.array([bool(_MARK.match(word)) for word in self.words], bool)
        for words in self.of_text:
            yield from (self.words[i] for i in words[kept[words]])


def split(text: str) -> list[str]:
    """The words of a text, spelled in `ALPHABET`; marks as they are.

    >>> split("Hi Zoé\\ue000")
    ['Hi', 'ĠZoÃ©', '\\ue000']
    """
    cutter = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    parts = (([part] if _MARK.match(part) else _cut(cutter, part)) for part in _MARK.split(text) if part)
    return list(chain.from_iterable(parts))


def _cut(cutter: Any, part: str) -> list[str]:
    return [word for word, _ in cutter.pre_tokenize_str(part)]


def _numbered(words: Sequence[str], number: dict[str, int]) -> npt.NDArray[np.int64]:
    return np.array([number.setdefault(word, len(number)) for word in words], np.int64)


def _owners(
    of_text: Sequence[npt.NDArray[np.int64]], owners: npt.NDArray[np.int64], size: int
) -> npt.NDArray[np.int64]:
    """How many owners each of `size` things has."""
    things = np.concatenate([np.zeros(0, np.int64), *of_text])
    _, owner = np.unique(owners, return_inverse=True)
    of_thing = np.repeat(owner, [len(found) for found in of_text])
    return np.bincount(np.unique(of_thing * max(size, 1) + things) % max(size, 1), minlength=size)


@dataclass(frozen=True)
class Vocabulary:
    """What tokens there are: token i is byte i below 256, then come the merges in order, then the marks.

    >>> words = Vocabulary((("h", "e"), ("he", "y")), "\\ue000")
    >>> words.encode("hey \\ue000!"), words.decode([257, 32, 258, 33])
    ([257, 32, 258, 33], 'hey \\ue000!')
    """

    merges: tuple[tuple[str, str], ...]
    marks: str

    @classmethod
    def learn(cls, texts: Sequence[str], words: Words, owners: npt.NDArray[np.int64], least: int, tokens: int) -> Self:
        """least: owners that a word must have. tokens: merges at most."""
        trainer = trainers.BpeTrainer(
            vocab_size=256 + tokens, min_frequency=max(least, 2), initial_alphabet=ALPHABET, show_progress=False,
            max_token_length=LONGEST_TOKEN, special_tokens=[],
        )  # fmt: skip
        learner = Tokenizer(models.BPE())
        learner.train_from_iterator(chain(words.shared(least), _wide(texts, owners, least)), trainer)
        merges = json.loads(learner.to_str())["model"]["merges"]
        marks = "".join(sorted(word for word in words.words if _MARK.match(word)))
        return cls(tuple((first, second) for first, second in merges), marks)

    def __len__(self) -> int:
        return 256 + len(self.merges) + len(self.marks)

    @cached_property
    def characters(self) -> list[int]:
        """How many characters begin in each token."""
        return [sum(byte & 0xC0 != 0x80 for byte in spelled) for spelled in self._spelled]

    @cached_property
    def _spelled(self) -> list[bytes]:
        """The bytes of every token."""
        merged = [bytes(_BYTE[character] for character in first + second) for first, second in self.merges]
        return [bytes([byte]) for byte in range(256)] + merged + [mark.encode() for mark in self.marks]

    @cached_property
    def _model(self) -> Any:
        tokens = ALPHABET + [first + second for first, second in self.merges]
        return models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=list(self.merges))

    @cached_property
    def _known(self) -> dict[str, list[int]]:
        """The tokens of words met so far."""
        first = len(self) - len(self.marks)
        return {mark: [first + i] for i, mark in enumerate(self.marks)}

    def encode(self, text: str) -> list[int]:
        """The tokens of a text; marks that are not known are spelled in bytes."""
        return list(chain.from_iterable(self.spell(word) for word in split(text)))

    def spell(self, word: str) -> list[int]:
        """The tokens of a word of `split`."""
        if word not in self._known:
            spelled = "".join(ALPHABET[byte] for byte in word.encode()) if _MARK.match(word) else word
            ids = [token.id for token in self._model.tokenize(spelled)]
            if len(word) > LONGEST_TOKEN:
                return ids
            self._known[word] = ids
        return self._known[word]

    def spelled(self, tokens: Iterable[int]) -> bytes:
        return b"".join([self._spelled[token] for token in tokens])

    def decode(self, tokens: Sequence[int]) -> str | None:
        """The text that they spell; None where they spell none, or a mark that never was in a text.

        >>> Vocabulary((), "").decode([0xC3]) is None, Vocabulary((), "").decode([0xC3, 0xA9])
        (True, 'é')
        """
        try:
            text = self.spelled(tokens).decode()
        except UnicodeDecodeError:
            return None
        return text if self.can_write(text) else None

    def can_write(self, text: str) -> bool:
        """All its marks are known."""
        return all(mark in self.marks for mark in _MARK.findall(text))

    def state(self) -> dict[str, Any]:
        return {"merges": [list(pair) for pair in self.merges], "marks": self.marks}

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """The vocabulary again. Raises ModelFileError where it cannot be one."""
        if not isinstance(state, dict) or set(state) != {"merges", "marks"}:
            raise damaged("its vocabulary is none")
        marks = state["marks"]
        if not isinstance(marks, str) or len(set(marks)) != len(marks) or not re.fullmatch(f"{MARKED}*", marks):
            raise damaged("its vocabulary names marks that there are not")
        return cls(_checked_merges(state["merges"]), marks)


def _wide(texts: Sequence[str], owners: npt.NDArray[np.int64], least: int) -> Iterator[str]:
    """Characters beyond ASCII of at least so many owners, spelled in bytes, each time that one stands in a text: where
    words are not parted by spaces, they are the words."""
    number: dict[str, int] = {}
    of_text = [_numbered(_WIDE.findall(_MARK.sub("", text)), number) for text in texts]
    kept = _owners(of_text, owners, len(number)) >= least
    spelled = ["".join(ALPHABET[byte] for byte in character.encode()) for character in number]
    for found in of_text:
        yield from (spelled[i] for i in found[kept[found]])


def _checked_merges(merges: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(merges, list) or len(merges) > MOST_MERGES:
        raise damaged("its vocabulary is none")
    known = set(ALPHABET)
    for pair in merges:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise damaged("its vocabulary is none")
        whole = pair[0] + pair[1]
        if not known.issuperset(pair) or whole in known or len(whole) > LONGEST_TOKEN:
            raise damaged("its vocabulary merges tokens that cannot be merged")
        known.add(whole)
    return tuple((first, second) for first, second in merges)
