"""How likely texts are."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from parhelion.text.contract import Codes
from parhelion.text.transformer.learning import likelihoods
from parhelion.text.transformer.net import Net
from parhelion.text.transformer.vocabulary import Vocabulary
from parhelion.text.transformer.windows import NOTHING, Layout, Text, batches, rows_of

AT_ONCE = 8192  # tokens read at once


def log_likelihood(
    net: Net, vocabulary: Vocabulary, layout: Layout, texts: Sequence[str], codes: Codes
) -> npt.NDArray[np.float64]:
    """(n,) nats, the end of each text included; minus infinity where a text has a mark that is not known."""
    tokens = [np.array([*vocabulary.encode(text), layout.end], np.int64) for text in texts]
    rows = rows_of([Text(told, told) for told in tokens], layout.known(codes), layout)
    found = np.zeros(len(texts))
    with torch.inference_mode():
        for batch in batches(rows, AT_ONCE):
            of_text = np.repeat(batch.texts, (batch.targets != NOTHING).sum(1))
            np.add.at(found, of_text, likelihoods(net, batch).double().cpu().numpy())
    return np.where([vocabulary.can_write(text) for text in texts], found, -np.inf)
