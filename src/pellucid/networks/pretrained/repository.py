"""What a model of the hub is: its configuration as JSON, its weights as safetensors. Pickled weights are never read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import DataError

CONFIGURATION: Final = "config.json"
PREPARING: Final = "preprocessor_config.json"
WEIGHTS: Final = "model.safetensors"
WANTED: Final = (CONFIGURATION, PREPARING, WEIGHTS)


def read_configuration(folder: Path, name: str) -> dict[str, Any]:
    """Return the configuration of a model, what is said of its pictures included.

    Args:
        folder: of its files.
        name: of its repository.

    Raises:
        DataError: it has no configuration or no weights as safetensors.
    """
    for file in (CONFIGURATION, WEIGHTS):
        if not (folder / file).is_file():
            raise DataError(
                f"network expected {file} in the model {name}, got none: choose a model that has it; "
                "weights as pickle are not read, because loading them runs whatever code is in them"
            )
    configuration: dict[str, Any] = json.loads((folder / CONFIGURATION).read_text())
    if (folder / PREPARING).is_file():
        configuration |= json.loads((folder / PREPARING).read_text())
    return configuration


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the weights of a model by their names there, real numbers as float32.

    Raises:
        DataError: the file is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(folder / WEIGHTS)
    except (SafetensorError, OSError) as error:
        raise DataError(f"network expected whole weights in {folder / WEIGHTS}, got {error}: fetch them anew") from None
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}


@torch.no_grad()
def put_weights(module: nn.Module, weights: Mapping[str, Tensor], model: str) -> None:
    """Put weights, by the module's own names, into a module.

    Counters of batch norms may be missing on either side.

    Raises:
        DataError: others are missing, too many, or have another shape.
    """
    own = {name: tensor for name, tensor in module.state_dict().items() if tensor.ndim}
    given = {name: tensor for name, tensor in weights.items() if tensor.ndim}
    wrong = sorted(set(own) ^ set(given)) or [name for name in own if own[name].shape != given[name].shape]
    if wrong:
        raise DataError(
            f"network expected the weights of {model} to fit its configuration, got other names or shapes for "
            f"{', '.join(wrong[:3])} ({len(wrong)} in all): choose another model"
        )
    for name, tensor in own.items():
        tensor.copy_(given[name])
