"""Narrow layers, and a copy in which they are wide. Needs torch."""

from __future__ import annotations

from typing import Any, Final

from torch import nn

NARROW: Final = 16  # units: what is at least tried to be widened
WIDE: Final = 48
DENSE: Final = (nn.Linear,)
CONVOLUTIONS: Final = (nn.Conv1d, nn.Conv2d)
RECURRENT: Final = (nn.RNN, nn.GRU, nn.LSTM)
EMBEDDINGS: Final = (nn.Embedding, nn.EmbeddingBag)
NORMS: Final = (nn.BatchNorm1d, nn.BatchNorm2d)


def narrowest(network: nn.Module) -> tuple[str, int] | None:
    """Return name and width of the narrowest layer before the last one with weights; None where that is the only one.

    Example:
        >>> narrowest(nn.Sequential(nn.Linear(9, 2), nn.ReLU(), nn.Linear(2, 5)))
        ('0', 2)
    """
    found = [(name, width) for name, one in network.named_modules() if (width := _width(one))]
    return min(found[:-1], key=lambda one: one[1], default=None)


def widen(network: nn.Module) -> None:
    """Make every layer of 16 units or fewer but the last one 48 wide, with torch's default weights.

    The layers are taken for a chain in the order in which they were registered: where they are not, the next forward
    pass fails, and a trial that was asked for it says that it cannot be done.
    """
    layers = [(name, one) for name, one in network.named_modules() if _width(one) or isinstance(one, NORMS)]
    last = max((place for place, (_, one) in enumerate(layers) if _width(one)), default=-1)
    times = 1
    for place, (name, one) in enumerate(layers):
        if isinstance(one, NORMS):
            if times > 1:
                _put(network, name, type(one)(one.num_features * times))
            continue
        width = _width(one)
        before, times = times, -(-WIDE // width) if place < last and width <= NARROW else 1
        if before > 1 or times > 1:
            _put(network, name, _resized(one, before, times))


def _width(module: nn.Module) -> int:
    """Return how many numbers a layer gives for one position; 0 for what is no layer with weights."""
    for kinds, name in ((DENSE, "out_features"), (CONVOLUTIONS, "out_channels"), (RECURRENT, "hidden_size"),
                        (EMBEDDINGS, "embedding_dim")):  # fmt: skip
        if isinstance(module, kinds):
            return int(getattr(module, name))
    return 0


def _resized(one: Any, before: int, times: int) -> nn.Module:
    if isinstance(one, DENSE):
        return nn.Linear(one.in_features * before, one.out_features * times, one.bias is not None)
    if isinstance(one, CONVOLUTIONS):
        how: dict[str, Any] = {"stride": one.stride, "padding": one.padding, "dilation": one.dilation}
        kernel: Any = one.kernel_size
        return type(one)(one.in_channels * before, one.out_channels * times, kernel, **how)
    if isinstance(one, EMBEDDINGS):
        return type(one)(one.num_embeddings, one.embedding_dim * times, padding_idx=one.padding_idx)
    return type(one)(  # type: ignore[no-any-return]
        one.input_size * before, one.hidden_size * times, one.num_layers, batch_first=one.batch_first,
        bidirectional=one.bidirectional,
    )  # fmt: skip


def _put(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, module)
