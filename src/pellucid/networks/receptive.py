"""Receptive fields: how many places of the input one place of a layer's output sees, followed from layer to layer."""

from __future__ import annotations

from typing import Any, Final

from torch import Tensor, nn

from pellucid.networks.vision.layers import BEFORE_SPACE, MeanPool

Field = tuple[tuple[int, int], ...]
"""For each axis of space: places of the input that are seen, and how far apart two neighbours' are."""

MARK: Final = "_pellucid_receptive_field"  # a tensor carries its own, so that no tensor need be kept alive
CONVOLUTIONS: Final = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
POOLS: Final = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
KEEPING: Final = (
    nn.Identity, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.SiLU, nn.GELU, nn.Tanh, nn.Sigmoid, nn.GroupNorm, nn.BatchNorm1d,
    nn.BatchNorm2d, nn.BatchNorm3d, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d,
)  # fmt: skip
"""What does not look beside its place. (A group norm does, by mean and variance; as usual, that does not count.)"""


class ReceptiveFields:
    """Follows the field through one pass of a network, layer by layer.

    What happens between layers (a sum with a shortcut, joined channels) gives tensors that no layer has made. Such a
    tensor is taken to have the largest field that was seen among tensors of its sizes, which is right wherever sizes
    shrink along one path. After any other layer (recurrent, attention, transposed, global mean) there is no field.

    **Formula** r_l = r_(l-1) + d (k - 1) s_1 … s_(l-1) for kernel k, dilation d, strides s.

    Example:
        >>> import torch
        >>> x, fields, layer = torch.zeros(1, 1, 9), ReceptiveFields(), nn.Conv1d(1, 1, 3)
        >>> fields.begin((x,))
        >>> fields.after(layer, (x,), layer(x))
        '3'

    Source: A. Araujo, W. Norris, J. Sim, Computing receptive fields of convolutional neural networks, 2019.
    """

    def __init__(self) -> None:
        self.by_sizes: dict[tuple[int, ...], Field | None] = {}

    def begin(self, inputs: tuple[Tensor, ...]) -> None:
        """Note that each place of the inputs (n, c, sizes) sees itself."""
        for tensor in inputs:
            self._note(tensor, tuple((1, 1) for _ in tensor.shape[BEFORE_SPACE:]))

    def after(self, layer: nn.Module, inputs: tuple[Any, ...], output: Any) -> str:
        """Return what to say of the layer: `7 × 7`; "" where it is no convolution or pooling, or sees no part alone."""
        if not inputs or not isinstance(inputs[0], Tensor) or not isinstance(output, Tensor):
            return ""
        reach = _reach(layer, inputs[0].ndim - BEFORE_SPACE)
        field = None if reach is None else self._of(inputs[0])
        if reach is None or field is None:
            self._note(output, None)
            return ""
        seen = tuple((r + extent * jump, jump * s) for (r, jump), (extent, s) in zip(field, reach, strict=True))
        self._note(output, seen)
        return "" if isinstance(layer, KEEPING) else " × ".join(str(r) for r, _ in seen)

    def _of(self, tensor: Tensor) -> Field | None:
        """Return the field of a tensor, and mark it: what is computed from it later must not change it."""
        if not hasattr(tensor, MARK):
            setattr(tensor, MARK, self.by_sizes.get(tensor.shape[BEFORE_SPACE:]))
        field: Field | None = getattr(tensor, MARK)
        return field

    def _note(self, tensor: Tensor, field: Field | None) -> None:
        setattr(tensor, MARK, field)
        sizes = tuple(tensor.shape[BEFORE_SPACE:])
        before = self.by_sizes.get(sizes, field)
        self.by_sizes[sizes] = None if field is None or before is None else max(field, before)


def _reach(layer: nn.Module, axes: int) -> Field | None:
    """Return for each axis how far a layer reaches beyond one place, and its stride; None where that means nothing."""
    if isinstance(layer, KEEPING):
        return ((0, 1),) * axes
    if isinstance(layer, MeanPool):
        return ((1, 2),) * axes
    if not isinstance(layer, CONVOLUTIONS + POOLS):
        return None
    kernel, stride = _each(layer.kernel_size, axes), _each(layer.stride, axes)
    dilation = _each(getattr(layer, "dilation", 1), axes)
    return tuple(((k - 1) * d, s) for k, s, d in zip(kernel, stride, dilation, strict=True))


def _each(value: Any, axes: int) -> tuple[int, ...]:
    """Return one number for each axis, of one for all or one for each."""
    return tuple(value) if isinstance(value, tuple) else (int(value),) * axes
