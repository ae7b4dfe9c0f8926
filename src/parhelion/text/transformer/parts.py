"""A learned net as JSON and flat arrays, and back: they may come from a stranger."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.text.transformer.damaged import damaged
from parhelion.text.transformer.net import HEAD, Net, Shape
from parhelion.text.transformer.vocabulary import Vocabulary
from parhelion.text.transformer.windows import Layout


class State(BaseModel):
    """What is no weight. held_out: nats a token of held-out texts; None where there were none."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, strict=True)

    vocabulary: dict[str, Any]
    sizes: Annotated[list[Annotated[int, Field(ge=1, le=1 << 24)]], Field(max_length=10_000)]
    window: int = Field(ge=16, le=16_384)
    width: int = Field(ge=HEAD, le=8192, multiple_of=HEAD)
    layers: int = Field(ge=1, le=256)
    focus: float = Field(ge=0, le=10, allow_inf_nan=False)
    held_out: float | None = Field(default=None, ge=0, allow_inf_nan=False)


def state_of(
    vocabulary: Vocabulary, layout: Layout, shape: Shape, focus: float, held_out: float | None
) -> dict[str, Any]:
    return State(
        vocabulary=vocabulary.state(), sizes=list(layout.sizes), window=layout.window, width=shape.width,
        layers=shape.layers, focus=focus, held_out=held_out,
    ).model_dump()  # fmt: skip


def arrays_of(net: Net) -> dict[str, npt.NDArray[Any]]:
    return {name: weights.detach().cpu().numpy() for name, weights in net.weights.items()}


def read(
    state: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
) -> tuple[Vocabulary, Layout, Net, float, float | None]:
    """Raises ModelFileError where they cannot be a net. Nothing is made that is larger than the arrays are."""
    try:
        known = State.model_validate(state)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise damaged(f"the transformer's {where or 'state'}: {error.errors()[0]['msg']}") from error
    vocabulary = Vocabulary.from_state(known.vocabulary)
    layout = Layout(len(vocabulary), tuple(known.sizes), known.window)
    if layout.room < 2:
        raise damaged("no text fits into the transformer's window")
    net = _net(Shape(known.width, known.layers, layout.end + 1, layout.read), arrays)
    return vocabulary, layout, net, known.focus, known.held_out


def _net(shape: Shape, arrays: Mapping[str, npt.NDArray[Any]]) -> Net:
    expected = shape.arrays()
    if {name: (array.shape, array.dtype) for name, array in arrays.items()} != {
        name: (size, np.dtype(np.float32)) for name, size in expected.items()
    }:
        raise damaged("the transformer's weights are not of its shape")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise damaged("some of the transformer's weights are no numbers")
    with torch.device("meta"):
        net = Net(shape)
    weights = {f"weights.{name}": torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    net.load_state_dict(weights, assign=True)
    net.eval()
    return net
