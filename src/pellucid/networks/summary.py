"""The table of layers: what each does to the shape of one example, and how many parameters it has."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.foundation.records import InputSpec, LayerRow
from pellucid.networks.probe import zero_inputs
from pellucid.networks.receptive import ReceptiveFields

MATRIX_AXES: Final = 2
ROWS: Final = 7  # a batch of this size is easily told from the other axes: members may come before or after it


def summarise(network: nn.Module, spec: InputSpec) -> tuple[LayerRow, ...]:
    """Return a row for each layer without layers inside, in the order in which they are used.

    Args:
        network: is called once with a batch of zeros, in prediction mode; it is left as it was.
        spec: of the input.

    Example:
        >>> summarise(nn.Sequential(nn.Linear(3, 2)), InputSpec(kind="table", examples=9, numbers=3))
        (LayerRow(name='0', kind='Linear', shape='(2,)', parameters=8, multiply_adds=6, receptive_field=''),)
    """
    rows: list[LayerRow] = []
    counted: set[int] = set()
    fields = ReceptiveFields()

    def note(name: str, module: nn.Module) -> Any:
        def hook(_module: nn.Module, inputs: Any, output: Any) -> None:
            own = [p for p in module.parameters() if id(p) not in counted]
            counted.update(map(id, own))
            shape = _shape_of_one(output) if isinstance(output, Tensor) else "–"
            count = sum(parameter.numel() for parameter in own)
            work = _multiply_adds(module, output) if isinstance(output, Tensor) else 0
            row = LayerRow(
                name=name or "network",
                kind=type(module).__name__,
                shape=shape,
                parameters=count,
                multiply_adds=work,
                receptive_field=fields.after(module, inputs, output),
            )
            rows.append(row)

        return module.register_forward_hook(hook)

    leaves = [(name, module) for name, module in network.named_modules() if not list(module.children())]
    handles = [note(name, module) for name, module in leaves]
    training, parameter = network.training, next(network.parameters(), None)
    network.eval()
    try:
        with torch.no_grad():
            dtype = torch.float32 if parameter is None else parameter.dtype
            inputs = tuple(x.to(dtype) if x.is_floating_point() else x for x in zero_inputs(spec, ROWS))
            fields.begin(inputs)
            network(*inputs)
    finally:
        network.train(training)
        for handle in handles:
            handle.remove()
    return tuple(rows)


def _shape_of_one(output: Tensor) -> str:
    """Return the shape for one example: without the axis of the batch."""
    shape = list(output.shape)
    if ROWS in shape:
        shape.remove(ROWS)
    elif shape and shape[0] % ROWS == 0:  # the frames of all clips, one after the other
        shape[0] //= ROWS
    return str(tuple(shape))


def _multiply_adds(module: nn.Module, output: Tensor) -> int:
    """Return the multiply-adds of one example: each weight is used once at each place of the output.

    Embeddings look up and norms scale: neither counts.
    """
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor) or weight.ndim < MATRIX_AXES or isinstance(module, nn.Embedding):
        return 0
    elements = output.numel() // ROWS
    wide = getattr(module, "out_channels", getattr(module, "out_features", elements))
    return weight.numel() * max(elements // max(int(wide), 1), 1)
