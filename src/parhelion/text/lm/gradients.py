"""Gradients of each person: what every one of them alone would do to an adapter, from one pass over all.

For a linear layer y = W x the gradient of one row's loss is the sum over its tokens of dL/dy x' (Goodfellow 2015), so
that what comes into a layer and what comes back out of it are all that is needed, while the base stays frozen.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from parhelion.errors import ConfigError


class Watch:
    """Sees what goes through an adapter's layers while it is entered, so as to tell persons' gradients.

    person: (rows,) whose each row of the batch is, 0 to persons - 1. Raises ConfigError where a layer does not see the
    batch row by row (experts see tokens of all rows mixed): nobody's share of a sum could be told from it.
    """

    def __init__(self, layers: Sequence[nn.Linear], person: Tensor, persons: int) -> None:
        self.layers, self.person, self.persons = layers, person, persons
        self._seen: list[tuple[int, Tensor, Tensor]] = []
        self._hooks: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for place, layer in enumerate(self.layers):
            self._hooks.append(layer.register_forward_hook(self._watching(place)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for hook in self._hooks:
            hook.remove()

    def gradients(self, loss: Tensor) -> list[Tensor]:
        """For each layer (persons, out, in), of a loss that is a sum over the batch's rows."""
        told = [torch.zeros(self.persons, *layer.weight.shape, device=self.person.device) for layer in self.layers]
        backs = torch.autograd.grad(loss, [output for _, _, output in self._seen])
        for (place, given, _), back in zip(self._seen, backs, strict=True):
            rows = torch.einsum("bto,bti->boi", back.float(), given.float())
            told[place].index_add_(0, self.person, rows)
        return told

    def _watching(self, place: int) -> Any:
        def seen(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            given = inputs[0].detach()
            if given.dim() != 3 or len(given) != len(self.person):
                raise ConfigError(
                    "dp_epsilon: the base has a layer that sees texts mixed with each other (experts); name layers "
                    f"that do not as `targets`, such as ('q_proj', 'v_proj'); got {type(layer).__name__} on "
                    f"{tuple(given.shape)}"
                )
            self._seen.append((place, given, output))

        return seen


def cut(gradients: Sequence[Tensor], clip: float) -> list[Tensor]:
    """The sum over persons of gradients (persons, ...), each person's cut to a length over all layers together.

    A person whose gradient is no number counts as nothing.
    """
    lengths = torch.stack([one.flatten(1).double().square().sum(1) for one in gradients]).sum(0).sqrt()
    factors = (clip / (lengths + 1e-6)).clamp(max=1.0)
    sound = torch.isfinite(lengths)
    kept = [torch.where(sound.view(-1, 1, 1), one, 0.0) for one in gradients]
    return [torch.einsum("p,poi->oi", torch.where(sound, factors, 0.0).to(one.dtype), one) for one in kept]
