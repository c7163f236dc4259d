"""Running statistics that are never learnt, that lag, or that are not used."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.evidence import PassFacts, StepFacts
from pellucid.diagnosis.rules.bn_stats_not_tracked import measure_after, measure_before
from pellucid.diagnosis.watch import watch


def net(momentum: float | None, *, track: bool = True) -> nn.Sequential:
    torch.manual_seed(0)
    norm = nn.BatchNorm1d(8, momentum=momentum, track_running_stats=track)
    return nn.Sequential(nn.Linear(6, 8), norm, nn.ReLU(), nn.Linear(8, 3))


def test_momentum_0_is_found_before_the_first_step(gathered: Any, clouds: Any) -> None:
    verdict = measure_before(gathered(net(0.0), nn.CrossEntropyLoss(), clouds()))
    assert verdict is not None
    assert verdict.layer == "1"
    assert measure_before(gathered(net(0.1), nn.CrossEntropyLoss(), clouds())) is None


def test_pretrained_statistics_may_be_kept(gathered: Any, clouds: Any) -> None:
    network = net(0.0)
    network[1].running_mean.fill_(0.3)
    assert measure_before(gathered(network, nn.CrossEntropyLoss(), clouds())) is None


@pytest.mark.parametrize("always", [True, False])
def test_the_function(gathered: Any, clouds: Any, always: bool) -> None:
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(6, 3)
            self.register_buffer("mean", torch.zeros(6))
            self.register_buffer("variance", torch.ones(6))

        def forward(self, x: Tensor) -> Tensor:
            normed = torch.nn.functional.batch_norm(x, self.mean, self.variance, training=always or self.training)
            return self.head(normed)

    verdict = measure_before(gathered(Functional(), nn.CrossEntropyLoss(), clouds()))
    assert (verdict is not None) is always


def trained(clouds: Any, network: nn.Module) -> Any:
    x, y = clouds()
    batches = list(zip((5 + 4 * x).split(32)[:7], y.split(32)[:7], strict=True))
    optimizer, loss_fn = torch.optim.Adam(network.parameters(), lr=0.01), nn.CrossEntropyLoss()
    with watch(network, optimizer, loss_fn, batches) as doctor:
        doctor.rules = ()
        for _ in range(6):
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss_fn(network(inputs), targets).backward()
                optimizer.step()
    return doctor.evidence


def test_statistics_that_lag(clouds: Any) -> None:
    """Of the first values (1 - 0.001)^42 = 96 % are left; with momentum 0.1 it is 1 %."""
    verdict = measure_after(trained(clouds, net(0.001)))
    assert verdict is not None
    assert "still 96% the first values" in verdict.measured
    assert "with statistics taken anew" in verdict.proof
    assert measure_after(trained(clouds, net(0.1))) is None
    assert measure_after(trained(clouds, net(None))) is None


def test_no_statistics_and_small_batches(gathered: Any, clouds: Any) -> None:
    evidence = gathered(net(0.1, track=False), nn.CrossEntropyLoss(), clouds())
    passed = {"step": 7, "training": False, "gradients": False, "fingerprint": 0.0}
    evidence.passes = [PassFacts(rows=200, **passed)]
    assert measure_after(evidence) is None
    evidence.passes = [PassFacts(rows=2, **passed)]
    verdict = measure_after(evidence)
    assert verdict is not None
    assert "evaluation batches have 2 rows" in verdict.measured


def test_nothing_can_be_said_without_examples(gathered: Any, clouds: Any) -> None:
    evidence = gathered(net(0.001), nn.CrossEntropyLoss(), clouds())
    evidence.steps = [
        StepFacts(
            step=1,
            loss=1.0,
            backwards=1,
            clean_start=True,
            rates=(0.1,),
            norm_after_backward=1.0,
            norm_at_step=1.0,
            without_gradient=(),
            update_ratio={},
            unchanged_share=0.0,
            training=True,
            in_eval=(),
            batch_size=32,
            fingerprint=1.0,
        )
    ]
    evidence.data.train = None
    assert measure_after(evidence) is None
