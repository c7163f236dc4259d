"""Dropout that goes on in eval mode, and dropout that does not."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.diagnosis.rules.functional_dropout_at_eval import measure


class Net(nn.Module):
    def __init__(self, drop: Any) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.drop, self.head = drop, nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.drop(x, self))


class MonteCarloDropout(nn.Dropout):
    def forward(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.p, True)


def attention(x: Tensor, p: float) -> Tensor:
    rows = x[:, None, :]
    return functional.scaled_dot_product_attention(rows, rows, rows, dropout_p=p)[:, 0]


@pytest.mark.parametrize(
    ("drop", "remedy"),
    [
        (lambda x, _: functional.dropout(x, 0.4), "F.dropout(x, 0.4, training=self.training)"),
        (
            lambda x, _: functional.alpha_dropout(x, 0.3, training=True),
            "F.alpha_dropout(x, 0.3, training=self.training)",
        ),
        (lambda x, _: attention(x, 0.2), "dropout_p=0.2 if self.training else 0.0"),
        (lambda x, self: functional.dropout(x, 0.4, training=self.training), None),
        (lambda x, self: attention(x, 0.2 if self.training else 0.0), None),
        (lambda x, _: functional.dropout(x, 0.0), None),
    ],
)
def test_what_drops_in_eval_mode(gathered: Any, clouds: Any, drop: Any, remedy: str | None) -> None:
    verdict = measure(gathered(Net(drop), nn.CrossEntropyLoss(), clouds()))
    assert (None if verdict is None else verdict.remedy) == remedy


@pytest.mark.parametrize("layer", [nn.Dropout(0.5), MonteCarloDropout(0.5)])
def test_layers_are_left_alone(gathered: Any, clouds: Any, layer: nn.Module) -> None:
    """A class of one's own that drops always, for Monte Carlo dropout, does so on purpose."""
    network = nn.Sequential(nn.Linear(6, 8), layer, nn.Linear(8, 3))
    assert measure(gathered(network, nn.CrossEntropyLoss(), clouds())) is None
