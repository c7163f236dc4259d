"""What stands behind a loss."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.diagnosis.behind import behind_loss, chain_behind, given_to, logits_behind

Y = torch.tensor([0, 1, 2, 0])


def made(loss: Any) -> tuple[Any, ...]:
    torch.manual_seed(0)
    return chain_behind(loss(nn.Linear(5, 3)(torch.randn(4, 5))))


def seen(*chains: Any) -> Any:
    return SimpleNamespace(steps=[SimpleNamespace(behind=chain) for chain in chains])


def smoothed(z: Tensor) -> Tensor:
    return functional.cross_entropy(z, Y, label_smoothing=0.1) + z.square().mean()


def log_of_softmax(z: Tensor) -> Tensor:
    return -(functional.one_hot(Y, 3) * torch.log(z.softmax(-1) + 1e-8)).sum(1).mean()


@pytest.mark.parametrize(
    ("loss", "names"),
    [
        (smoothed, "nll_loss log_softmax addmm"),
        (log_of_softmax, "log softmax addmm"),
        (lambda z: functional.nll_loss(z.relu().log_softmax(1), Y), "nll_loss log_softmax relu addmm"),
        (lambda z: functional.mse_loss(torch.tanh(z).squeeze() * 3, z.detach()), "mse_loss mul tanh addmm"),
        (lambda z: functional.mse_loss(z + z.exp(), z.detach()), "mse_loss add"),
        (lambda z: z.square().mean(), ""),
    ],
)
def test_the_operations_from_the_loss_down_to_the_last_layer(loss: Any, names: str) -> None:
    assert " ".join(link.name for link in made(loss)) == names


@pytest.mark.parametrize(("said", "axis"), [(0, 0), (1, 1), (-1, 1)])
def test_the_axis_of_a_softmax_is_counted_from_the_first(said: int, axis: int) -> None:
    link = made(lambda z: functional.nll_loss(z.softmax(said).log(), Y))[2]
    assert (link.name, link.axis, link.shape) == ("softmax", axis, (4, 3))


def test_a_picture_of_labels() -> None:
    loss = functional.cross_entropy(nn.Conv2d(1, 2, 1)(torch.randn(2, 1, 3, 3)), torch.ones(2, 3, 3, dtype=torch.long))
    assert [link.name for link in chain_behind(loss)] == ["nll_loss2d", "log_softmax", "convolution"]


def test_nothing_is_said_unless_all_steps_agree() -> None:
    twice = made(lambda z: functional.cross_entropy(z.softmax(1), Y))
    once = made(lambda z: functional.cross_entropy(z, Y))
    assert behind_loss(seen(twice)) == behind_loss(seen(twice, once)) == ()
    assert behind_loss(seen(twice, twice)) == twice


def test_what_a_loss_is_given() -> None:
    twice = seen(*2 * [made(lambda z: functional.cross_entropy(z.softmax(1), Y))])
    given = given_to(twice, "log_softmax")
    assert given is not None
    assert given.name == "softmax"
    assert given_to(twice, "mse_loss") is None


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        (log_of_softmax, "addmm"),
        (lambda z: functional.binary_cross_entropy(z.relu().sigmoid(), torch.ones(4, 3)), "relu"),
        (lambda z: functional.binary_cross_entropy_with_logits(z.tanh(), torch.ones(4, 3)), "tanh"),
        (lambda z: functional.mse_loss(z.sigmoid(), torch.ones(4, 3)), None),
    ],
)
def test_what_a_loss_takes_for_logits(loss: Any, name: str | None) -> None:
    link = logits_behind(seen(*2 * [made(loss)]))
    assert (None if link is None else link.name) == name
