"""Packing weights: all parameters that are treated alike become views into one vector, and so do their gradients.

One vector makes the update, the clipping, the check for NaN and the copy of the best weights one operation each,
whatever the number of layers: tiny networks train several times faster, large ones no slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import RangeError

ALIGNED: Final = 16  # every parameter starts at a multiple of 64 bytes (float32), where vector instructions are fast
MATRIX_AXES: Final = 2  # fewer: a bias or a scale


@dataclass(slots=True)
class Treated:
    """A parameter and how it is treated."""

    parameter: nn.Parameter
    rate_factor: float
    decay: float


@dataclass(slots=True)
class Vector:
    """Parameters that are treated alike, as one vector."""

    weights: Tensor
    """(p,) the parameters one after another; gaps between them are 0 and stay so."""
    gradient: Tensor
    """(p,) their gradients; back-propagation adds to it."""
    parameters: tuple[nn.Parameter, ...]
    """The parameters, now views into `weights`; their `.grad` are views into `gradient`."""
    rate_factor: float
    """Of the learning rate."""
    decay: float
    """Weight decay."""

    def unpack(self) -> None:
        """Give every parameter its own memory again, in the usual order, and no gradient."""
        for parameter in self.parameters:
            parameter.grad = None
            parameter.data = parameter.data.clone(memory_format=torch.contiguous_format)


def treatments(network: nn.Module, objective: nn.Module, weight_decay: float) -> list[Treated]:
    """Return every trainable parameter once, with its rate factor and its weight decay.

    A network may define `parameter_groups()`, returning objects with `parameters`, `rate_factor` and `decay_factor`.
    What it leaves out has factor 1 and decays where it is a matrix or a kernel of a layer that is no norm and no
    embedding. The objective's parameters never decay.
    """
    plain = _undecayed(network)
    found: dict[nn.Parameter, Treated] = {}
    grouping = getattr(network, "parameter_groups", None)
    for group in grouping() if callable(grouping) else ():
        for parameter in group.parameters:
            found.setdefault(
                parameter, Treated(parameter, float(group.rate_factor), weight_decay * float(group.decay_factor))
            )
    for parameter in network.parameters():
        decays = parameter.ndim >= MATRIX_AXES and parameter not in plain
        found.setdefault(parameter, Treated(parameter, 1.0, weight_decay if decays else 0.0))
    for parameter in objective.parameters():
        found.setdefault(parameter, Treated(parameter, 1.0, 0.0))
    return [treated for treated in found.values() if treated.parameter.requires_grad]


def _undecayed(network: nn.Module) -> set[nn.Parameter]:
    """Return the parameters of norms and embeddings."""
    spared = (
        module for module in network.modules() if isinstance(module, nn.Embedding | nn.EmbeddingBag) or _is_norm(module)
    )
    return {parameter for module in spared for parameter in module.parameters(recurse=False)}


def _is_norm(module: nn.Module) -> bool:
    return "Norm" in type(module).__name__


def pack(treated: Sequence[Treated], modules: Iterable[nn.Module] = ()) -> tuple[Vector, ...]:
    """Move the parameters into vectors, one for each treatment, and return these.

    Args:
        treated: the parameters, each once.
        modules: those that own them, to be checked for gradients that cannot lie in a vector.

    Raises:
        RangeError: there is nothing to train, or an embedding makes sparse gradients.
    """
    if not treated:
        raise RangeError("fit expected a network with weights to train, got none: set requires_grad of some to True")
    for module in modules:
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.sparse:
            raise RangeError("fit expected embeddings with dense gradients, got sparse=True: pass sparse=False")
    groups: dict[Any, list[Treated]] = {}
    for one in treated:
        key = (one.parameter.dtype, one.parameter.device, one.rate_factor, one.decay)
        groups.setdefault(key, []).append(one)
    return tuple(_pack_group(group) for group in groups.values())


def _pack_group(group: Sequence[Treated]) -> Vector:
    parameters = tuple(one.parameter for one in group)
    starts, length = offsets(parameters)
    weights = torch.zeros(length, dtype=parameters[0].dtype, device=parameters[0].device)
    gradient = torch.zeros_like(weights)
    for parameter, start in zip(parameters, starts, strict=True):
        strides = _strides(parameter.data)
        view = weights.as_strided(parameter.shape, strides, start)
        view.copy_(parameter.data)
        parameter.data = view
        parameter.grad = gradient.as_strided(parameter.shape, strides, start)
    return Vector(weights, gradient, parameters, group[0].rate_factor, group[0].decay)


def offsets(parameters: Iterable[nn.Parameter]) -> tuple[list[int], int]:
    """Return where each parameter starts in its vector, and how long the vector is."""
    starts, length = [], 0
    for parameter in parameters:
        starts.append(length)
        length += -(-parameter.numel() // ALIGNED) * ALIGNED
    return starts, length


def _strides(values: Tensor) -> tuple[int, ...]:
    """Return the strides to keep: those of channels-last kernels, otherwise the usual ones."""
    kept = values.ndim == 4 and values.is_contiguous(memory_format=torch.channels_last)  # noqa: PLR2004  (o, c, h, w)
    return values.stride() if kept else torch.empty(values.shape, device="meta").stride()


def gradient_norm(vectors: Sequence[Vector]) -> Tensor:
    """Return the Euclidean norm of the whole gradient, a scalar on the device."""
    norms: list[Tensor] = [torch.linalg.vector_norm(vector.gradient) for vector in vectors]
    return norms[0] if len(norms) == 1 else torch.stack(norms).norm()
