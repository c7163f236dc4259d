"""What stands behind a loss: the operations of its graph, from the loss down to the last layer. Needs torch.

The graph is what the loop did: it does not matter who called the functions, nor what was called in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.diagnosis.evidence import Evidence

NODES: Final = 60  # looked at before the search for the loss is given up: penalties and means of several losses
LINKS: Final = 12
FEWEST: Final = 2  # watched steps
BEGINNINGS: Final = frozenset(
    {"nll_loss", "nll_loss2d", "log_softmax", "binary_cross_entropy", "binary_cross_entropy_with_logits", "log",
     "log_sigmoid", "mse_loss", "smooth_l1_loss", "huber_loss"}
)  # fmt: skip
WEIGHTED: Final = frozenset(
    {"addmm", "mm", "bmm", "baddbmm", "convolution", "mkldnn_convolution", "cudnn_convolution", "embedding",
     "embedding_bag", "mkldnn_linear", "linear", "native_batch_norm", "native_layer_norm", "accumulate_grad"}
)  # fmt: skip
RESHAPING: Final = frozenset(
    {"squeeze", "unsqueeze", "view", "unsafe_view", "reshape_alias", "_unsafe_view", "permute", "transpose", "t",
     "select", "slice", "to_copy", "clone", "alias", "expand", "add", "index", "as_strided"}
)  # fmt: skip
"""What changes no number, or adds a small one under a logarithm."""
TAKE_LOGITS: Final = frozenset({"log_softmax", "binary_cross_entropy_with_logits", "log_sigmoid"})
TAKE_PROBABILITIES: Final = frozenset({"log", "binary_cross_entropy"})
BACKWARD: Final = re.compile(r"Backward\d*$")


class Link(NamedTuple):
    """One operation behind a loss."""

    name: str
    """As torch calls the function: "log_softmax", "sigmoid"; of a linear layer "addmm"."""
    axis: int | None
    """Along which a softmax sums to 1, from 0."""
    shape: tuple[int, ...]
    """Of its result."""


def chain_behind(loss: Tensor) -> tuple[Link, ...]:
    """Return the operations from a cross-entropy or a squared error down to the last layer; () where there is none.

    Example:
        >>> import torch
        >>> z = torch.nn.Linear(2, 3)(torch.randn(4, 2))
        >>> loss = torch.nn.functional.cross_entropy(z.softmax(0), torch.tensor([0, 1, 2, 0]))
        >>> [link.name for link in chain_behind(loss)]
        ['nll_loss', 'log_softmax', 'softmax', 'addmm']
    """
    todo: list[Any] = [loss.grad_fn]
    seen: set[Any] = set()
    while todo and len(seen) < NODES:
        node = todo.pop(0)
        if node is None or node in seen:
            continue
        seen.add(node)
        name = _name(node)
        if name in BEGINNINGS:
            return tuple(_down(node))
        if name not in WEIGHTED:
            todo += [one for one, _ in node.next_functions]
    return ()


def behind_loss(evidence: Evidence) -> tuple[Link, ...]:
    """Return the chain behind the loss where it was the same in all watched steps; () where it cannot be told."""
    chains = [step.behind for step in evidence.steps]
    if len(chains) < FEWEST or len({tuple(link.name for link in chain) for chain in chains}) != 1:
        return ()
    return chains[0]


def given_to(evidence: Evidence, *names: str) -> Link | None:
    """Return the operation whose result the first of the named ones behind the loss is given; None where there is none.

    Args:
        evidence: of the training.
        names: of operations, e.g. "nll_loss".
    """
    return next((given for link, given in pairwise(behind_loss(evidence)) if link.name in names), None)


def logits_behind(evidence: Evidence) -> Link | None:
    """Return the operation whose result the loss takes for logits: what a softmax or a sigmoid before it is given."""
    after_loss = False
    for link, given in pairwise(behind_loss(evidence)):
        if link.name in TAKE_LOGITS or (after_loss and link.name in ("softmax", "sigmoid")):
            return given
        after_loss = after_loss or link.name in TAKE_PROBABILITIES
    return None


def _down(node: Any) -> Iterator[Link]:
    """Yield the links below a node as long as there is only one way to go."""
    for _ in range(LINKS):
        name = _name(node)
        ways = [one for one, _ in node.next_functions if one is not None]
        if name not in RESHAPING or len(ways) != 1:
            shape = _shape(node)
            yield Link(name, _axis(node, len(shape)), shape)
        if name in WEIGHTED or len(ways) != 1:
            return
        node = ways[0]


def _name(node: Any) -> str:
    """Return the function's name of a node of the graph: "nll_loss" for NllLossBackward0."""
    plain = BACKWARD.sub("", type(node).__name__)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower().replace("loss2_d", "loss2d")


def _shape(node: Any) -> tuple[int, ...]:
    try:
        return tuple(node._input_metadata[0].shape)
    except (AttributeError, IndexError):
        return ()


def _axis(node: Any, dimensions: int) -> int | None:
    axis = getattr(node, "_saved_dim", None)
    if not isinstance(axis, int) or not dimensions:
        return None
    return axis % dimensions if axis < 2**63 else (axis - 2**64) % dimensions  # torch gives -1 as 2**64 - 1
