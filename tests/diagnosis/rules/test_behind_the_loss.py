"""Faults between network and loss that only the loop has: the graph behind the loss shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.diagnosis.rules import (
    nll_on_logits,
    nll_on_probs,
    output_range_mismatch,
    relu_on_logits,
    sigmoid_before_bcelogits,
    sigmoid_on_multiclass,
    single_unit_softmax,
    softmax_before_ce,
    softmax_wrong_dim,
    wrong_output_activation,
)

X = torch.randn(96, 6, generator=torch.Generator().manual_seed(1))
CLASSES = X[:, :3].argmax(1)
YES = (X[:, :1] > 0).float()
Change = Callable[[Tensor], Tensor]


def through(change: Change) -> Any:
    """A loop that does something to the outputs, with other calls in between."""

    def loop(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, y in 2 * batches:
            optimizer.zero_grad()
            outputs = change(network(x))
            torch.ones(2).float().square().sum()
            loss_fn(outputs, y).backward()
            optimizer.step()

    return loop


FAULTS = [
    (softmax_before_ce, 3, functional.cross_entropy, CLASSES, lambda z: z.softmax(1), None),
    (sigmoid_on_multiclass, 3, functional.cross_entropy, CLASSES, torch.sigmoid, None),
    (relu_on_logits, 3, functional.cross_entropy, CLASSES, torch.relu, None),
    (wrong_output_activation, 3, functional.cross_entropy, CLASSES, torch.tanh, None),
    (nll_on_probs, 3, nn.NLLLoss(), CLASSES, lambda z: z.softmax(1), lambda z: z.log_softmax(1)),
    (nll_on_logits, 3, nn.NLLLoss(), CLASSES, lambda z: z.clone(), lambda z: (z / 2).log_softmax(1)),
    (softmax_wrong_dim, 3, nn.NLLLoss(), CLASSES, lambda z: z.log_softmax(0), lambda z: z.log_softmax(1)),
    (sigmoid_before_bcelogits, 1, nn.BCEWithLogitsLoss(), YES, torch.sigmoid, None),
    (single_unit_softmax, 1, nn.BCELoss(), YES, lambda z: z.softmax(1), torch.sigmoid),
    (output_range_mismatch, 1, nn.MSELoss(), 2 * X[:, :1], torch.relu, None),
]


@pytest.mark.parametrize(("module", "width", "loss_fn", "y", "wrong", "right"), FAULTS)
def test_what_only_the_loop_does_is_found(
    looped: Any, dense: Any, module: Any, width: int, loss_fn: Any, y: Tensor, wrong: Change, right: Change | None
) -> None:
    healthy = right or (lambda z: 3 * z)
    found = looped(module.RULE, dense(6, 16, width), loss_fn, X, y, through(wrong))
    if module is nll_on_logits:
        assert "takes log-probabilities" in found.measured
    assert found is not None
    assert looped(module.RULE, dense(6, 16, width), loss_fn, X, y, through(healthy)) is None


def test_as_many_rows_as_classes_may_be_compared_both_ways(looped: Any, dense: Any) -> None:
    def both(network: Any, loss_fn: Any, optimizer: Any, batches: Any) -> None:
        for x, _ in 2 * batches:
            optimizer.zero_grad()
            likeness = network(x) @ network(x.roll(1, 1)).T  # (32, 32), as of pairs of pictures and texts
            functional.nll_loss(likeness.log_softmax(0), torch.arange(len(x))).backward()
            optimizer.step()

    assert looped(softmax_wrong_dim.RULE, dense(6, 16, 3), nn.CrossEntropyLoss(), X, CLASSES, both) is None


def test_classes_on_the_last_axis(examined: Any) -> None:
    network = nn.Linear(6, 3)  # of each place of a series
    tags = (X.reshape(16, 6, 6)[..., :3]).argmax(-1)
    for end, rule, found in [
        (nn.LogSoftmax(2), softmax_wrong_dim, False),
        (nn.LogSoftmax(1), softmax_wrong_dim, True),
        (nn.Identity(), nll_on_logits, True),
        (nn.LogSoftmax(2), nll_on_logits, False),
        (nn.Softmax(2), nll_on_probs, True),
    ]:
        loss_fn = lambda z, y: functional.nll_loss(z.reshape(-1, 3), y.reshape(-1))  # noqa: E731
        verdict = examined(rule.RULE, nn.Sequential(network, end), loss_fn, X.reshape(16, 6, 6), tags)
        assert (verdict is not None) == found
