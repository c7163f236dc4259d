"""Rows that are mixed: by a view, by a recurrent layer with the wrong axis; not by a transpose or by batch norms."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.batch_mixing import RULE, measure


class Sequences(nn.Module):
    """A GRU that reads time first, and something that brings the batch into this order."""

    def __init__(self, arrange: Any) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.arrange, self.gru, self.head = arrange, nn.GRU(2, 8), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gru(self.arrange(x))[1][-1])


def of(gathered: Any, network: nn.Module) -> Any:
    torch.manual_seed(1)
    return gathered(network, nn.CrossEntropyLoss(), (torch.randn(96, 5, 2), torch.randint(0, 3, (96,))))


def test_a_view_mixes_rows(gathered: Any) -> None:
    evidence = of(gathered, Sequences(lambda x: x.view(x.shape[1], x.shape[0], x.shape[2])))
    verdict = measure(evidence)
    assert verdict is not None
    assert verdict.remedy == "permute(1, 0, 2) in the place of view(5, 64, 2)"
    assert "label_noise" in RULE.explains


def test_time_first_where_the_batch_is_first(gathered: Any) -> None:
    class Wrong(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.gru, self.head = nn.GRU(2, 8), nn.Linear(8, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.gru(x)[0][:, -1])

    verdict = measure(of(gathered, Wrong()))
    assert verdict is not None
    assert verdict.remedy == ""


@pytest.mark.parametrize(
    "network",
    [
        Sequences(lambda x: x.transpose(0, 1)),
        nn.Sequential(nn.Flatten(), nn.Linear(10, 8), nn.BatchNorm1d(8, track_running_stats=False), nn.Linear(8, 3)),
        nn.Sequential(nn.Flatten(), nn.Linear(10, 3), nn.Softmax(dim=0)),
    ],
    ids=["transpose", "batch statistics", "softmax over rows"],
)
def test_silent(gathered: Any, network: nn.Module) -> None:
    assert measure(of(gathered, network)) is None


def test_silent_for_batch_norm_as_a_function(gathered: Any) -> None:
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(10, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(torch.nn.functional.batch_norm(x.flatten(1), None, None, training=True))

    evidence = of(gathered, Functional())
    assert evidence.contract.row_dependence > 0.01
    assert measure(evidence) is None


class FirstPlace(nn.Module):
    """A learnt place in front attends to the others, and alone is read."""

    def __init__(self, *, batch_first: bool) -> None:
        super().__init__()
        self.front = nn.Parameter(torch.randn(1, 1, 4))
        self.attention, self.head = nn.MultiheadAttention(4, 2, batch_first=batch_first), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.front.expand(len(x), -1, -1), x.repeat(1, 1, 2)], 1)
        return self.head(self.attention(x, x, x)[0][:, 0])


@pytest.mark.parametrize("batch_first", [True, False])
def test_attention_to_rows_that_say_the_same(gathered: Any, batch_first: bool) -> None:
    torch.manual_seed(0)
    verdict = measure(of(gathered, FirstPlace(batch_first=batch_first)))
    assert (verdict is None) is batch_first
    assert verdict is None or verdict.layer == "attention"
