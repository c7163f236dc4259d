"""The record of a layer: forward and backward in NumPy, the functional form in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Differentiable, Floats
from pellucid.drawing.records import Picture


@dataclass(frozen=True, kw_only=True)
class Layer(Differentiable):
    """One layer: `reference(x, weights…, options)` goes forward, `reference_backward(upstream, x, weights…)` back."""

    family: ClassVar[str] = "layers"

    reference_backward: Callable[..., tuple[Floats, ...]]
    """`reference_backward(upstream, *inputs, **options)`: the gradients by every differentiable argument, in order.
    `upstream` is dL/dy, of the shape of the output (a tuple where the forward pass returns one)."""
    linear: bool
    """Whether the layer is linear in x when there is no bias."""
    equivariant: tuple[str, ...] = ()
    """What moves the output as it moves the input: `translation`, `permutation of examples`, …; said to people, and
    tested beside the layer."""
    parameters: str
    """How many numbers it learns, as a formula: `c_out (c_in k / groups) + c_out`."""
    module: str
    """The layer in PyTorch: `torch.nn.Conv2d`."""
    drawn: Callable[[], Picture]
    """What `picture` returns."""

    @property
    def backward(self) -> Callable[..., Any]:
        """The backward pass."""
        return self.reference_backward

    def value_of(self, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]) -> Floats:
        """Return the output; several outputs as one flat array."""
        output = self.reference(*inputs, **options)
        return np.concatenate([one.ravel() for one in output]) if isinstance(output, tuple) else np.asarray(output)

    def gradients_of(
        self, upstream: Floats, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]
    ) -> tuple[Floats, ...]:
        """Return the gradients of the backward pass."""
        output = self.reference(*inputs, **options)
        if not isinstance(output, tuple):
            return self.reference_backward(upstream, *inputs, **options)
        ends = np.cumsum([one.size for one in output])[:-1]
        parts = np.split(upstream, ends)
        shaped = tuple(part.reshape(one.shape) for part, one in zip(parts, output, strict=True))
        return self.reference_backward(shaped, *inputs, **options)

    def picture(self) -> Picture:
        """Return what the layer does, drawn."""
        return self.drawn()
