"""Checking before the first step that a network takes the inputs and returns the logits that the task needs."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from pellucid.foundation.errors import ShapeError
from pellucid.foundation.records import InputSpec

PROBE_ROWS: Final = 2  # one row would hide a squeezed axis
AXES_WITH_MEMBERS: Final = 3  # (n, e, o)


def zero_inputs(spec: InputSpec, rows: int = PROBE_ROWS) -> tuple[Tensor, ...]:
    """Return a batch of zeros such as the network will get.

    Example:
        >>> zero_inputs(InputSpec(kind="table", examples=9, numbers=3, levels=(4,)))[1].shape
        torch.Size([2, 1])
    """
    if spec.parts:
        return tuple(tensor for part in spec.parts for tensor in zero_inputs(part, rows))
    if spec.kind == "text":
        return (torch.zeros(rows, *spec.shape, dtype=torch.int64),)
    if spec.kind != "table":
        first = torch.zeros(rows, *spec.shape)
        if spec.lengths:
            return first, torch.full((rows,), spec.shape[-1], dtype=torch.int64)
        return (first, torch.zeros(rows, *spec.future)) if spec.future[0] else (first,)
    numbers = torch.zeros(rows, spec.numbers)
    if not spec.levels:
        return (numbers,)
    return numbers, torch.zeros(rows, len(spec.levels), dtype=torch.int64)


def probe(network: nn.Module, inputs: tuple[Tensor, ...], outputs: int) -> None:
    """Run the network once, without learning, and check the shape of its logits.

    Args:
        network: returns logits (n, o), or (n, e, o) with e members.
        inputs: the tensors of one batch of n examples.
        outputs: o.

    Raises:
        ShapeError: it does not take the inputs, or returns something else than such logits.

    Example:
        >>> probe(nn.Linear(3, 2), (torch.zeros(5, 3),), 1)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        pellucid.foundation.errors.ShapeError: network expected to return logits of shape (n, o) = (5, 1), got ...
    """
    training = [module for module in network.modules() if module.training]
    network.eval()
    try:
        with torch.no_grad():
            logits = network(*inputs)
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        raise ShapeError(
            f"network expected to take inputs of shape {' and '.join(str(tuple(x.shape)) for x in inputs)}, "
            f"got {type(error).__name__} ({str(error).splitlines()[0]}): make its first layer take these inputs"
        ) from error
    finally:
        for module in training:
            module.training = True
    rows = inputs[0].shape[0]
    if not isinstance(logits, Tensor):
        raise ShapeError(
            f"network expected to return logits of shape (n, o) = ({rows}, {outputs}), "
            f"got a {type(logits).__name__}: return one tensor from forward"
        )
    shape = tuple(logits.shape)
    if shape == (rows, outputs) or (logits.ndim == AXES_WITH_MEMBERS and (shape[0], shape[2]) == (rows, outputs)):
        return
    raise ShapeError(
        f"network expected to return logits of shape (n, o) = ({rows}, {outputs}), got {shape}: "
        f"set the last layer to {outputs} unit{'s' if outputs > 1 else ''}"
    )
