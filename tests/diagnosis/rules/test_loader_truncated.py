"""Loops that leave the loader early."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset

from pellucid.diagnosis.rules.loader_truncated import measure_before, measure_during
from pellucid.diagnosis.watch import watch


def trained(batches: Any, take: int | None, epochs: int, *, evaluate: bool = False) -> Any:
    torch.manual_seed(0)
    network = nn.Linear(6, 3)
    optimizer, loss_fn = torch.optim.SGD(network.parameters(), lr=0.01), nn.CrossEntropyLoss()
    with watch(network, optimizer, loss_fn, batches) as doctor:
        doctor.rules = ()
        for _ in range(epochs):
            for x, y in islice(iter(batches), take):
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            if evaluate:
                with torch.no_grad():
                    network(x)
    return doctor.evidence


def batches_of(clouds: Any, rows: int = 256, size: int = 16) -> Any:
    x, y = clouds(rows)
    return list(zip(x.split(size), y.split(size), strict=True))


@pytest.mark.parametrize(
    ("take", "epochs", "words"), [(1, 20, "every step"), (2, 10, "every 2 steps"), (None, 3, None)]
)
def test_the_same_batches_come_round(clouds: Any, take: int | None, epochs: int, words: str | None) -> None:
    verdict = measure_during(trained(batches_of(clouds), take, epochs))
    assert (verdict is None) if words is None else verdict is not None and verdict.measured.endswith(words)


def test_equal_batches_are_no_cycle(clouds: Any) -> None:
    """Four rows, over and over: the loader itself gives equal batches."""
    assert measure_during(trained(batches_of(clouds)[:1] * 16, None, 2)) is None


def test_evaluations_before_the_loader_was_gone_through(clouds: Any) -> None:
    x, y = clouds(256)
    shuffled = DataLoader(TensorDataset(x, y), 8, shuffle=True)
    evidence = trained(shuffled, 1, 10, evaluate=True)
    verdict = measure_during(evidence)
    assert verdict is not None
    assert "the training ended after 10 steps" in verdict.measured
    assert measure_during(trained(shuffled, None, 2, evaluate=True)) is None
    evidence.data.batches_in_epoch = 1
    assert measure_during(evidence) is None


def test_an_empty_loader(gathered: Any, clouds: Any) -> None:
    x, y = clouds(20)
    empty = DataLoader(TensorDataset(x, y), 32, drop_last=True)
    evidence = gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), empty)
    verdict = measure_before(evidence)
    assert verdict is not None
    assert verdict.measured.startswith("len(train_loader) is 0 with 20 rows")
    assert measure_before(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), (x, y))) is None


@pytest.mark.parametrize(("take", "epochs"), [(9, 12), (None, 6), (15, 8)])
def test_a_loader_in_fixed_order_is_begun_anew(clouds: Any, take: int | None, epochs: int) -> None:
    """Of 16 batches 9 are drawn: the first ones are met too early. A loop that leaves out the last one is sound."""
    evidence = trained(batches_of(clouds), take, epochs)
    evidence.steps = [one for one in evidence.steps if one.step % 2]  # no two watched steps next to one another
    verdict = measure_during(evidence)
    assert (verdict is not None) is (take == 9)
    if verdict is not None:
        assert verdict.measured.startswith("only")


def shuffled(clouds: Any, *, copies: int = 1) -> DataLoader[Any]:
    x, y = clouds(256 // copies)
    return DataLoader(TensorDataset(x.repeat(copies, 1), y.repeat(copies)), 16, shuffle=True)


@pytest.mark.parametrize(("take", "epochs", "words"), [(4, 6, "every 4 steps"), (1, 10, "every step"), (None, 3, None)])
def test_left_early_though_shuffled(clouds: Any, take: int | None, epochs: int, words: str | None) -> None:
    evidence = trained(shuffled(clouds), take, epochs)
    evidence.ended = True
    verdict = measure_during(evidence)
    assert (verdict is None) if words is None else verdict is not None and words in verdict.measured


def test_begun_anew_and_evaluated_at_every_step(clouds: Any) -> None:
    torch.manual_seed(0)
    loader, held = shuffled(clouds), [clouds(32, seed=1)]
    network = nn.Linear(6, 3)
    optimizer, loss_fn = torch.optim.SGD(network.parameters(), lr=0.01), nn.CrossEntropyLoss()
    with watch(network, optimizer, loss_fn, loader, held) as doctor:
        doctor.rules = ()
        for _ in range(20):
            x, y = next(iter(loader))
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()
            with torch.no_grad():
                network(held[0][0])
    verdict = measure_during(doctor.evidence)
    assert verdict is not None
    assert "every step" in verdict.measured


def test_silent_where_the_data_have_copies(clouds: Any) -> None:
    assert measure_during(trained(shuffled(clouds, copies=4), 4, 6)) is None


@pytest.mark.parametrize(("rows", "found"), [(20, True), (200, False)])
def test_few_of_the_rows_that_are_held(gathered: Any, clouds: Any, rows: int, found: bool) -> None:
    loader = DataLoader(TensorDataset(*clouds(240)), 8, sampler=SubsetRandomSampler(range(rows)))
    verdict = measure_before(gathered(nn.Linear(6, 3), nn.CrossEntropyLoss(), loader))
    assert (verdict is not None) is found
    assert verdict is None or f"{rows} rows" in verdict.measured


@pytest.mark.parametrize("once", [True, False])
def test_an_iterator_that_is_used_up(once: bool) -> None:
    torch.manual_seed(0)
    pairs = zip(torch.randn(96, 3).split(16), torch.randn(96, 1).split(16), strict=True)
    batches = pairs if once else list(pairs)
    network = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    with watch(network, optimizer, torch.nn.MSELoss(), batches) as doctor:
        for _ in range(3):
            for x, y in batches:
                optimizer.zero_grad()
                torch.nn.functional.mse_loss(network(x), y).backward()
                optimizer.step()
    assert [one.cause for one in doctor.findings if one.cause == "loader_truncated"] == ["loader_truncated"] * once
