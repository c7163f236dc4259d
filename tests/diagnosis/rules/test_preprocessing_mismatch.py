"""Parts that were prepared in two ways."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.diagnosis.rules.preprocessing_mismatch import measure, measure_during
from pellucid.diagnosis.watch import watch


def parts(clouds: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return (*clouds(300), *clouds(150, seed=1))


def standard(x: Tensor, like: Tensor) -> Tensor:
    return (x - like.mean(0)) / like.std(0)


def between(x: Tensor, like: Tensor) -> Tensor:
    return (x - like.amin(0)) / (like.amax(0) - like.amin(0))


def of(gathered: Any, x: Tensor, y: Tensor, held: Tensor, held_y: Tensor) -> Any:
    return measure(gathered(nn.Linear(x.shape[1], 3), nn.CrossEntropyLoss(), (x, y), (held, held_y)))


@pytest.mark.parametrize(
    ("scale", "words"), [(standard, "every column has mean 0"), (between, "runs exactly from 0 to 1")]
)
def test_each_part_by_itself(gathered: Any, clouds: Any, scale: Any, words: str) -> None:
    x, y, held, held_y = parts(clouds)
    verdict = of(gathered, scale(x, x), y, scale(held, held), held_y)
    assert verdict is not None
    assert words in verdict.measured
    assert of(gathered, scale(x, x), y, scale(held, x), held_y) is None
    both = torch.cat([x, held])
    assert of(gathered, scale(x, both), y, scale(held, both), held_y) is None


@pytest.mark.parametrize("change", [lambda x: 50 * x, lambda x: 3.5 * x + 5, lambda x: x.flip(1)])
def test_validation_rows_of_another_kind(gathered: Any, clouds: Any, change: Any) -> None:
    x, y, held, held_y = parts(clouds)
    assert of(gathered, x, y, change(held), held_y) is not None
    assert of(gathered, x, y, held, held_y) is None


def test_a_selection_of_a_larger_set(gathered: Any, clouds: Any) -> None:
    x, y, held, held_y = parts(clouds)
    data = (standard(x, x), y), (standard(held, held), held_y)
    evidence = gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), *data)
    evidence.data.validation_rows = 10_000
    assert measure(evidence) is None


def test_little_or_nothing(gathered: Any, clouds: Any) -> None:
    x, y, held, held_y = parts(clouds)
    assert of(gathered, x, y, 50 * held[:10], held_y[:10]) is None
    assert measure(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), (x, y))) is None


@pytest.mark.parametrize("forgotten", [True, False])
def test_scaled_in_the_training_loop_only(clouds: Any, forgotten: bool) -> None:
    x, y, held, held_y = parts(clouds)
    batches = list(zip(x.split(32), y.split(32), strict=True))
    network, loss_fn = nn.Linear(6, 3), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    with watch(network, optimizer, loss_fn, batches, [(held, held_y)]) as doctor:
        doctor.rules = ()
        for _ in range(3):
            network.train()
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss_fn(network(inputs / 16), targets).backward()
                optimizer.step()
            network.eval()
            with torch.no_grad():
                network(held if forgotten else held / 16)
    verdict = measure_during(doctor.evidence)
    assert (verdict is not None) is forgotten
    doctor.evidence.passes = []
    assert measure_during(doctor.evidence) is None


@pytest.mark.parametrize("turned", [True, False])
def test_colours_in_the_other_order(gathered: Any, turned: bool) -> None:
    def pictures(rows: int, seed: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        y = torch.arange(rows) % 3
        colour = nn.functional.one_hot(y, 3).float()[:, :, None, None]
        return colour + 0.3 * torch.randn(rows, 3, 4, 4, generator=generator), y

    (x, y), (held, held_y) = pictures(200, 0), pictures(100, 1)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 3))
    parts = (x, y), (held.flip(1) if turned else held, held_y)
    verdict = measure(gathered(network, nn.CrossEntropyLoss(), *parts))
    assert (verdict is not None) is turned
    if verdict is not None:
        assert "three channels" in verdict.measured


def test_another_level_everywhere(gathered: Any) -> None:
    """A line between two classes at -1 and 1, asked about rows that all lie 1.2 farther."""
    torch.manual_seed(0)
    y, held_y = torch.arange(300) % 2, torch.arange(200) % 2
    x, held = (2.0 * some[:, None] - 1 + 1.2 * torch.randn(len(some), 6) for some in (y, held_y))
    verdict = of(gathered, x, y, held + 1.2, held_y)
    assert verdict is not None
    assert "standard deviations away" in verdict.measured
    assert of(gathered, x, y, held, held_y) is None


def test_each_part_by_its_extremes_beside_a_yes_and_no(gathered: Any, clouds: Any) -> None:
    x, y, held, held_y = parts(clouds)
    x, held = (torch.cat([one, (one[:, :1] > 0).float()], 1) for one in (x, held))
    verdict = of(gathered, between(x, x), y, between(held, held), held_y)
    assert verdict is not None
    assert "by its own extremes" in verdict.measured


def test_columns_in_another_order(gathered: Any) -> None:
    torch.manual_seed(0)
    x = torch.randn(500, 3) @ torch.randn(3, 8) + 0.5 * torch.randn(500, 8)
    x, y = (x - x[:300].mean(0)) / x[:300].std(0), torch.randint(0, 3, (500,))
    verdict = of(gathered, x[:300], y[:300], x[300:].roll(3, 1), y[300:])
    assert verdict is not None
    assert "how columns go together" in verdict.measured
    assert of(gathered, x[:300], y[:300], x[300:], y[300:]) is None


def test_a_logarithm_in_one_part_only(gathered: Any) -> None:
    torch.manual_seed(0)
    x = 1.3 * torch.randn(900, 6)
    y = (x[:, :3].sum(1) > 0).long()
    bent = x[600:].exp()
    verdict = of(gathered, x[:600] / 1.3, y[:600], (bent - bent.mean(0)) / bent.std(0) + 0.01, y[600:])
    assert verdict is not None
    assert "Kolmogorov-Smirnov" in verdict.measured
    assert of(gathered, x[:600] / 1.3, y[:600], x[600:] / 1.3, y[600:]) is None


def test_missing_numbers_have_no_moments(gathered: Any, clouds: Any) -> None:
    evidence = gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), clouds(300), clouds(150, seed=1))
    step, one = SimpleNamespace(input_std=1.0, training=True), SimpleNamespace(gradients=False, training=False)
    evidence.steps = [step] * 3
    for spread, found in ((float("nan"), False), (1.0, False), (255.0, True)):
        one.input_std = spread
        evidence.passes = [one]
        assert (measure_during(evidence) is not None) is found
