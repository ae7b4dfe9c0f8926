"""A base with an adapter: low-rank matrices beside its linear layers, which alone are learned (LoRA, Hu et al. 2021).

A layer's W x becomes W x + alpha / rank * B A x, with A (rank, in) and B (out, rank). B begins as 0. The arrays of an
adapter are named by their layers: `model.layers.0.self_attn.q_proj.A`.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import Linear, LoraLayer
from safetensors import SafetensorError
from torch import nn
from transformers import AutoModelForCausalLM
from transformers.pytorch_utils import Conv1D

from parhelion.errors import ConfigError, ModelFileError, nearest
from parhelion.progress import no_bars
from parhelion.text.lm.config import Device, LmConfig

Arrays = dict[str, npt.NDArray[np.float32]]
_PARTS = {"A": "lora_A", "B": "lora_B"}


def device(wanted: Device) -> torch.device:
    """Where to compute. Raises ConfigError where a GPU was asked for and there is none."""
    if wanted == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device 'cuda': torch finds no GPU here; choose 'auto' or 'cpu', or install torch for CUDA")
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")


def load(folder: Path, where: torch.device) -> nn.Module:
    """The base, frozen: in bfloat16 on a GPU. No code that comes with it is run."""
    try:
        with no_bars():
            model, read = AutoModelForCausalLM.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, output_loading_info=True,
                dtype=torch.bfloat16 if where.type == "cuda" else torch.float32,
            )  # fmt: skip
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise ConfigError(f"the base in {folder} cannot be read as a causal language model: {error}") from error
    if lacking := sorted(read["missing_keys"]):
        raise ConfigError(f"the base in {folder} is not whole: its files lack the weights {lacking[0]!r}")
    frozen: nn.Module = model.requires_grad_(False).to(where).eval()
    return frozen


def adapt(model: nn.Module, config: LmConfig) -> nn.Module:
    """Put a new adapter in, with an A drawn by torch's own generator. Raises ConfigError where there is no layer for
    it."""
    everything = config.targets == "all-linear"
    lora = LoraConfig(
        r=config.rank, lora_alpha=config.alpha, lora_dropout=config.dropout, task_type="CAUSAL_LM",
        target_modules="all-linear" if everything else list(config.targets),
        fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),
    )  # fmt: skip
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear | Conv1D)]
    ends = {name.rsplit(".", 1)[-1] for name in linear}
    strange = [] if everything else [t for t in config.targets if not any(_ends(name, t) for name in linear)]
    if strange:
        raise ConfigError(f"targets: the base has no linear layer {strange[0]!r}{nearest(strange[0], sorted(ends))}")
    try:
        adapted: nn.Module = inject_adapter_in_model(lora, model)
    except ValueError as error:
        raise ConfigError(f"targets: no adapter can be put into this base: {error}") from error
    for own in matrices(adapted).values():
        own.float()  # whatever the base is in: small steps would be lost in bfloat16
    return adapted


def adapted_layers(model: nn.Module) -> dict[str, Linear]:
    """The layers with an adapter, by name. Raises ConfigError where something else than a linear layer has one."""
    layers = {}
    for name, module in model.named_modules():
        if isinstance(module, Linear):
            layers[name] = module
        elif isinstance(module, LoraLayer):
            raise ConfigError(f"targets: {name!r} is a {type(module).__name__}; adapters are for linear layers alone")
    return layers


def matrices(model: nn.Module) -> dict[str, nn.Linear]:
    """The adapter's own layers (their weights are what is learned), by the names of the arrays."""
    return {
        f"{name}.{part}": getattr(layer, inside)["default"]
        for name, layer in adapted_layers(model).items()
        for part, inside in _PARTS.items()
    }


def weights(model: nn.Module) -> Arrays:
    return {name: own.weight.detach().float().cpu().numpy().copy() for name, own in matrices(model).items()}


def put(model: nn.Module, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Give an adapter its weights. Raises ModelFileError where they are of another one."""
    places = matrices(model)
    if wrong := set(places) ^ set(arrays):
        raise ModelFileError(f"the adapter in the model file is not one of its base: {min(wrong)!r} is in one of them")
    with torch.no_grad():
        for name, own in places.items():
            if own.weight.shape != arrays[name].shape:
                raise ModelFileError(
                    f"the adapter in the model file is not one of its base: {name!r} is of shape {arrays[name].shape}, "
                    f"not {tuple(own.weight.shape)}"
                )
            own.weight.copy_(torch.from_numpy(np.array(arrays[name], np.float32)))


def _ends(name: str, target: str) -> bool:
    return name == target or name.endswith("." + target)
