"""Texts as a model of language sees them: points, and how far apart clouds of them are. Optional, and offline."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.errors import ConfigError, missing_extra
from parhelion.evaluation.privacy.told import Told, untold
from parhelion.evaluation.rates import Rate
from parhelion.evaluation.scores import Score
from parhelion.evaluation.text.drawn import Drawn
from parhelion.progress import no_bars

Floats = npt.NDArray[np.float64]

FEWEST = 20  # texts of a side
NEAREST = 5  # a point's ball reaches to its fifth neighbour
_TEXTS = {False: 1_000, True: 300}  # of a side; in a quick look
_TOKENS = 256
_NO_LENGTH = 1e-12
_COPY = "A copy of the training texts would win it."
_SCORES = (
    Score(
        key="text.embedding", title="Meanings", value=None, ideal=0.0, warning=_COPY,
        meaning="How far the meanings of texts, as the model named sees them, are from those of unseen real texts "
        "(Fréchet distance of points of length 1): 0 is the same.",
    ),
    Score(
        key="text.precision", title="Texts that mean what real ones do", value=None, ideal=1.0, better="higher",
        unit="share", warning=_COPY, meaning="The share of synthetic texts whose meaning, as that model sees it, lies "
        "among those of unseen real texts.",
    ),
    Score(
        key="text.recall", title="Meanings of real texts that are there", value=None, ideal=1.0, better="higher",
        unit="share", warning=_COPY, meaning="The share of unseen real texts whose meaning lies among those of "
        "synthetic texts.",
    ),
)  # fmt: skip


def embedded(drawn: Drawn, embedder: "Embedder") -> Told:
    """Synthetic and train texts beside held-out ones, equally many."""
    size = min(drawn.size, _TEXTS[drawn.case.config.quick])
    if size < FEWEST:
        return untold(_SCORES, f"a table has {size} texts; it needs {FEWEST} of each")
    sides = (drawn.train, drawn.synthetic, drawn.holdout)
    train, synthetic, holdout = (embedder.points(side.written[:size]) for side in sides)
    pairs: tuple[tuple[float | Rate, float | Rate], ...] = (
        (frechet(synthetic, holdout), frechet(train, holdout)),
        (inside(synthetic, holdout), inside(train, holdout)),
        (inside(holdout, synthetic), inside(holdout, train)),
    )
    told = [score.model_copy(update=_figures(*pair)) for score, pair in zip(_SCORES, pairs, strict=True)]
    note = f"meanings: {size:,} texts of each table, as {embedder.name} sees them (mean of its last layer)"
    return Told(tuple(told), (), (note,))


def _figures(value: float | Rate, reference: float | Rate) -> dict[str, Any]:
    if isinstance(value, Rate) and isinstance(reference, Rate):
        told = {"value": value.share, "reference": reference.share}
        return told | {"interval": value.interval(), "spread": "Wilson"}
    return {"value": value, "reference": reference}


class Embedder:
    """A transformer in a folder: `config.json`, a tokenizer, and weights as safetensors. Nothing is fetched, and no
    code of the folder is run. Raises ConfigError and MissingExtraError."""

    def __init__(self, folder: str) -> None:
        if not Path(folder).is_dir():
            raise ConfigError(f"there is no folder {folder!r}; name one that holds a model in the form of transformers")
        self.name = Path(folder).resolve().name
        try:
            from safetensors import SafetensorError  # noqa: PLC0415  # an extra, and seconds to import
            from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415  # the same
        except ImportError:
            raise missing_extra("lm", "an embedder of texts") from None
        safe = {"local_files_only": True, "trust_remote_code": False}
        try:
            with no_bars():
                self._tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
                self._model = AutoModel.from_pretrained(folder, use_safetensors=True, **safe).eval()
        except ImportError:
            raise missing_extra("lm", "an embedder of texts") from None
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ConfigError(f"the embedder in {folder!r} cannot be read: {error}") from error

    def points(self, texts: list[str]) -> Floats:
        """(n, d) the mean of the last layer over a text's tokens, of length 1."""
        import torch  # noqa: PLC0415  # the same

        with torch.inference_mode():
            points = np.asarray([self._point(text) for text in texts], np.float64)
        lengths = np.linalg.norm(points, axis=1, keepdims=True)
        return np.asarray(points / np.maximum(lengths, _NO_LENGTH), np.float64)

    def _point(self, text: str) -> npt.NDArray[np.float32]:
        """Of one text by itself: beside longer ones it would be filled up, and stand elsewhere by rounding."""
        tokens = self._tokenizer(text, truncation=True, max_length=_TOKENS, return_tensors="pt")
        if not tokens["input_ids"].shape[1]:
            return np.zeros(self._model.config.hidden_size, np.float32)
        return np.asarray(self._model(**tokens).last_hidden_state[0].mean(0).float().numpy())


def frechet(one: Floats, other: Floats) -> float:
    """The Fréchet distance of two normal clouds (Heusel et al. 2017, equation 6), its square root.

    >>> cloud = np.random.default_rng(0).normal(size=(50, 3))
    >>> round(frechet(cloud, cloud), 3), round(frechet(cloud, cloud + [3.0, 0.0, 4.0]), 3)
    (0.0, 5.0)
    """
    apart = one.mean(0) - other.mean(0)
    first, second = (np.cov(each, rowvar=False) for each in (one, other))
    root = _root(first)
    both = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0.0)).sum()
    return float(np.sqrt(max(apart @ apart + np.trace(first) + np.trace(second) - 2 * both, 0.0)))


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def inside(asked: Floats, points: Floats) -> Rate:
    """How many lie within reach of a point, which is the distance to its fifth neighbour (Kynkäänniemi et al. 2019,
    equation 1)."""
    reach = np.sort(_distances(points, points), axis=1)[:, NEAREST]
    return Rate(int((_distances(asked, points) <= reach).any(1).sum()), len(asked))


def _distances(one: Floats, other: Floats) -> Floats:
    squares = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))
