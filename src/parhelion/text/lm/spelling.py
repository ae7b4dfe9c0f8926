"""Texts as the base's tokens, and back.

What the model reads is: a token to begin with, the context in words, a new line, the text, a token to end with. Context
and text are spelled apart, so that p(text | context) is over tokens of the text alone. Special tokens are never spelled
by a text: one that holds "<|endoftext|>" holds these characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from transformers import AutoTokenizer

from parhelion.errors import ConfigError
from parhelion.text.contract import Context
from parhelion.text.lm.wording import marked, worded

_PROBE = "It's [first name 1]; no. 7!"


@dataclass(frozen=True)
class Spelling:
    """A tokenizer, of a model that reads so many tokens at once (positions) and knows so many (size)."""

    tokenizer: Any
    positions: int
    size: int

    @property
    def end(self) -> int:
        return int(self.tokenizer.eos_token_id)

    @cached_property
    def forbidden(self) -> npt.NDArray[np.bool_]:
        """(size,) the tokens that no text is written with: special ones but the end, and those that mean nothing."""
        known = min(len(self.tokenizer), self.size)
        barred = np.arange(self.size) >= known
        barred[[token for token in self.tokenizer.all_special_ids if token < self.size]] = True
        barred[self.end] = False
        return barred

    def room(self, prompt: int) -> int:
        """Tokens that a text may have behind a prompt of so many."""
        return self.positions + 1 - prompt

    def prompts(self, context: Context) -> list[list[int]]:
        """The tokens before each text; half of what the model can read at most."""
        told = [context.told(row) + "\n" for row in range(len(context))]
        spelled = {line: self._tokens(line) for line in dict.fromkeys(told)}
        begin = self.tokenizer.bos_token_id
        first = self.end if begin is None else int(begin)
        return [[first, *spelled[line]][: max(self.positions // 2, 1)] for line in told]

    def texts(self, texts: pa.Array) -> list[list[int]]:
        """The tokens of each text, the end included."""
        return [[*self._tokens(worded(text)), self.end] for text in texts.to_pylist()]

    def read(self, tokens: Sequence[int]) -> str:
        """The masked text of tokens that do not hold the end."""
        written = self.tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return marked(written)

    def _tokens(self, text: str) -> list[int]:
        spelled = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"]
        return [int(token) for token in spelled]


def spelling(folder: Path, model: Any) -> Spelling:
    """The tokenizer of a base. Raises ConfigError where it cannot write texts that end, or marks."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError(f"the base in {folder} has no tokenizer that can be read: {error}") from error
    if tokenizer.eos_token_id is None:
        raise ConfigError(
            f"the tokenizer of the base in {folder} has no token to end a text with; name one in its "
            "tokenizer_config.json (eos_token)"
        )
    positions = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 1 << 20
    made = Spelling(tokenizer, int(positions), int(model.get_output_embeddings().weight.shape[0]))
    if made.read(made.texts(pa.array([marked(_PROBE)]))[0][:-1]).count(marked("[first name 1]")) != 1:
        raise ConfigError(
            f"the tokenizer of the base in {folder} cannot spell '[first name 1]', which stands for a personal value; "
            "use a base whose tokenizer keeps letters, digits and brackets"
        )
    return made
