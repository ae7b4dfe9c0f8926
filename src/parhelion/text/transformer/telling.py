"""How likely texts are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from parhelion.text.contract import Codes
from parhelion.text.transformer.learned import Learned
from parhelion.text.transformer.learning import likelihoods
from parhelion.text.transformer.windows import NOTHING, Text, Tokens, batches, rows_of

AT_ONCE = 8192  # tokens read at once


@dataclass(frozen=True)
class Teller:
    """What it takes to tell how likely a text is."""

    learned: Learned

    def log_likelihood(self, texts: Sequence[str], codes: Codes) -> npt.NDArray[np.float64]:
        """(n,) nats, the end of each text included, of whichever topic it is; minus infinity where a text has a mark
        that is not known."""
        tokens = [
            np.array([*self.learned.vocabulary.encode(text), self.learned.layout.end], np.int64) for text in texts
        ]
        found = np.full(len(texts), -np.inf)
        for rows, topic, share in self.learned.topics.each(codes):
            known = self.learned.layout.known(np.column_stack([codes[rows], topic]))
            told = self._told([tokens[row] for row in rows], known)
            found[rows] = np.logaddexp(found[rows], told + np.log(share))
        return np.where([self.learned.vocabulary.can_write(text) for text in texts], found, -np.inf)

    def _told(self, texts: Sequence[Tokens], known: Tokens) -> npt.NDArray[np.float64]:
        """Nats of texts of which all is known, their topics too."""
        rows = rows_of([Text(tokens, tokens) for tokens in texts], known, self.learned.layout)
        found = np.zeros(len(texts))
        with torch.inference_mode():
            for batch in batches(rows, AT_ONCE):
                of_text = np.repeat(batch.texts, (batch.targets != NOTHING).sum(1))
                np.add.at(found, of_text, likelihoods(self.learned.net, batch).double().cpu().numpy())
        return found
