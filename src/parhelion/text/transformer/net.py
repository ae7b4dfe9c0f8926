"""The network: a decoder with RMSNorm before each part, rotary positions, SwiGLU, and one table for what is read and
what is written (Touvron et al. 2023; Su et al. 2021; Shazeer 2020; Press and Wolf 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (as all the world calls it)

HEAD = 32  # numbers of a head
OUTER = ("table", "often", "scales")  # the weights that are no matrices inside
BASE = 10_000.0  # of the rotary wave lengths


@dataclass(frozen=True)
class Shape:
    """width: a multiple of HEAD. written: tokens that can be written; the last of them ends a text. read: all that can
    be read, those first.

    >>> Shape(64, 1, 300, 310).arrays()["table"], Shape(64, 1, 300, 310).hidden
    ((310, 64), 192)
    """

    width: int
    layers: int
    written: int
    read: int

    @property
    def hidden(self) -> int:
        """Numbers between the halves of a layer's second part: 8/3 of the width, as a multiple of HEAD."""
        return -(-self.width * 8 // 3 // HEAD) * HEAD

    def arrays(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every array of weights."""
        width, hidden = self.width, self.hidden
        shapes: dict[str, tuple[int, ...]] = {
            "table": (self.read, width), "often": (self.written,), "scales": (2 * self.layers + 1, width),
        }  # fmt: skip
        for i in range(self.layers):
            shapes |= {
                f"attend{i}": (3 * width, width), f"attended{i}": (width, width),
                f"think{i}": (2 * hidden, width), f"thought{i}": (width, hidden),
            }  # fmt: skip
        return shapes


class Past(NamedTuple):
    """What a layer keeps of the tokens before: keys and values, each (rows, heads, tokens, HEAD)."""

    keys: Tensor
    values: Tensor

    def take(self, rows: Tensor) -> "Past":
        return Past(self.keys[rows], self.values[rows])


class Net(nn.Module):
    """p(next token | tokens before). Its weights have the names of `Shape.arrays`."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.weights = nn.ParameterDict({name: nn.Parameter(torch.empty(s)) for name, s in shape.arrays().items()})

    @property
    def device(self) -> torch.device:
        device: torch.device = self.weights["scales"].device
        return device

    def forward(self, tokens: Tensor, past: Sequence[Past] | None = None) -> tuple[Tensor, list[Past]]:
        """tokens: (rows, t) that come after those of `past`. What is thought of each, (rows, t, width), and what to
        keep of all."""
        seen = past[0].keys.shape[2] if past else 0
        turns = _turns(seen, tokens.shape[1], tokens.device)
        stream = self._dropped(F.embedding(tokens, self.weights["table"]) * self.shape.width**0.5)
        kept = []
        for i in range(self.shape.layers):
            attended, keep = self._attend(i, self._norm(stream, 2 * i), turns, past[i] if past else None)
            stream = stream + self._dropped(attended)
            stream = stream + self._dropped(self._think(i, self._norm(stream, 2 * i + 1)))
            kept.append(keep)
        return self._norm(stream, 2 * self.shape.layers), kept

    def scores(self, thoughts: Tensor) -> Tensor:
        """(..., written) float32: the unnormalised logarithms of the probabilities of the next token."""
        return F.linear(thoughts, self.weights["table"][: self.shape.written], self.weights["often"]).float()

    def _norm(self, stream: Tensor, i: int) -> Tensor:
        return F.rms_norm(stream, (self.shape.width,), self.weights["scales"][i], 1e-6)

    def _dropped(self, stream: Tensor) -> Tensor:
        return F.dropout(stream, self.dropout, self.training)

    def _attend(self, i: int, stream: Tensor, turns: tuple[Tensor, Tensor], past: Past | None) -> tuple[Tensor, Past]:
        rows, t, width = stream.shape
        parts = F.linear(stream, self.weights[f"attend{i}"]).view(rows, t, 3, width // HEAD, HEAD)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        queries, keys = _turned(queries, turns), _turned(keys, turns)
        if past is not None:
            keys, values = torch.cat([past.keys, keys], 2), torch.cat([past.values, values], 2)
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=past is None)
        flat = mixed.transpose(1, 2).reshape(rows, t, width)
        return F.linear(flat, self.weights[f"attended{i}"]), Past(keys, values)

    def _think(self, i: int, stream: Tensor) -> Tensor:
        gate, value = F.linear(stream, self.weights[f"think{i}"]).chunk(2, -1)
        return F.linear(F.silu(gate) * value, self.weights[f"thought{i}"])


def fresh(shape: Shape, often: Tensor, dropout: float, generator: torch.Generator) -> Net:
    """A net that has learned nothing but how often each token is written, `often`: (written,), more than 0."""
    net = Net(shape, dropout)
    with torch.no_grad():
        for name in ("table", *(name for name in shape.arrays() if name not in OUTER)):
            weights = net.weights[name]
            quiet = (2 * shape.layers) ** -0.5 if name.startswith(("attended", "thought")) else 1.0
            weights.normal_(0.0, quiet * weights.shape[1] ** -0.5, generator=generator)
        net.weights["scales"].fill_(1.0)
        net.weights["often"].copy_((often / often.sum()).log())
    return net


def _turns(first: int, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The cosine and sine by which the pairs of a head's numbers turn at each place, each (count, HEAD / 2)."""
    waves = BASE ** (-torch.arange(0, HEAD, 2, device=device, dtype=torch.float32) / HEAD)
    angles = torch.arange(first, first + count, device=device, dtype=torch.float32)[:, None] * waves
    return angles.cos(), angles.sin()


def _turned(numbers: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions (Su et al. 2021, equation 34), pairs being a number of the first half and one of the second."""
    cosine, sine = (turn.to(numbers.dtype) for turn in turns)
    first, second = numbers.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)
