"""Predicting: logits of many examples, in order, in prediction mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.foundation.batches import Batch, BatchSource

MEMBER_AXES = 3  # (n, e, o)
Combine = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits of a whole set, and what belongs to them."""

    logits: Tensor
    """(n, o)"""
    targets: Tensor
    """(n,) or (n, t)"""
    offset: Tensor | None
    """(n,)"""


def logits_of(
    network: nn.Module, batches: BatchSource, combine: Combine | None = None, *, device: torch.device | None = None
) -> Tensor:
    """Return the logits of all examples, in the order of the source.

    Args:
        network: predicts in eval mode; the mode it was in is restored.
        batches: the examples; their number per batch only decides how much memory it takes.
        combine: joins the members (n, e, o) -> (n, o) where the network has several.
        device: where the network shall compute; None where it is.

    Returns:
        (n, o), on the CPU.
    """
    parameter = next(network.parameters(), None)
    if device is not None:
        network.to(device)
    elif parameter is not None:
        device = parameter.device
    dtype = torch.float32 if parameter is None else parameter.dtype

    def forward(batch: Batch) -> Tensor:
        inputs = (x.to(device, dtype if x.is_floating_point() else x.dtype) for x in batch.inputs)
        logits: Tensor = network(*inputs)
        return logits

    with prediction_mode(network):
        outputs = outputs_of(forward, batches.batches(0), combine)
    return outputs.logits.cpu().clone()  # out of inference mode, so that the caller may use it as any tensor


@contextmanager
def prediction_mode(*modules: nn.Module) -> Iterator[None]:
    """Within the context the modules are in eval mode and nothing is recorded for gradients."""
    modes = [(part, part.training) for module in modules for part in module.modules()]
    for module in modules:
        module.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for part, mode in modes:
            part.training = mode


def outputs_of(forward: Callable[[Batch], Tensor], batches: Iterable[Batch], combine: Combine | None) -> Outputs:
    """Return the joined logits of all batches, on their device, with the targets and offsets."""
    logits, targets, offsets = [], [], []
    for batch in batches:
        values = forward(batch)
        logits.append(combine(values) if combine is not None and values.ndim == MEMBER_AXES else values)
        targets.append(batch.targets)
        if batch.offset is not None:
            offsets.append(batch.offset)
    return Outputs(_joined(logits), _joined(targets), _joined(offsets) if offsets else None)


def _joined(parts: list[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts)
