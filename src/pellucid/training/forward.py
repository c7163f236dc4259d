"""One way through the network: batch in, logits out, with the device, precision and memory format that were chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.foundation.batches import Batch
from pellucid.training.devices import Precision, uses_channels_last

PICTURE_AXES = 4  # (n, c, h, w)


@dataclass(frozen=True, slots=True)
class Forward:
    """Calls the network. Tensors that already are as they should be are passed on without a copy."""

    network: Callable[..., Tensor]
    """The module, or what torch.compile made of it."""
    device: torch.device
    precision: Precision
    channels_last: bool

    @classmethod
    def of(cls, network: nn.Module, device: torch.device, precision: Precision, *, compiled: bool = False) -> Forward:
        """Move the network to its device, type and memory format, in place, and return the way through it."""
        network.to(device=device, dtype=precision.weights)
        channels_last = uses_channels_last(network, device)
        if channels_last:
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks this one
        call: Callable[..., Tensor] = torch.compile(network) if compiled else network
        return cls(call, device, precision, channels_last)

    def __call__(self, batch: Batch) -> Tensor:
        """Return the logits (n, o) or (n, e, o), in the type of the weights."""
        inputs = [self.ready(values) for values in batch.inputs]
        if self.precision.mixed is None:
            return self.network(*inputs)
        with torch.autocast(self.device.type, self.precision.mixed):
            logits = self.network(*inputs)
        return logits.to(self.precision.weights)

    def ready(self, values: Tensor) -> Tensor:
        """Return the tensor on the device, in the type of the weights where it is floating-point."""
        dtype = self.precision.weights if values.is_floating_point() else values.dtype
        if values.dtype != dtype or values.device != self.device:
            values = values.to(self.device, dtype)
        if self.channels_last and values.ndim == PICTURE_AXES:
            values = values.contiguous(memory_format=torch.channels_last)
        return values

    def loss(self, objective: nn.Module, logits: Tensor, batch: Batch) -> Tensor:
        """Return the objective's value for these logits; of mixed examples, the mean of both in their shares."""
        offset = None if batch.offset is None else self.ready(batch.offset)
        value: Tensor = objective(logits, self.ready(batch.targets), offset)
        if batch.mixture is None:
            return value
        others: Tensor = objective(logits, self.ready(batch.targets[batch.mixture.partners]), offset)
        return batch.mixture.share * value + (1 - batch.mixture.share) * others
