"""Weights by name: out of a network, and back into one that is built again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor, nn

from pellucid.foundation.errors import NotTrainedError, RangeError, RunFolderError
from pellucid.networks.choose import Choice, build
from pellucid.runs.folder import RunFolder
from pellucid.runs.records import RunRecord
from pellucid.tasks.task import Task


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """Return copies of all parameters and buffers by name; one that modules share is written under each name."""
    return {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}


def rebuilt(record: RunRecord, task: Task, folder: RunFolder, own: Any) -> nn.Module:
    """Return the network of a run, built again, with its trained weights, in prediction mode.

    Raises:
        NotTrainedError: the run never came to building a network.
        RangeError: the network was handed over as an object, and is not handed over again.
    """
    described, spec = record.network, record.spec
    if described is None or spec is None:
        raise NotTrainedError(f"pellucid expected a trained run, got {record.name}: `pellucid resume` finishes it")
    if not described.family and not described.path and own is None:
        raise RangeError(
            f"load expected the network of {record.name} again, got none: it was {described.title}, "
            "handed over as an object; pass it as load(folder, network=...)"
        )
    choice = Choice.from_json({"family": described.family, "options": described.options, "path": described.path}, own)
    start = np.zeros(task.outputs, dtype=np.float32)
    network = build(choice, spec, task, start, record.settings.run.seed)
    _put(network, folder.read_weights(), str(folder.path))
    return network.eval()


def _put(network: nn.Module, weights: Mapping[str, Tensor], where: str) -> None:
    """Put weights into a network, in place, in the type in which they were saved."""
    own = network.state_dict()
    wrong = sorted(set(own) ^ set(weights)) + [n for n in own if n in weights and own[n].shape != weights[n].shape]
    if wrong:
        raise RunFolderError(
            f"pellucid expected the weights in {where} to fit the network, got other names or shapes for "
            f"{', '.join(wrong[:3])}: pass the network that was trained"
        )
    floating = next((tensor.dtype for tensor in weights.values() if tensor.is_floating_point()), None)
    if floating is not None:
        network.to(floating)
    network.load_state_dict(dict(weights))
