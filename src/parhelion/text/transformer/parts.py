"""A learned net as JSON and flat arrays, and back: they may come from a stranger."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.text.transformer.config import Manner
from parhelion.text.transformer.copying import Copying
from parhelion.text.transformer.damaged import damaged
from parhelion.text.transformer.learned import Learned
from parhelion.text.transformer.net import HEAD, Net, Shape
from parhelion.text.transformer.topics import Topics
from parhelion.text.transformer.vocabulary import Vocabulary
from parhelion.text.transformer.windows import Layout

MOST_TEXTS = 1 << 40
OTHERS = {"topic_groups", "topic_counts", "rare_runs"}  # the arrays that are no weights


class State(BaseModel):
    """What is no weight. held_out: nats a token of held-out texts; None where there were none."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, strict=True)

    vocabulary: dict[str, Any]
    sizes: Annotated[list[Annotated[int, Field(ge=0, le=1 << 24)]], Field(min_length=1, max_length=10_000)]
    window: int = Field(ge=16, le=16_384)
    width: int = Field(ge=HEAD, le=8192, multiple_of=HEAD)
    layers: int = Field(ge=1, le=256)
    key: int = Field(ge=0, lt=1 << 62)
    focus: float = Field(ge=0, le=10, allow_inf_nan=False)
    tries: int = Field(ge=1, le=64)
    held_out: float | None = Field(default=None, ge=0, allow_inf_nan=False)


def state_of(learned: Learned) -> dict[str, Any]:
    return State(
        vocabulary=learned.vocabulary.state(), sizes=list(learned.layout.sizes), window=learned.layout.window,
        width=learned.net.shape.width, layers=learned.net.shape.layers, key=learned.copying.key,
        focus=learned.manner.focus, tries=learned.manner.tries, held_out=learned.held_out,
    ).model_dump()  # fmt: skip


def arrays_of(learned: Learned) -> dict[str, npt.NDArray[Any]]:
    weights = {name: weights.detach().cpu().numpy() for name, weights in learned.net.weights.items()}
    topics = {"topic_groups": learned.topics.groups, "topic_counts": learned.topics.counts}
    return weights | topics | {"rare_runs": learned.copying.prints}


def read(state: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Learned:
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
    weights = {name: array for name, array in arrays.items() if name not in OTHERS}
    return Learned(
        vocabulary=vocabulary, layout=layout, topics=_topics(arrays, layout.sizes),
        copying=Copying(known.key, _prints(arrays.get("rare_runs"))),
        net=_net(Shape(known.width, known.layers, layout.end + 1, layout.read), weights),
        manner=Manner(known.focus, known.tries), held_out=known.held_out,
    )  # fmt: skip


def _prints(prints: npt.NDArray[Any] | None) -> npt.NDArray[np.uint64]:
    if prints is None or prints.dtype != np.uint64 or prints.ndim != 1 or (prints[1:] <= prints[:-1]).any():
        raise damaged("the transformer's fingerprints are none")
    return prints


def _topics(arrays: Mapping[str, npt.NDArray[Any]], sizes: tuple[int, ...]) -> Topics:
    groups, counts = arrays.get("topic_groups"), arrays.get("topic_counts")
    size = sizes[-1]
    if groups is None or counts is None or {groups.dtype, counts.dtype} != {np.dtype(np.int64)}:
        raise damaged("the transformer's topics are none")
    if groups.shape != (size,) or counts.shape != (size,) or (counts < 1).any() or (counts > MOST_TEXTS).any():
        raise damaged("the transformer's topics are not as many as it says")
    if (np.diff(groups) < 0).any() or (groups < 0).any() or (groups >= (sizes[0] if len(sizes) > 1 else 1)).any():
        raise damaged("the transformer's topics are of labels that there are not")
    return Topics(groups, counts)


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
